import type { ClientBase } from 'pg';
import type { StoredCustomer } from '../../../domain/customer/customer.js';
import { StoredCustomers, type CustomerSnapshot } from '../../../domain/customer/stored-customers.js';
import type { AllNames } from '../../../domain/overview.js';
import type { CustomerSelection } from '../../../domain/search/customer-query.js';
import { eventNamesWithin } from '../../../domain/search/condition.js';
import type { OpenRecord } from '../../../domain/search/open-record.js';
import { selectByScan } from '../../select-by-scan.js';
import type { PostgresDatabase } from '../database/database.js';
import { openWithEvents } from '../log/logged-events.js';
import { isIndexed, selectIn } from '../search/selected-ids.js';
import { inOrder, knownOf, type KnownColumns } from './row.js';
import { namesIn, type StatisticsTable } from './statistics-table.js';
import { STORED, storedAfter } from './stored-customers.js';

/** Reads stored customers from the database. */
export class PostgresStoredCustomers extends StoredCustomers {
  constructor(
    private readonly database: PostgresDatabase,
    private readonly statistics: StatisticsTable,
  ) {
    super();
  }

  override snapshot<T>(read: (snapshot: CustomerSnapshot) => Promise<T>): Promise<T> {
    return this.database.snapshot((client) => read(new PostgresSnapshot(client, this.statistics)));
  }
}

/** The customers that a connection sees within its transaction. */
class PostgresSnapshot implements CustomerSnapshot {
  constructor(
    private readonly client: ClientBase,
    private readonly statistics: StatisticsTable,
  ) {}

  after(id: string | undefined, limit: number): Promise<StoredCustomer[]> {
    return storedAfter(this.client, id, limit);
  }

  async among(ids: readonly string[]): Promise<StoredCustomer[]> {
    const { rows } = await this.client.query<KnownColumns>({
      name: 'stored_among',
      text: `SELECT ${STORED} FROM customers WHERE customer_id = ANY($1) AND attributes IS NOT NULL`,
      values: [ids],
    });
    return inOrder(rows, ids).map(knownOf);
  }

  names(limit: number): Promise<AllNames> {
    return namesIn(this.client, this.statistics, limit);
  }

  select(selection: CustomerSelection, signal: AbortSignal): AsyncGenerator<string> {
    if (isIndexed(selection)) return selectIn(this.client, selection, signal);
    const names = eventNamesWithin(selection.filters);
    const open = async (customer: StoredCustomer): Promise<OpenRecord> =>
      (await openWithEvents(this.client, [customer], names))[0];
    return selectByScan(this, selection, open, signal);
  }
}
