import { CustomerMatcher } from '../../../domain/search/customer-matcher.js';
import { foldCase } from '../../../domain/search/fold-case.js';
import { OpenRecord } from '../../../domain/search/open-record.js';
import type { CustomerSelection } from '../../../domain/search/customer-query.js';
import type { CustomerRecord } from '../../../domain/customer/customer.js';
import { Block, type Documents } from './blocks.js';
import { clearBit, countBits, eachBit, hasBit, noBits, setBit, subtract, type Bits } from './documents.js';
import type { Snapshot, SnapshotReader } from './snapshot.js';
import { IndexedSelection } from './verdicts.js';
import type { Part, Place } from './part-values.js';

/** The documents of one block that a selection finds. */
export interface FoundPart extends Part {
  /** Those in `bits` that do satisfy it; the others have to be looked at. */
  readonly sure: Bits;
}

/** So many customers are looked at, in 15 ms or so, to make out an exact result. */
const MOST_LOOKS = 2_000;

/** What the index, and what is not indexed yet, have for a selection. */
export class FoundDocuments {
  readonly parts: readonly FoundPart[];
  /** False when there are more to be looked at than can be. */
  readonly exact: boolean;
  private readonly matcher: CustomerMatcher;

  constructor(
    private readonly selection: CustomerSelection,
    private readonly snapshot: Snapshot,
    private readonly reader: SnapshotReader,
  ) {
    this.matcher = new CustomerMatcher(selection);
    const indexed = new IndexedSelection(selection, (kind, name) => reader.numberOf(kind, name));
    const parts: FoundPart[] = snapshot.blocks.map((block) => {
      const { sure, maybe } = indexed.verdict(block);
      return { documents: block, bits: maybe, sure };
    });
    const { pending } = snapshot;
    if (pending.size > 0) {
      const { bits } = pending.matching(selection);
      parts.push({ documents: pending, bits, sure: bits });
    }
    this.parts = parts;
    this.exact = this.unsure() <= MOST_LOOKS;
    if (this.exact) this.settle();
  }

  count(): number {
    return this.parts.reduce((sum, { bits }) => sum + countBits(bits), 0);
  }

  countSure(): number {
    return this.parts.reduce((sum, { sure }) => sum + countBits(sure), 0);
  }

  /** The customer at a place as it is now; undefined when it is not selected after all. */
  look({ part, document }: Place): CustomerRecord | undefined {
    const { documents, sure } = this.parts[part];
    const record = this.reader.record(documents.column('key')[document]);
    if (!record) return undefined;
    // What the index says is so but for customers that changed, which are in `pending` unless there are too many.
    if (hasBit(sure, document) && !this.snapshot.behind) return record;
    return this.matcher.match(new OpenRecord(record)) === undefined ? undefined : record;
  }

  isSure({ part, document }: Place): boolean {
    return hasBit(this.parts[part].sure, document);
  }

  /** Whom the search names by id or by email, in two lists, and all the rest. Together they are {@link parts}. */
  byRank(): FoundPart[][] {
    const { search } = this.selection;
    if (search === undefined) return [[...this.parts]];
    const ids = this.named((part) => this.withId(part, search));
    const emails = this.named((part) => this.withEmail(part, search));
    if (!ids && !emails) return [[...this.parts]];
    const rest = this.parts.map(({ bits }, i) => {
      const others = bits.slice();
      if (emails) subtract(others, emails[i]);
      if (ids) {
        subtract(others, ids[i]);
        if (emails) subtract(emails[i], ids[i]);
      }
      return others;
    });
    return [ids, emails, rest]
      .filter((lists) => lists !== undefined)
      .map((lists) => this.parts.map((part, i) => ({ ...part, bits: lists[i] })));
  }

  /** Undefined when there is nobody. */
  private named(bitsOf: (part: FoundPart) => Bits | undefined): Bits[] | undefined {
    const named = this.parts.map(bitsOf);
    if (named.every((bits) => bits === undefined)) return undefined;
    return named.map((bits, i) => bits ?? noBits(this.parts[i].documents.size));
  }

  private withId({ documents, bits }: FoundPart, id: string): Bits | undefined {
    const key = this.reader.keyOf(id);
    const document = key === undefined ? undefined : documentOf(documents, key);
    if (document === undefined || !hasBit(bits, document)) return undefined;
    const named = noBits(documents.size);
    setBit(named, document);
    return named;
  }

  private withEmail({ documents, bits }: FoundPart, email: string): Bits | undefined {
    if (!(documents instanceof Block)) return this.snapshot.pending.matching(this.selection).rank(1);
    const label = this.reader.labels.find('email', foldCase(email));
    if (label === undefined) return undefined;
    const column = documents.column('email');
    let named: Bits | undefined;
    for (let document = column.indexOf(label); document >= 0; document = column.indexOf(label, document + 1)) {
      if (hasBit(bits, document)) setBit((named ??= noBits(documents.size)), document);
    }
    return named;
  }

  private unsure(): number {
    return this.count() - this.countSure();
  }

  /** Looks at all that are not sure. */
  private settle(): void {
    this.parts.forEach(({ documents, bits, sure }, part) => {
      const unsure = bits.slice();
      subtract(unsure, sure);
      eachBit(unsure, (document) => {
        const record = this.reader.record(documents.column('key')[document]);
        if (record && this.matcher.match(new OpenRecord(record)) !== undefined) setBit(sure, document);
        else clearBit(this.parts[part].bits, document);
      });
    });
  }
}

function documentOf(documents: Documents, key: number): number | undefined {
  if (documents instanceof Block) return documents.documentOf(key);
  const document = documents.column('key').indexOf(key);
  return document < 0 ? undefined : document;
}
