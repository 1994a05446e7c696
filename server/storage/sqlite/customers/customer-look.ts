import type { KnownCustomer } from '../../../domain/customer/customer-change.js';
import type { FoundCustomer } from '../../../domain/customer/customer-repository.js';
import { CustomerMessages } from '../../../domain/customer/packed-identities.js';
import type { SqliteDatabase } from '../database/database.js';
import { AppliedMessagesTable } from './applied-messages.js';
import { KnownCustomers } from './known-customers.js';

/** Reads customers as a transaction would find them, beside any write. */
export class CustomerLook {
  private readonly known: KnownCustomers;
  private readonly applied: AppliedMessagesTable;

  constructor(private readonly database: SqliteDatabase) {
    this.known = new KnownCustomers(database.reader);
    this.applied = new AppliedMessagesTable(database.reader);
  }

  look(ids: readonly string[], identitiesOf: (known: KnownCustomer) => Uint8Array): FoundCustomer[] {
    return this.database.snapshot(() => {
      this.known.begin();
      return ids.map((id) => {
        const key = this.known.knownKeyOf(id);
        const known = this.known.readKey(key, id);
        const identities = identitiesOf(known);
        const messages =
          key === undefined ? CustomerMessages.ofUnknown(identities) : this.applied.open(key, identities);
        return { known, has: (identity) => messages.has(identity) };
      });
    });
  }
}
