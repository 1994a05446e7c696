import { Inject, Injectable, Logger, Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Housekeeping } from './housekeeping.js';
import type { Storage } from './open-engine.js';
import { STORAGE, StorageModule } from './storage.module.js';

/** Time between two looks at the files of the database, in ms. */
const LOOK_MS = 5_000;

/** Starts the background work of an engine. Closing the storage ends it. */
@Injectable()
export class StorageBackground implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(StorageBackground.name);
  private problem: string | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(@Inject(STORAGE) private readonly storage: Storage) {}

  async onApplicationBootstrap(): Promise<void> {
    this.storage.startBackground?.((failure) => {
      this.look();
      if (this.problem === undefined)
        this.logger.error(`The search index is not kept up, and is tried again: ${failure}`);
    });
    const limitation = await this.storage.limitation?.();
    if (limitation !== undefined) this.logger.warn(limitation);
    this.look();
    this.timer = setInterval(() => this.look(), LOOK_MS).unref();
  }

  /** Ends the background work while the port is still open: the next process can open it the earlier. */
  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    this.look();
    await this.storage.stopBackground?.();
  }

  /** Logs once that nothing can be written any more. */
  private look(): void {
    const problem = this.storage.problem?.();
    if (problem !== undefined && problem !== this.problem) this.logger.error(problem);
    this.problem = problem;
  }
}

@Module({ imports: [StorageModule], providers: [StorageBackground, Housekeeping] })
export class StorageBackgroundModule {}
