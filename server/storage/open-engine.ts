import { Logger } from '@nestjs/common';
import type { Config } from '../config/config.js';
import type { CustomerRepository } from '../domain/customer/customer-repository.js';
import type { CustomerSearch } from '../domain/search/customer-search.js';
import type { HistoryRepository } from '../domain/customer/history.js';
import type { IngestionRepository } from '../domain/ingestion/ingestion-repository.js';
import type { OverviewRepository } from '../domain/overview.js';
import type { SegmentRepository } from '../domain/search/segment.js';
import type { StoredCustomers } from '../domain/customer/stored-customers.js';
import { openMemory } from './memory/open.js';
import { openSqlite } from './sqlite/open.js';

const MIB = 1024 * 1024;

/** The repositories of one engine. */
export interface Storage {
  readonly customers: CustomerRepository;
  readonly ingestions: IngestionRepository;
  readonly search: CustomerSearch;
  readonly segments: SegmentRepository;
  readonly history: HistoryRepository;
  readonly overview: OverviewRepository;
  readonly stored: StoredCustomers;
  /** Starts what the engine does by itself in a server, such as indexing. @param onFailure is told what keeps it from that */
  startBackground?(onFailure: (failure: string) => void): void;
  /** What the database lacks that would make the engine faster, and how to get it; undefined when it has all. */
  limitation?(): Promise<string | undefined>;
  /** How busy the connections are, where there are several. */
  readonly connectionUse?: () => { readonly open: number; readonly idle: number; readonly waiting: number };
  /** Waits for the writes under way, then lets go of the database. */
  close(): Promise<void>;
}

/** What of the configuration a database is opened by. */
export type StorageConfig = Pick<Config, 'database' | 'databaseConnections' | 'cacheMb' | 'cacheUrl'>;

/** The only place that names the engines. */
export async function openEngine(config: StorageConfig): Promise<Storage> {
  const { database } = config;
  switch (database.kind) {
    case 'sqlite':
      return openSqlite(database.path);
    case 'memory':
      return openMemory();
    case 'postgres': {
      // Its driver is loaded only where it is used: a start costs half a second as it is.
      const { openPostgres } = await import('./postgres/open.js');
      return withDates(await openPostgres({ url: database.url, connections: config.databaseConnections }), config);
    }
    default:
      return database satisfies never;
  }
}

/** Lets reads be kept where that is asked for. Of SQLite they may be by themselves. */
async function withDates(storage: Storage, { database, cacheMb, cacheUrl }: StorageConfig): Promise<Storage> {
  if ((cacheMb === 0 && cacheUrl === undefined) || database.kind !== 'postgres') return storage;
  const { openDated } = await import('./cached/open.js');
  const logger = new Logger('SharedCache');
  const { pathname } = new URL(database.url);
  // The other half is for pages, which the process keeps by itself.
  const where = { bytes: (cacheMb * MIB) / 2, url: cacheUrl, database: pathname };
  const dated = await openDated(storage.customers, where, (message) => logger.warn(message));
  return {
    ...storage,
    customers: dated.customers,
    close: async () => {
      await dated.close();
      await storage.close();
    },
  };
}
