import { Inject, Module, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { LogTraces } from '../domain/log/log-traces.js';
import { AccessRepository } from '../domain/access/access-repository.js';
import { CustomerRepository } from '../domain/customer/customer-repository.js';
import { CustomerSearch } from '../domain/search/customer-search.js';
import { Erasures } from '../domain/customer/erasure.js';
import { HistoryRepository } from '../domain/customer/history.js';
import { ImportRepository } from '../domain/import/import-repository.js';
import { IngestionRepository } from '../domain/ingestion/ingestion-repository.js';
import { LogRepository } from '../domain/log/log-repository.js';
import { OverviewRepository } from '../domain/overview.js';
import { SegmentRepository } from '../domain/search/segment.js';
import { SourceRepository } from '../domain/sources/source-repository.js';
import { StorageHealth } from '../domain/storage-health.js';
import { SelectionCounts } from '../domain/search/selection-counts.js';
import { StoredCustomers } from '../domain/customer/stored-customers.js';
import { KeptRepository } from '../domain/customer/kept.js';
import { NoteRepository } from '../domain/customer/notes.js';
import { TrashRepository } from '../domain/customer/trash.js';
import { CachedCustomers } from './cached-customers.js';
import { KeptCounts } from './kept-counts.js';
import { SQLITE_THREADS } from '../threads.module.js';
import { openEngine, type Storage } from './open-engine.js';

const MIB = 1024 * 1024;

export const STORAGE = Symbol('Storage');

/** The repositories of the engine that the configuration names. */
@Module({
  providers: [
    Erasures,
    { provide: STORAGE, useFactory: openEngine, inject: [CONFIG, SQLITE_THREADS] },
    {
      provide: CachedCustomers,
      useFactory: ({ customers, readClock }: Storage, { cacheMb }: Config, erasures: Erasures) =>
        new CachedCustomers(customers, readClock, cacheMb * MIB, erasures),
      inject: [STORAGE, CONFIG, Erasures],
    },
    { provide: CustomerRepository, useExisting: CachedCustomers },
    { provide: IngestionRepository, useFactory: (storage: Storage) => storage.ingestions, inject: [STORAGE] },
    { provide: CustomerSearch, useFactory: (storage: Storage) => storage.search, inject: [STORAGE] },
    {
      provide: SelectionCounts,
      useFactory: ({ search, readClock }: Storage, customers: CachedCustomers) =>
        new KeptCounts(search, customers, readClock),
      inject: [STORAGE, CachedCustomers],
    },
    { provide: SegmentRepository, useFactory: (storage: Storage) => storage.segments, inject: [STORAGE] },
    { provide: HistoryRepository, useFactory: (storage: Storage) => storage.history, inject: [STORAGE] },
    { provide: TrashRepository, useFactory: (storage: Storage) => storage.trash, inject: [STORAGE] },
    { provide: LogTraces, useFactory: (storage: Storage) => new LogTraces(storage.log), inject: [STORAGE] },
    { provide: KeptRepository, useFactory: (storage: Storage) => storage.kept, inject: [STORAGE] },
    { provide: NoteRepository, useFactory: (storage: Storage) => storage.notes, inject: [STORAGE] },
    { provide: LogRepository, useFactory: (storage: Storage) => storage.log, inject: [STORAGE] },
    { provide: OverviewRepository, useFactory: (storage: Storage) => storage.overview, inject: [STORAGE] },
    { provide: StoredCustomers, useFactory: (storage: Storage) => storage.stored, inject: [STORAGE] },
    { provide: AccessRepository, useFactory: (storage: Storage) => storage.access, inject: [STORAGE] },
    { provide: SourceRepository, useFactory: (storage: Storage) => storage.sources, inject: [STORAGE] },
    { provide: ImportRepository, useFactory: (storage: Storage) => storage.imports, inject: [STORAGE] },
    {
      provide: StorageHealth,
      useFactory: (storage: Storage): StorageHealth => ({
        problem: async () => storage.problem?.() ?? storage.unreachable?.(),
      }),
      inject: [STORAGE],
    },
  ],
  exports: [
    STORAGE,
    Erasures,
    CachedCustomers,
    CustomerRepository,
    IngestionRepository,
    CustomerSearch,
    SelectionCounts,
    SegmentRepository,
    HistoryRepository,
    TrashRepository,
    KeptRepository,
    NoteRepository,
    LogRepository,
    LogTraces,
    OverviewRepository,
    StoredCustomers,
    AccessRepository,
    SourceRepository,
    ImportRepository,
    StorageHealth,
  ],
})
export class StorageModule implements OnModuleDestroy, OnApplicationShutdown {
  constructor(@Inject(STORAGE) private readonly storage: Storage) {}

  /** The first step of a stop. Requests under way are still answered. */
  onModuleDestroy(): void {
    this.storage.ingestions.stopWaiting();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.storage.close();
  }
}
