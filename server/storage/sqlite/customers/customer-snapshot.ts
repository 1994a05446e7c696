import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { StoredCustomers, type CustomerSnapshot } from '../../../domain/customer/stored-customers.js';
import type { AllNames } from '../../../domain/overview.js';
import type { CustomerSelection } from '../../../domain/search/customer-query.js';
import { SqliteCustomerSearch } from '../customer-search.js';
import { SqliteOverviewRepository } from '../overview.repository.js';
import type { SqliteDatabase } from '../database/database.js';
import { StoredCustomerRows } from './stored-customers.js';

/** Time that opening a connection waits for a checkpoint, in milliseconds. */
const OPEN_TIMEOUT_MS = 30_000;

/** Reads stored customers from the SQLite file, each time over a connection of its own, so that other reads see later commits meanwhile. */
export class SqliteStoredCustomers extends StoredCustomers {
  constructor(private readonly database: Pick<SqliteDatabase, 'path' | 'assertThere'>) {
    super();
  }

  override async snapshot<T>(read: (snapshot: CustomerSnapshot) => Promise<T>): Promise<T> {
    this.database.assertThere();
    const reader = new DatabaseSync(this.database.path, { timeout: OPEN_TIMEOUT_MS });
    try {
      // Without a memory map: each connection would have its own of the whole file.
      reader.exec('PRAGMA query_only = ON; BEGIN');
      // The first read takes the snapshot.
      reader.exec('SELECT 1 FROM meta LIMIT 1');
      return await read(new SqliteSnapshot(reader));
    } finally {
      // Closing alone would keep the snapshot until the last statement was garbage-collected.
      if (reader.isTransaction) reader.exec('COMMIT');
      reader.close();
    }
  }
}

/** The customers that a connection sees within its transaction. */
class SqliteSnapshot extends StoredCustomerRows implements CustomerSnapshot {
  private readonly overview: SqliteOverviewRepository;
  private readonly search: SqliteCustomerSearch;

  constructor(reader: DatabaseSyncInstance) {
    super({ reader });
    const write = (): Promise<never> => Promise.reject(new Error('A snapshot is not written.'));
    const database = { reader, writer: reader, snapshot: <T>(read: () => T) => read(), write };
    this.overview = new SqliteOverviewRepository(database);
    this.search = new SqliteCustomerSearch(database);
  }

  names(limit: number): Promise<AllNames> {
    return this.overview.names(limit);
  }

  select(selection: CustomerSelection, signal: AbortSignal): AsyncGenerator<string> {
    return this.search.select(selection, signal);
  }
}
