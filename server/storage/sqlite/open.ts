import { DomainError } from '../../domain/errors.js';
import { StoredAccess } from '../access/stored-access.js';
import { StoredImports } from '../imports/stored-imports.js';
import { StoredSources } from '../sources/stored-sources.js';
import type { ReadClock } from '../cached-customers.js';
import { UNFINISHED_COPY } from '../copy/contents.js';
import { SearchIndex } from './search/search-index.js';
import { SqliteSearchStore } from './search-store.js';
import { copyProgress } from './contents-writer.js';
import { StoredTrash } from '../trash/stored-trash.js';
import { SqliteAccessRunner } from './access-runner.js';
import { IndexerClient } from './indexer-client.js';
import { SqliteCustomerSearch } from './customer-search.js';
import { SqliteCustomerRepository } from './customers/customer.repository.js';
import { SqliteDatabase, type SqliteOptions } from './database/database.js';
import { readSnapshot } from './database/snapshot.js';
import { SqliteCheck } from './database-check.js';
import { SQLITE_PLACE } from './customer-place.js';
import { isThere, StoredKept } from '../erased/stored-kept.js';
import { StoredNotes } from '../notes/stored-notes.js';
import { SqliteHistoryRepository } from './history.repository.js';
import { SqliteLogRepository } from './log/log.repository.js';
import { SqliteIngestionRepository } from './ingestions/ingestion.repository.js';
import { SqliteOverviewRepository } from './overview.repository.js';
import { SqliteSegmentRepository } from './segment.repository.js';
import { SqliteStoredCustomers } from './customers/customer-snapshot.js';
import type { SqliteThreads } from './threads.js';

/**
 * Opens the repositories over one SQLite file, which is created when missing.
 * @param threads that the engine may start; none by default
 * @param options see SqliteOptions. A log is kept unless they say otherwise
 * @throws DomainError `invalid_request` when the file is in the middle of a copy
 */
export function openSqlite(
  path: string,
  threads: SqliteThreads = {},
  { syncsCommits = false, keepsLog = true }: Pick<SqliteOptions, 'syncsCommits' | 'keepsLog'> = {},
): {
  customers: SqliteCustomerRepository;
  ingestions: SqliteIngestionRepository;
  search: SqliteCustomerSearch;
  segments: SqliteSegmentRepository;
  history: SqliteHistoryRepository;
  overview: SqliteOverviewRepository;
  stored: SqliteStoredCustomers;
  access: StoredAccess;
  sources: StoredSources;
  imports: StoredImports;
  trash: StoredTrash;
  log: SqliteLogRepository;
  kept: StoredKept;
  notes: StoredNotes;
  check: SqliteCheck;
  readClock: ReadClock;
  problem: () => string | undefined;
  startBackground: (onFailure: (failure: string) => void) => void;
  stopBackground: () => Promise<void>;
  finishErasures: () => Promise<boolean>;
  close: () => Promise<void>;
} {
  const database = new SqliteDatabase(path, {
    syncsCommits,
    keepsLog,
    checkpointsElsewhere: threads.startIndexer !== undefined,
  });
  if (copyProgress(database) !== undefined) {
    database.writer.close();
    database.reader.close();
    throw new DomainError('invalid_request', UNFINISHED_COPY);
  }
  const { startIndexer } = threads;
  const indexer = startIndexer && new IndexerClient({ path, files: database.files, syncsCommits }, startIndexer);
  const customers = new SqliteCustomerRepository(database, threads, syncsCommits);
  const runner = new SqliteAccessRunner(database);
  const commits = (): number => database.commitsSeen();
  return {
    customers,
    ingestions: new SqliteIngestionRepository(database),
    search: new SqliteCustomerSearch(database, (read) => readSnapshot(database, read)),
    segments: new SqliteSegmentRepository(database),
    history: new SqliteHistoryRepository(database),
    overview: new SqliteOverviewRepository(database),
    stored: new SqliteStoredCustomers(database),
    access: new StoredAccess(runner),
    sources: new StoredSources(runner),
    imports: new StoredImports(runner),
    trash: new StoredTrash(runner),
    log: new SqliteLogRepository(database),
    kept: new StoredKept(runner, SQLITE_PLACE),
    notes: new StoredNotes(runner, (id, locks) => isThere(SQLITE_PLACE, id, locks)),
    check: new SqliteCheck(database),
    // A read is fresh until any process commits.
    readClock: { now: commits, freshSince: commits },
    problem: () => database.problem(),
    startBackground: (onFailure) => {
      if (database.isReadOnly) return;
      indexer?.start(onFailure);
      customers.start();
    },
    stopBackground: async () => indexer?.stop(),
    finishErasures: async () => {
      const index = SearchIndex.open(new SqliteSearchStore(database)).indexer();
      while (await index.forgetErased());
      return database.truncateLog();
    },
    close: async () => {
      await indexer?.stop();
      await customers.close();
      await database.close();
    },
  };
}
