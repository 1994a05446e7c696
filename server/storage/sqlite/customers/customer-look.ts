import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import type { KnownCustomer } from '../../../domain/customer/customer-change.js';
import type { FoundCustomer } from '../../../domain/customer/customer-repository.js';
import { CustomerMessages } from '../../../domain/customer/packed-identities.js';
import type { SqliteDatabase } from '../database/database.js';
import { AppliedMessagesTable } from './applied-messages.js';
import { KnownCustomers } from './known-customers.js';

/** Time that opening the connection waits for a checkpoint, in ms. */
const OPEN_TIMEOUT_MS = 30_000;

interface Connection {
  readonly reader: DatabaseSyncInstance;
  readonly known: KnownCustomers;
  readonly applied: AppliedMessagesTable;
}

/**
 * Reads customers as a transaction would find them, beside any write. It has a connection of its own, without a memory map: a dry run may look
 * at every customer, and mapped pages count as memory of the process.
 */
export class CustomerLook {
  private connection: Connection | undefined;

  constructor(private readonly database: Pick<SqliteDatabase, 'path' | 'assertThere'>) {}

  look(ids: readonly string[], identitiesOf: (known: KnownCustomer) => Uint8Array): FoundCustomer[] {
    this.database.assertThere();
    const { reader, known: customers, applied } = (this.connection ??= this.open());
    reader.exec('BEGIN');
    try {
      customers.begin();
      return ids.map((id) => {
        const key = customers.knownKeyOf(id);
        const known = customers.readKey(key, id);
        const identities = identitiesOf(known);
        const messages = key === undefined ? CustomerMessages.ofUnknown(identities) : applied.open(key, identities);
        return { known, has: (identity) => messages.has(identity) };
      });
    } finally {
      reader.exec('COMMIT');
    }
  }

  close(): void {
    this.connection?.reader.close();
    this.connection = undefined;
  }

  private open(): Connection {
    const reader = new DatabaseSync(this.database.path, { timeout: OPEN_TIMEOUT_MS });
    reader.exec('PRAGMA query_only = ON; PRAGMA cache_size = -16384');
    return { reader, known: new KnownCustomers(reader), applied: new AppliedMessagesTable(reader) };
  }
}
