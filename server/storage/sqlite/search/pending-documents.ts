import { CustomerMatcher, type SearchRank } from '../../../domain/search/customer-matcher.js';
import { OpenRecord } from '../../../domain/search/open-record.js';
import type { CustomerSelection } from '../../../domain/search/customer-query.js';
import type { CustomerRecord } from '../../../domain/customer/customer.js';
import type { Documents } from './blocks.js';
import { allBits, noBits, setBit, type Bits } from './documents.js';
import type { Labels } from './labels.js';
import { idNumber, NO_VALUE, type ColumnName } from './sort-columns.js';

/** Customers that changed since they were indexed, looked at one by one. */
export class PendingDocuments implements Documents {
  readonly size: number;
  readonly live: Bits;
  private readonly customers: readonly OpenRecord[];
  private readonly columns = new Map<ColumnName, Float64Array>();

  constructor(
    private readonly keys: readonly number[],
    records: readonly CustomerRecord[],
    private readonly labels: Labels,
  ) {
    this.size = records.length;
    this.live = allBits(records.length);
    this.customers = records.map((record) => new OpenRecord(record));
  }

  get open(): readonly OpenRecord[] {
    return this.customers;
  }

  /** Those that are selected, and those of them that have the rank. */
  matching(selection: CustomerSelection): { bits: Bits; rank: (rank: SearchRank) => Bits } {
    const matcher = new CustomerMatcher(selection);
    const bits = noBits(this.size);
    const ranks = this.customers.map((customer, i) => {
      const rank = matcher.match(customer);
      if (rank !== undefined) setBit(bits, i);
      return rank;
    });
    const rank = (wanted: SearchRank): Bits => {
      const ranked = noBits(this.size);
      ranks.forEach((one, i) => {
        if (one === wanted) setBit(ranked, i);
      });
      return ranked;
    };
    return { bits, rank };
  }

  column(name: ColumnName): Float64Array {
    let column = this.columns.get(name);
    if (!column) this.columns.set(name, (column = Float64Array.from(this.numbers(name))));
    return column;
  }

  private numbers(name: ColumnName): number[] {
    switch (name) {
      case 'key':
        return [...this.keys];
      case 'id': {
        const ids = this.customers.map(({ record }) => record.id);
        const labels = this.labels.between('id', ids);
        return ids.map((id) => idNumber(id, () => labels.get(id) ?? NO_VALUE));
      }
      case 'email': {
        const emails = this.customers.map((customer) => customer.sortValue('email'));
        const labels = this.labels.between('email', emails.filter((email) => email !== undefined).map(String));
        return emails.map((email) => (email === undefined ? NO_VALUE : (labels.get(String(email)) ?? NO_VALUE)));
      }
      case 'created_at':
      case 'last_updated':
        return this.customers.map((customer) => Number(customer.sortValue(name) ?? NO_VALUE));
      default:
        return name satisfies never;
    }
  }
}
