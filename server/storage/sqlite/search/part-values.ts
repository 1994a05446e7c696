import type { CustomerSort, SortOrder } from '../../../domain/search/customer-query.js';
import type { Documents } from './blocks.js';
import { countBits, eachBit, type Bits } from './documents.js';
import { NO_VALUE } from './sort-columns.js';
import { boundsOf } from './values.js';

/** Some of the documents of a block. */
export interface Part {
  readonly documents: Documents;
  readonly bits: Bits;
}

/** One document, by its part. */
export interface Place {
  readonly part: number;
  readonly document: number;
}

/** What ascends in the order that was asked for, with what leads to the document. */
export interface Gathered {
  readonly values: Float64Array;
  readonly codes: Uint32Array;
}

/** Documents of several blocks with what they are sorted by, so that it ascends in the order that was asked for. */
export class PartValues {
  readonly total: number;
  private readonly starts: number[] = [];
  private readonly columns: readonly Float64Array[];
  private readonly idColumns: readonly Float64Array[];
  /** -1 where it descends. */
  readonly sign: 1 | -1;

  constructor(
    readonly parts: readonly Part[],
    sort: CustomerSort,
    order: SortOrder,
  ) {
    let total = 0;
    let start = 0;
    for (const { documents, bits } of parts) {
      this.starts.push(start);
      start += documents.size;
      total += countBits(bits);
    }
    this.total = total;
    this.sign = order === 'asc' ? 1 : -1;
    this.columns = parts.map(({ documents }) => documents.column(sort));
    this.idColumns = parts.map(({ documents }) => documents.column('id'));
  }

  /** The values of a part as they are stored: to be turned by {@link sign}, but for those that are infinite. */
  column(part: number): Float64Array {
    return this.columns[part];
  }

  /** The value of a document; infinite where it has none, so that it comes last. */
  value(part: number, document: number): number {
    const raw = this.columns[part][document];
    return raw === NO_VALUE ? NO_VALUE : raw * this.sign;
  }

  /** What equals are in the order of. */
  id(part: number, document: number): number {
    return this.idColumns[part][document];
  }

  /** What {@link placeOf} reads. */
  code(part: number, document: number): number {
    return this.starts[part] + document;
  }

  placeOf(code: number): Place {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.starts[middle] <= code) low = middle;
      else high = middle - 1;
    }
    return { part: low, document: code - this.starts[low] };
  }

  /** No document of a part has a smaller value. */
  least(part: number): number {
    const { least, most } = boundsOf(this.columns[part]);
    return this.sign === 1 ? least : -most;
  }

  /** The greatest value of a part that is one. */
  mostValue(part: number): number {
    const { least, most } = boundsOf(this.columns[part]);
    return this.sign === 1 ? most : -least;
  }

  /** No document of a part has a greater one. */
  most(part: number): number {
    return boundsOf(this.columns[part]).complete ? this.mostValue(part) : Infinity;
  }

  /** All documents, in no order. */
  all(): Gathered {
    const values = new Float64Array(this.total);
    const codes = new Uint32Array(this.total);
    let at = 0;
    this.parts.forEach(({ bits }, part) => {
      eachBit(bits, (document) => {
        values[at] = this.value(part, document);
        codes[at++] = this.starts[part] + document;
      });
    });
    return { values, codes };
  }

  /** What was gathered, in its order. */
  sorted({ values, codes }: Gathered): Place[] {
    const ids = new Float64Array(values.length);
    const places = Array.from(codes, (code) => this.placeOf(code));
    places.forEach(({ part, document }, i) => {
      ids[i] = this.idColumns[part][document];
    });
    const order = Array.from(places.keys());
    order.sort((a, b) => (values[a] === values[b] ? ids[a] - ids[b] : values[a] - values[b]));
    return order.map((i) => places[i]);
  }
}
