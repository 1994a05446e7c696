import { noBits, setBit, type Bits } from './bits.js';
import { BlockReader, type Block } from './blocks.js';
import { Labels } from './labels.js';
import { PendingDocuments } from './pending-documents.js';
import type { SearchDocument, SearchStore, Statement } from './store.js';
import type { NameKind } from './terms.js';

/** Up to this many changed documents are read by every search, in about 20 ms. With more of them the index is behind. */
const MOST_PENDING = 1_000;

/** The index and the documents that changed since they were indexed, at one moment. */
export interface Snapshot<D extends SearchDocument> {
  /** Documents that changed are not live, unless the index is behind. */
  readonly blocks: readonly Block[];
  /** The documents that changed, as they are now; none when the index is behind. */
  readonly pending: PendingDocuments<D>;
  /** True when so many documents changed that they are not read: the blocks are as they were indexed. */
  readonly behind: boolean;
}

/** Reads the index and the documents. Must be used within a snapshot of the store. */
export class SnapshotReader<D extends SearchDocument> {
  readonly blocks: BlockReader;
  readonly labels: Labels;
  private readonly keysAfter: Statement<[key: number]>;
  private readonly nameNumber: Statement<[number]>;
  private readonly numberedNames: Statement<[number: number, name: string]>;

  constructor(readonly store: SearchStore<D>) {
    const { reader } = store;
    this.blocks = new BlockReader(reader);
    this.labels = new Labels(reader, store);
    this.keysAfter = reader.prepare('SELECT key FROM search_pending WHERE key > ? ORDER BY key LIMIT ?');
    this.nameNumber = reader.prepare('SELECT number FROM search_names WHERE kind = ? AND name = ?');
    this.numberedNames = reader.prepare('SELECT number, name FROM search_names WHERE kind = ?');
  }

  read(): Snapshot<D> {
    const indexed = this.blocks.current();
    const changed = this.pendingAfter(-Infinity, MOST_PENDING + 1);
    if (changed.length > MOST_PENDING) {
      return { blocks: indexed, pending: new PendingDocuments<D>([], [], this.labels), behind: true };
    }
    const keys: number[] = [];
    const documents: D[] = [];
    for (const key of changed) {
      const document = this.store.document(key);
      if (!document) continue;
      keys.push(key);
      documents.push(document);
    }
    const pending = new PendingDocuments(keys, documents, this.labels);
    return { blocks: indexed.map((block) => withoutKeys(block, changed)), pending, behind: false };
  }

  /** The form in which texts are compared without regard to case. */
  fold(text: string): string {
    return this.store.fold(text);
  }

  compareNumbers(a: string, b: string): number {
    return this.store.compareNumbers(a, b);
  }

  timeOfNumber(number: number): number | undefined {
    return this.store.timeOfNumber(number);
  }

  comparable(text: string): string | undefined {
    return this.store.comparable(text);
  }

  /** The keys of changed documents that are greater than `key`, ascending. */
  pendingAfter(key: number, limit: number): number[] {
    return this.keysAfter.all(key, limit).map(([one]) => one);
  }

  /** The number of a name; undefined when no indexed document has had it. */
  numberOf(kind: NameKind, name: string): number | undefined {
    return this.nameNumber.get(kind, name)?.[0];
  }

  /** The numbers of all names. */
  numbers(kind: NameKind): Map<string, number> {
    return new Map(this.numberedNames.all(kind).map(([number, name]) => [name, number]));
  }
}

/** The block without the documents of some keys. */
export function withoutKeys(block: Block, keys: readonly number[]): Block {
  const dead = bitsOfKeys(block, keys);
  return dead ? block.without(dead) : block;
}

/** The documents of some keys; undefined when the block has none of them. */
export function bitsOfKeys(block: Block, keys: readonly number[]): Bits | undefined {
  let bits: Bits | undefined;
  for (const key of keys) {
    const document = block.documentOf(key);
    if (document !== undefined) setBit((bits ??= noBits(block.size)), document);
  }
  return bits;
}
