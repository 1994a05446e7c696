import { countBits, eachBit, type Bits } from './bits.js';
import type { Documents } from './blocks.js';
import { boundsOf, NO_VALUE } from './columns.js';
import type { SortName, SortOrder } from './store.js';

/** Some of the documents of a block, or of the pending documents. */
export interface Subset {
  readonly documents: Documents;
  readonly bits: Bits;
}

/** The place of a document: the index of its subset, and its number there. */
export interface Place {
  readonly subset: number;
  readonly document: number;
}

/** Values of documents, with the codes of the documents in the same order. */
export interface Gathered {
  readonly values: Float64Array;
  readonly codes: Uint32Array;
}

/** The values by which subsets are sorted. They ascend in the wanted order: for a descending order their signs are changed. */
export class SortValues {
  readonly total: number;
  private readonly starts: number[] = [];
  private readonly columns: readonly Float64Array[];
  private readonly idColumns: readonly Float64Array[];
  /** -1 for a descending order. */
  readonly sign: 1 | -1;

  constructor(
    readonly subsets: readonly Subset[],
    sort: SortName,
    order: SortOrder,
  ) {
    let total = 0;
    let start = 0;
    for (const { documents, bits } of subsets) {
      this.starts.push(start);
      start += documents.size;
      total += countBits(bits);
    }
    this.total = total;
    this.sign = order === 'asc' ? 1 : -1;
    this.columns = subsets.map(({ documents }) => documents.column(sort));
    this.idColumns = subsets.map(({ documents }) => documents.column('id'));
  }

  /** The stored values of a subset: all but missing ones are to be multiplied by {@link sign}. */
  column(subset: number): Float64Array {
    return this.columns[subset];
  }

  /** The value of a document; a missing one is {@link NO_VALUE}, which comes last. */
  value(subset: number, document: number): number {
    const raw = this.columns[subset][document];
    return raw === NO_VALUE ? NO_VALUE : raw * this.sign;
  }

  /** The id of a document, by which equal values are sorted. */
  id(subset: number, document: number): number {
    return this.idColumns[subset][document];
  }

  /** The code of a document, which {@link placeOf} decodes. */
  code(subset: number, document: number): number {
    return this.starts[subset] + document;
  }

  placeOf(code: number): Place {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.starts[middle] <= code) low = middle;
      else high = middle - 1;
    }
    return { subset: low, document: code - this.starts[low] };
  }

  /** The smallest value of a subset, or a smaller one. */
  least(subset: number): number {
    const { least, most } = boundsOf(this.columns[subset]);
    return this.sign === 1 ? least : -most;
  }

  /** The greatest value of a subset that is not missing, or a greater one. */
  mostValue(subset: number): number {
    const { least, most } = boundsOf(this.columns[subset]);
    return this.sign === 1 ? most : -least;
  }

  /** The greatest value of a subset, or a greater one; infinite when one may be missing. */
  most(subset: number): number {
    return boundsOf(this.columns[subset]).complete ? this.mostValue(subset) : Infinity;
  }

  /** The values of all documents, unsorted. */
  all(): Gathered {
    const values = new Float64Array(this.total);
    const codes = new Uint32Array(this.total);
    let at = 0;
    this.subsets.forEach(({ bits }, subset) => {
      eachBit(bits, (document) => {
        values[at] = this.value(subset, document);
        codes[at++] = this.starts[subset] + document;
      });
    });
    return { values, codes };
  }

  /** Sorts gathered documents by value, and equal values by id. */
  sorted({ values, codes }: Gathered): Place[] {
    const ids = new Float64Array(values.length);
    const places = Array.from(codes, (code) => this.placeOf(code));
    places.forEach(({ subset, document }, i) => {
      ids[i] = this.idColumns[subset][document];
    });
    const order = Array.from(places.keys());
    order.sort((a, b) => (values[a] === values[b] ? ids[a] - ids[b] : values[a] - values[b]));
    return order.map((i) => places[i]);
  }
}
