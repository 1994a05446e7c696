import { Inject, Injectable, Logger, Module, type OnApplicationBootstrap } from '@nestjs/common';
import type { Storage } from './open-engine.js';
import { STORAGE, StorageModule } from './storage.module.js';

/** Starts the background work of an engine. Closing the storage ends it. */
@Injectable()
export class StorageBackground implements OnApplicationBootstrap {
  private readonly logger = new Logger(StorageBackground.name);

  constructor(@Inject(STORAGE) private readonly storage: Storage) {}

  async onApplicationBootstrap(): Promise<void> {
    this.storage.startBackground?.((failure) =>
      this.logger.error(`The search index is not kept up, and is tried again: ${failure}`),
    );
    const limitation = await this.storage.limitation?.();
    if (limitation !== undefined) this.logger.warn(limitation);
  }
}

@Module({ imports: [StorageModule], providers: [StorageBackground] })
export class StorageBackgroundModule {}
