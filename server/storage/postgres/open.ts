import { DomainError } from '../../domain/errors.js';
import { StoredAccess } from '../access/stored-access.js';
import { StoredImports } from '../imports/stored-imports.js';
import { StoredSources } from '../sources/stored-sources.js';
import { UNFINISHED_COPY } from '../copy/contents.js';
import { StoredTrash } from '../trash/stored-trash.js';
import { PostgresAccessRunner } from './access-runner.js';
import { copyProgress } from './contents-writer.js';
import { CustomerRanges } from './customers/customer-ranges.js';
import { IngestionOwner } from './ingestions/ingestion-owner.js';
import { limitationOf, migrate } from './database/migrate.js';
import { PostgresCustomerSearch } from './customer-search.js';
import { PostgresCustomerRepository } from './customers/customer.repository.js';
import { Readiness } from './database/readiness.js';
import { PostgresDatabase, type PoolUse, type PostgresOptions } from './database/database.js';
import { PostgresCheck } from './database-check.js';
import { POSTGRES_PLACE } from './customer-place.js';
import { isThere, StoredKept } from '../erased/stored-kept.js';
import { StoredNotes } from '../notes/stored-notes.js';
import { PostgresHistoryRepository } from './history.repository.js';
import { PostgresIngestionRepository } from './ingestions/ingestion.repository.js';
import { PostgresOverviewRepository } from './overview.repository.js';
import { PostgresSegmentRepository } from './segment.repository.js';
import { PostgresStoredCustomers } from './customers/customer-snapshot.js';
import { ErasureCleaner } from './erasure-cleaner.js';
import { LogCompactor } from './log/compact-logs.js';
import { PostgresLogRepository } from './log/log.repository.js';
import { SearchIndexer } from './search/search-indexer.js';
import { StatisticsTable } from './customers/statistics-table.js';

export interface PostgresStorage {
  readonly customers: PostgresCustomerRepository;
  readonly ingestions: PostgresIngestionRepository;
  readonly search: PostgresCustomerSearch;
  readonly segments: PostgresSegmentRepository;
  readonly history: PostgresHistoryRepository;
  readonly overview: PostgresOverviewRepository;
  readonly stored: PostgresStoredCustomers;
  readonly access: StoredAccess;
  readonly sources: StoredSources;
  readonly imports: StoredImports;
  readonly trash: StoredTrash;
  readonly kept: StoredKept;
  readonly notes: StoredNotes;
  readonly log: PostgresLogRepository;
  readonly check: PostgresCheck;
  readonly startBackground: (onFailure: (failure: string) => void) => void;
  /** Removes what is left of erased customers. @returns false if something is left */
  readonly finishErasures: () => Promise<boolean>;
  readonly limitation: () => Promise<string | undefined>;
  readonly connectionUse: () => PoolUse;
  /** Says what does not answer; undefined if all does. */
  readonly unreachable: () => Promise<string | undefined>;
  close(): Promise<void>;
}

/**
 * Opens the repositories over one PostgreSQL database. Creates or upgrades its tables first.
 * @throws DomainError `storage_unavailable` when the database does not answer within 30 s; `invalid_request` when it is in the middle
 * of a copy
 */
export async function openPostgres(options: PostgresOptions): Promise<PostgresStorage> {
  const database = new PostgresDatabase({ keepsLog: true, ...options });
  try {
    await migrate(database);
    if ((await copyProgress(database)) !== undefined) throw new DomainError('invalid_request', UNFINISHED_COPY);
  } catch (error) {
    await database.close();
    throw error;
  }
  const owner = new IngestionOwner(database);
  const ranges = new CustomerRanges(database);
  const statistics = new StatisticsTable(database);
  const indexer = new SearchIndexer(database);
  const compactor = new LogCompactor(database);
  const cleaner = new ErasureCleaner(database);
  const readiness = new Readiness(options.url);
  const customers = new PostgresCustomerRepository(database, owner, ranges, statistics);
  const runner = new PostgresAccessRunner(database);
  return {
    customers,
    ingestions: new PostgresIngestionRepository(database, owner),
    search: new PostgresCustomerSearch(customers, database, indexer, statistics),
    segments: new PostgresSegmentRepository(database),
    history: new PostgresHistoryRepository(database),
    overview: new PostgresOverviewRepository(database, ranges, statistics),
    stored: new PostgresStoredCustomers(database, statistics),
    access: new StoredAccess(runner),
    sources: new StoredSources(runner),
    imports: new StoredImports(runner),
    trash: new StoredTrash(runner),
    kept: new StoredKept(runner, POSTGRES_PLACE),
    notes: new StoredNotes(runner, (id, locks) => isThere(POSTGRES_PLACE, id, locks)),
    log: new PostgresLogRepository(database, compactor),
    check: new PostgresCheck(database),
    startBackground: (onFailure) => {
      indexer.start(onFailure);
      cleaner.start(onFailure);
      compactor.start(onFailure);
    },
    finishErasures: () => cleaner.clean(),
    limitation: () => limitationOf(database),
    connectionUse: () => database.use,
    unreachable: () => readiness.unreachable(),
    close: async () => {
      await readiness.close();
      await compactor.close();
      await cleaner.close();
      await indexer.close();
      await ranges.close();
      await statistics.close();
      await database.close();
    },
  };
}
