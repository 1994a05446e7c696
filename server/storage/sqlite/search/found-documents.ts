import { countBits, eachBit, hasBit, intersect, noBits, setBit, subtract, unite, type Bits } from './bits.js';
import type { BlockCandidates } from './block-candidates.js';
import { Block } from './blocks.js';
import type { Snapshot, SnapshotReader } from './snapshot.js';
import type { Place, Subset } from './sort-values.js';
import { finished } from './steps.js';
import type { Match, Query, SearchDocument } from './store.js';
import { textCandidates } from './text-candidates.js';

/** Up to this many documents are read to find those with an exact value. With more of them, the lists of values are asked. */
const FEW_FOUND = 200;

/** The documents that a selection finds, indexed or pending. */
export class FoundDocuments<D extends SearchDocument> {
  readonly subsets: Subset[];
  /** The ranks of the pending documents. */
  private readonly ranks: readonly (number | undefined)[];

  constructor(
    private readonly query: Query,
    private readonly match: Match<D>,
    private readonly snapshot: Snapshot<D>,
    private readonly reader: SnapshotReader<D>,
    candidates: BlockCandidates<D>,
  ) {
    const { blocks, pending } = snapshot;
    // Blocks that were published since the last step are left.
    finished(candidates.search(() => blocks));
    this.subsets = blocks.map((block) => ({ documents: block, bits: candidates.of(block).sure }));
    this.ranks = pending.documents.map(match);
    if (pending.size > 0) {
      const bits = this.ranked((rank) => rank !== undefined);
      this.subsets.push({ documents: pending, bits });
    }
  }

  count(): number {
    return this.subsets.reduce((sum, { bits }) => sum + countBits(bits), 0);
  }

  /** The document at a place as it is now; undefined when it is not selected. */
  read({ subset, document }: Place): D | undefined {
    const found = this.reader.store.document(this.subsets[subset].documents.column('key')[document]);
    // The index tells the truth about documents that did not change; when it is behind it may hold some that did.
    if (!found || !this.behind) return found;
    return this.match(found) === undefined ? undefined : found;
  }

  /** The key of the document at a place. It is read only when the index is behind; undefined when it is not selected. */
  keyAt(place: Place): number | undefined {
    if (this.behind && !this.read(place)) return undefined;
    return this.subsets[place.subset].documents.column('key')[place.document];
  }

  /** True when the index is so far behind that selected documents may be missing. */
  get behind(): boolean {
    return this.snapshot.behind;
  }

  /** The found documents, in the lists of their ranks if the query is ranked. */
  byRank(): Subset[][] {
    const { search, ranked } = this.query;
    const all = [[...this.subsets]];
    if (search === undefined || !ranked) return all;
    const named = this.named((subset) => this.withId(subset, search.exact));
    const valued = this.named(this.valueFinder(search.exact));
    if (!named && !valued) return all;
    const rest = this.subsets.map(({ bits }, i) => {
      const others = bits.slice();
      if (valued) subtract(others, valued[i]);
      if (named) {
        subtract(others, named[i]);
        if (valued) subtract(valued[i], named[i]);
      }
      return others;
    });
    return [named, valued, rest]
      .filter((lists) => lists !== undefined)
      .map((lists) => this.subsets.map(({ documents }, i) => ({ documents, bits: lists[i] })));
  }

  /** Bits for each subset; undefined when no document has any. */
  private named(bitsOf: (subset: Subset) => Bits | undefined): Bits[] | undefined {
    const named = this.subsets.map(bitsOf);
    if (named.every((bits) => bits === undefined)) return undefined;
    return named.map((bits, i) => bits ?? noBits(this.subsets[i].documents.size));
  }

  private withId({ documents, bits }: Subset, id: string): Bits | undefined {
    if (!(documents instanceof Block)) return this.ranked((rank) => rank === 0);
    const key = this.reader.store.keyOf(id);
    const document = key === undefined ? undefined : documents.documentOf(key);
    if (document === undefined || !hasBit(bits, document)) return undefined;
    const named = noBits(documents.size);
    setBit(named, document);
    return named;
  }

  /** Finds the documents with a value in a subset. */
  private valueFinder(value: string): (subset: Subset) => Bits | undefined {
    const isFew = this.count() <= FEW_FOUND;
    const attributes = [...this.reader.numbers('attribute').values()];
    return ({ documents, bits }) => {
      if (!(documents instanceof Block)) return this.ranked((rank) => rank === 1);
      const found = noBits(documents.size);
      const maybe = bits.slice();
      if (!isFew) {
        const inBlock = attributes.filter((name) => documents.hasName(name));
        const candidates = textCandidates(documents, inBlock, value, this.reader);
        unite(found, candidates.sure);
        intersect(found, bits);
        intersect(maybe, candidates.maybe);
        subtract(maybe, found);
      }
      eachBit(maybe, (document) => {
        const read = this.reader.store.document(documents.column('key')[document]);
        if (read && this.match(read) === 1) setBit(found, document);
      });
      return found.some((word) => word !== 0) ? found : undefined;
    };
  }

  /** The pending documents of some ranks. */
  private ranked(isWanted: (rank: number | undefined) => boolean): Bits {
    const bits = noBits(this.ranks.length);
    this.ranks.forEach((rank, document) => {
      if (isWanted(rank)) setBit(bits, document);
    });
    return bits;
  }
}
