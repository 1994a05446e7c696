import type { Config } from '../config/config.js';
import type { CustomerRepository } from '../domain/customer-repository.js';
import type { CustomerSearch } from '../domain/customer-search.js';
import type { HistoryRepository } from '../domain/history.js';
import type { IngestionRepository } from '../domain/ingestion-repository.js';
import type { OverviewRepository } from '../domain/overview.js';
import type { SegmentRepository } from '../domain/segment.js';
import type { StoredCustomers } from '../domain/stored-customers.js';
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
  /** Starts what the engine does by itself in a server, such as indexing. @param onFailure is told what keeps it from that */
  startBackground?(onFailure: (failure: string) => void): void;
  /** How busy the connections are, where there are several. */
  readonly connectionUse?: () => { readonly open: number; readonly idle: number; readonly waiting: number };
  /** Waits for the writes under way, then lets go of the database. */
  close(): Promise<void>;
}

/** The only place that names the engines. */
export async function openEngine({
  database,
  databaseConnections: connections,
}: Pick<Config, 'database' | 'databaseConnections'>): Promise<Storage> {
  switch (database.kind) {
    case 'sqlite':
      return openSqlite(database.path);
    case 'memory':
      return openMemory();
    case 'postgres': {
      // Its driver is loaded only where it is used: a start costs half a second as it is.
      const { openPostgres } = await import('./postgres/open.js');
      return openPostgres({ url: database.url, connections });
    }
    default:
      return database satisfies never;
  }
}
