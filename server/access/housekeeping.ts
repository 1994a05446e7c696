import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { AccessRepository } from '../domain/access/access-repository.js';
import { DomainError, reasonForLog } from '../domain/errors.js';

const HOUR_MS = 3_600_000;

/** Removes sessions, codes and counted tries that have ended, at the start and every hour. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Housekeeping.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly access: AccessRepository) {}

  async onApplicationBootstrap(): Promise<void> {
    this.timer = setInterval(() => void this.tidy(), HOUR_MS).unref();
    await this.tidy();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private async tidy(): Promise<void> {
    await this.access.removeEnded(Date.now()).catch((error: unknown) => {
      // Another server removes it.
      if (error instanceof DomainError && error.code === 'storage_read_only') return;
      this.logger.warn(`What has ended is not removed: ${reasonForLog(error)}`);
    });
  }
}
