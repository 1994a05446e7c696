import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { ANYONE, NOWHERE } from '../domain/access/audit.js';
import { LogTraces } from '../domain/log/log-traces.js';
import { CustomerRepository } from '../domain/customer/customer-repository.js';
import { DomainError, reasonForLog } from '../domain/errors.js';
import type { Storage } from './open-engine.js';
import { STORAGE } from './storage.module.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Customers whose time in the trash has ended that are looked for at once. */
const CUSTOMERS_AT_ONCE = 100;

/** Removes what has ended, at the start and every hour: sessions, codes and counted tries; made ids, and old rejects and counts of sources; customers in the trash; messages in the log. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Housekeeping.name);
  private timer: NodeJS.Timeout | undefined;
  private isStopping = false;

  constructor(
    @Inject(STORAGE) private readonly storage: Storage,
    private readonly customers: CustomerRepository,
    private readonly traces: LogTraces,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.timer = setInterval(() => {
      void this.tidy().then(() => this.endLog().catch((error: unknown) => this.warn(error)));
    }, HOUR_MS).unref();
    await this.tidy();
    // A server serves before all messages have ended: that may take minutes.
    this.endLog().catch((error: unknown) => this.warn(error));
  }

  onModuleDestroy(): void {
    this.isStopping = true;
    clearInterval(this.timer);
  }

  private async tidy(): Promise<void> {
    const { access, sources } = this.storage;
    const now = Date.now();
    const trashEnd = now - this.config.trashDays * DAY_MS;
    for (const removal of [
      () => access.removeEnded(now),
      () => sources.removeEnded(now),
      () => this.endTrash(trashEnd),
    ]) {
      await removal().catch((error: unknown) => this.warn(error));
    }
  }

  /** Ends messages in the log, as LOG_ENTRIES and LOG_DAYS say. */
  private async endLog(): Promise<void> {
    const { logEntries: entries, logDays } = this.config;
    const before = logDays === undefined ? undefined : Date.now() - logDays * DAY_MS;
    if (entries !== 'all' || before !== undefined) await this.storage.log.end({ entries, before });
  }

  private warn(error: unknown): void {
    // A server that stops goes on when it is started again. Of a database that is only read, another server removes it.
    if (this.isStopping || (error instanceof DomainError && error.code === 'storage_read_only')) return;
    this.logger.warn(`What has ended is not removed: ${reasonForLog(error)}`);
  }

  /** Erases the customers that were deleted before `time`, and not created anew. */
  private async endTrash(time: number): Promise<void> {
    for (;;) {
      const ids = await this.storage.trash.deletedBefore(time, CUSTOMERS_AT_ONCE);
      for (const id of ids) {
        const audit = {
          author: ANYONE,
          origin: NOWHERE,
          action: 'customer.erased',
          target: id,
          details: { trash: true },
        } as const;
        await this.customers.erase(id, { audit, trashedBefore: time, traces: await this.traces.of(id) });
      }
      if (ids.length < CUSTOMERS_AT_ONCE) return;
    }
  }
}
