import type { Config } from '../config/config.js';
import type { AccessRepository } from '../domain/access/access-repository.js';
import type { CustomerRepository } from '../domain/customer/customer-repository.js';
import type { CustomerSearch } from '../domain/search/customer-search.js';
import type { LogRepository } from '../domain/log/log-repository.js';
import type { HistoryRepository } from '../domain/customer/history.js';
import type { ImportRepository } from '../domain/import/import-repository.js';
import type { IngestionRepository } from '../domain/ingestion/ingestion-repository.js';
import type { OverviewRepository } from '../domain/overview.js';
import type { SegmentRepository } from '../domain/search/segment.js';
import type { StoredCustomers } from '../domain/customer/stored-customers.js';
import type { SourceRepository } from '../domain/sources/source-repository.js';
import type { KeptRepository } from '../domain/customer/kept.js';
import type { NoteRepository } from '../domain/customer/notes.js';
import type { TrashRepository } from '../domain/customer/trash.js';
import type { DatabaseCheck } from './check/differences.js';
import { ageClock, type ReadClock } from './cached-customers.js';
import { openMemory } from './memory/open.js';
import { openSqlite } from './sqlite/open.js';
import type { SqliteThreads } from './sqlite/threads.js';

/** The repositories of one engine. */
export interface Storage {
  readonly customers: CustomerRepository;
  readonly ingestions: IngestionRepository;
  readonly search: CustomerSearch;
  readonly segments: SegmentRepository;
  readonly history: HistoryRepository;
  readonly trash: TrashRepository;
  readonly log: LogRepository;
  readonly kept: KeptRepository;
  readonly notes: NoteRepository;
  readonly overview: OverviewRepository;
  readonly stored: StoredCustomers;
  readonly access: AccessRepository;
  readonly sources: SourceRepository;
  readonly imports: ImportRepository;
  /** Compares derived tables with the customers, in an engine that stores such tables. */
  readonly check?: DatabaseCheck;
  /** Dates reads, so that they can be cached. Without it nothing is cached. */
  readonly readClock?: ReadClock;
  /** Starts the background work of the engine in a server, such as indexing. @param onFailure is told the reason of a failure */
  startBackground?(onFailure: (failure: string) => void): void;
  /** Ends the background work, while requests are still answered. {@link close} ends it as well. */
  stopBackground?(): Promise<void>;
  /**
   * Removes what is left of erased customers after their transaction: in derived tables, and in the room of removed rows. The background work
   * does it by itself. @returns false if something is left, as older reads are under way; try again then
   */
  finishErasures?(): Promise<boolean>;
  /** Describes a missing part of the database that would make the engine faster, and how to get it; undefined when nothing is missing. */
  limitation?(): Promise<string | undefined>;
  /** Says why nothing can be written, and what to do; undefined when it can. */
  readonly problem?: () => string | undefined;
  /** Asks a database on the network. Says what does not answer, and what to do; undefined when all answers. */
  readonly unreachable?: () => Promise<string | undefined>;
  /** Counts connections, in an engine that has several. */
  readonly connectionUse?: () => { readonly open: number; readonly idle: number; readonly waiting: number };
  /** Waits for the writes under way, then closes the database. */
  close(): Promise<void>;
}

/** Time that opening a database may take before the log says so, in ms. */
const SILENT_MS = 2_000;

/** Names the database without the user and the password. */
function waitingFor(url: string): string {
  const { host, pathname } = new URL(url);
  return `Waiting for the database at ${host}${pathname} …\n`;
}

/** The settings with which a database is opened. */
export type StorageConfig = Pick<Config, 'database' | 'databaseConnections'> &
  Partial<Pick<Config, 'durability' | 'logEntries'>>;

/**
 * Opens the engine that the configuration names.
 * @param threads that an embedded engine may start; none by default
 */
export async function openEngine(config: StorageConfig, threads: SqliteThreads = {}): Promise<Storage> {
  const { database } = config;
  const syncsCommits = config.durability === 'power';
  const keepsLog = config.logEntries !== 0;
  switch (database.kind) {
    case 'sqlite':
      return openSqlite(database.path, threads, { syncsCommits, keepsLog });
    case 'memory':
      return openMemory(keepsLog);
    case 'postgres': {
      // Loaded on demand: the driver would slow down every start that does not need it.
      const { openPostgres } = await import('./postgres/open.js');
      const waits = setTimeout(() => process.stderr.write(waitingFor(database.url)), SILENT_MS);
      try {
        const storage = await openPostgres({
          url: database.url,
          connections: config.databaseConnections,
          syncsCommits,
          keepsLog: config.logEntries !== 0,
        });
        return { ...storage, readClock: ageClock() };
      } finally {
        clearTimeout(waits);
      }
    }
    default:
      return database satisfies never;
  }
}
