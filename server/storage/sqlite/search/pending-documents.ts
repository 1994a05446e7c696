import { allBits, type Bits } from './bits.js';
import type { Documents } from './blocks.js';
import { idNumber, NO_VALUE, type ColumnName } from './columns.js';
import type { Labels } from './labels.js';
import type { SearchDocument } from './store.js';

/** Documents that changed since they were indexed. Their columns are computed when they are needed. */
export class PendingDocuments<D extends SearchDocument> implements Documents {
  readonly size: number;
  readonly live: Bits;
  private readonly columns = new Map<ColumnName, Float64Array>();

  constructor(
    private readonly keys: readonly number[],
    readonly documents: readonly D[],
    private readonly labels: Labels,
  ) {
    this.size = documents.length;
    this.live = allBits(documents.length);
  }

  column(name: ColumnName): Float64Array {
    let column = this.columns.get(name);
    if (!column) this.columns.set(name, (column = Float64Array.from(this.numbers(name))));
    return column;
  }

  private numbers(name: ColumnName): readonly number[] {
    switch (name) {
      case 'key':
        return this.keys;
      case 'id': {
        const ids = this.documents.map((document) => document.sortValue('id') ?? document.id);
        const labels = this.labels.between('id', ids.filter(isText));
        return ids.map((id) => idNumber(id, (text) => labels.get(text)));
      }
      case 'email': {
        const emails = this.documents.map((document) => document.sortValue('email'));
        const labels = this.labels.between('email', emails.filter(isText));
        return emails.map((email) => (isText(email) ? labels.get(email) : undefined) ?? NO_VALUE);
      }
      case 'created_at':
      case 'last_updated':
        return this.documents.map((document) => Number(document.sortValue(name) ?? NO_VALUE));
      default:
        return name satisfies never;
    }
  }
}

function isText(value: string | number | undefined): value is string {
  return typeof value === 'string';
}
