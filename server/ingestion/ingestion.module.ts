import { Module } from '@nestjs/common';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { CONFIG, type Config } from '../config/config.js';
import { CustomerRepository } from '../domain/customer/customer-repository.js';
import { IngestionRepository } from '../domain/ingestion/ingestion-repository.js';
import { Ingestor } from '../domain/ingestion/ingestor.js';
import { StorageModule } from '../storage/storage.module.js';
import { IngestCommand } from './ingest.command.js';
import { IngestionService } from './ingestion.service.js';
import { SourceIngestor } from './source-ingestor.js';
import { sizesFor } from './source-sizes.js';
import { ParserPool } from './threads/parser-pool.js';

const sourceIngestor = {
  provide: SourceIngestor,
  useFactory: (config: Config, customers: CustomerRepository, ingestions: IngestionRepository, pool: ParserPool) =>
    new SourceIngestor(customers, ingestions, {
      pool,
      threads: config.ingestWorkers,
      sizes: sizesFor(config.ingestMemoryMb),
      keepsLog: config.logEntries !== 0,
      // The folder of the database must have room for large files anyway.
      spoolFolder: config.database.kind === 'sqlite' ? dirname(config.database.path) : tmpdir(),
    }),
  inject: [CONFIG, CustomerRepository, IngestionRepository, ParserPool],
};

/** Ingestion in the server: the data folder at start, uploads while it runs. */
@Module({
  imports: [StorageModule],
  providers: [sourceIngestor, IngestionService, { provide: Ingestor, useExisting: IngestionService }],
  exports: [Ingestor],
})
export class IngestionModule {}

/** Ingestion on the command line: only the sources that are named there. */
@Module({
  imports: [StorageModule],
  providers: [sourceIngestor, IngestCommand],
})
export class IngestionCommandModule {}
