import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { CustomerRepository } from '../domain/customer-repository.js';
import { CustomerSearch } from '../domain/customer-search.js';
import { HistoryRepository } from '../domain/history.js';
import { IngestionRepository } from '../domain/ingestion-repository.js';
import { OverviewRepository } from '../domain/overview.js';
import { SegmentRepository } from '../domain/segment.js';
import { StoredCustomers } from '../domain/stored-customers.js';
import { openMemory } from './memory/open.js';
import { openSqlite } from './sqlite/open.js';

/** The repositories of one engine. */
export interface Storage {
  readonly customers: CustomerRepository;
  readonly ingestions: IngestionRepository;
  readonly search: CustomerSearch;
  readonly segments: SegmentRepository;
  readonly history: HistoryRepository;
  readonly overview: OverviewRepository;
  readonly stored: StoredCustomers;
  /** Waits for the writes under way, then lets go of the database. */
  close(): Promise<void>;
}

export const STORAGE = Symbol('Storage');

function openStorage({ database }: Config): Storage {
  switch (database.kind) {
    case 'sqlite':
      return openSqlite(database.path);
    case 'memory':
      return openMemory();
    default:
      return database satisfies never;
  }
}

/** The only place that names an engine. */
@Module({
  providers: [
    { provide: STORAGE, useFactory: openStorage, inject: [CONFIG] },
    { provide: CustomerRepository, useFactory: (storage: Storage) => storage.customers, inject: [STORAGE] },
    { provide: IngestionRepository, useFactory: (storage: Storage) => storage.ingestions, inject: [STORAGE] },
    { provide: CustomerSearch, useFactory: (storage: Storage) => storage.search, inject: [STORAGE] },
    { provide: SegmentRepository, useFactory: (storage: Storage) => storage.segments, inject: [STORAGE] },
    { provide: HistoryRepository, useFactory: (storage: Storage) => storage.history, inject: [STORAGE] },
    { provide: OverviewRepository, useFactory: (storage: Storage) => storage.overview, inject: [STORAGE] },
    { provide: StoredCustomers, useFactory: (storage: Storage) => storage.stored, inject: [STORAGE] },
  ],
  exports: [
    CustomerRepository,
    IngestionRepository,
    CustomerSearch,
    SegmentRepository,
    HistoryRepository,
    OverviewRepository,
    StoredCustomers,
  ],
})
export class StorageModule implements OnApplicationShutdown {
  constructor(@Inject(STORAGE) private readonly storage: Storage) {}

  async onApplicationShutdown(): Promise<void> {
    await this.storage.close();
  }
}
