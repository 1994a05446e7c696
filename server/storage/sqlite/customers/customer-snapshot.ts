import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { StoredCustomers, type CustomerSnapshot } from '../../../domain/customer/stored-customers.js';
import type { AllNames } from '../../../domain/overview.js';
import type { CustomerSelection } from '../../../domain/search/customer-query.js';
import { SqliteCustomerSearch } from '../customer-search.js';
import { SqliteOverviewRepository } from '../overview.repository.js';
import type { SqliteDatabase } from '../database/database.js';
import { readSnapshot } from '../database/snapshot.js';
import { seenBy } from '../search-store.js';
import { StoredCustomerRows } from './stored-customers.js';

/** Reads stored customers from the SQLite file, each time over a connection of its own, so that other reads see later commits meanwhile. */
export class SqliteStoredCustomers extends StoredCustomers {
  constructor(private readonly database: Pick<SqliteDatabase, 'path' | 'assertThere'>) {
    super();
  }

  override snapshot<T>(read: (snapshot: CustomerSnapshot) => Promise<T>): Promise<T> {
    return readSnapshot(this.database, (reader) => read(new SqliteSnapshot(reader)));
  }
}

/** The customers that a connection sees within its transaction. */
class SqliteSnapshot extends StoredCustomerRows implements CustomerSnapshot {
  private readonly overview: SqliteOverviewRepository;
  private readonly search: SqliteCustomerSearch;

  constructor(reader: DatabaseSyncInstance) {
    super({ reader });
    const database = seenBy(reader);
    this.overview = new SqliteOverviewRepository(database);
    this.search = new SqliteCustomerSearch(database, (read) => read(reader));
  }

  names(limit: number): Promise<AllNames> {
    return this.overview.names(limit);
  }

  select(selection: CustomerSelection, signal: AbortSignal): AsyncGenerator<string> {
    return this.search.select(selection, signal);
  }
}
