import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG } from '../config/config.js';
import { CustomerRepository } from '../domain/customer-repository.js';
import { CustomerSearch } from '../domain/customer-search.js';
import { IngestionRepository } from '../domain/ingestion-repository.js';
import { SegmentRepository } from '../domain/segment.js';
import { openEngine, type Storage } from './open-engine.js';

export const STORAGE = Symbol('Storage');

/** The repositories of the engine that the configuration names. */
@Module({
  providers: [
    { provide: STORAGE, useFactory: openEngine, inject: [CONFIG] },
    { provide: CustomerRepository, useFactory: (storage: Storage) => storage.customers, inject: [STORAGE] },
    { provide: IngestionRepository, useFactory: (storage: Storage) => storage.ingestions, inject: [STORAGE] },
    { provide: CustomerSearch, useFactory: (storage: Storage) => storage.search, inject: [STORAGE] },
    { provide: SegmentRepository, useFactory: (storage: Storage) => storage.segments, inject: [STORAGE] },
  ],
  exports: [CustomerRepository, IngestionRepository, CustomerSearch, SegmentRepository],
})
export class StorageModule implements OnApplicationShutdown {
  constructor(@Inject(STORAGE) private readonly storage: Storage) {}

  async onApplicationShutdown(): Promise<void> {
    await this.storage.close();
  }
}
