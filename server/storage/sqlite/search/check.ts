import { eachBit, hasBit, subtract, type Bits } from './bits.js';
import { BlockBuilder, type ListedValues } from './block-builder.js';
import type { Block } from './blocks.js';
import { idNumber, NO_VALUE } from './columns.js';
import { compareLists, type OnDocument } from './compare-lists.js';
import { DamagedIndex } from './damaged-index.js';
import { bitsOfKeys, withoutKeys, type SnapshotReader } from './snapshot.js';
import type { SearchDocument, SearchStore } from './store.js';
import { ALL_VALUES, nameOf, valueOf, type NameKind, type Term } from './terms.js';

/** @param key the id of a document, or its key, or the name of a part of the index */
export type OnDifference = (key: string, expected: string, found: string) => void;

const KEYS_AT_ONCE = 10_000;
const LABELS_AT_ONCE = 10_000;

/** Stands for a dead document, so that the documents after it keep their numbers. It has no terms. */
const DEAD: SearchDocument = {
  id: '',
  attributeTexts: () => [],
  typedValues: () => [],
  labels: [],
  events: {},
  eventTimes: () => new Map(),
  endedEvents: () => new Map(),
  sortValue: () => undefined,
};

/** See `SearchIndex.check`. */
export function checkIndex<D extends SearchDocument>(
  store: SearchStore<D>,
  reader: SnapshotReader<D>,
  keys: Iterable<readonly [number]>,
  onDifference: OnDifference,
): void {
  try {
    new IndexCheck(store, reader, onDifference).run(keys);
  } catch (error) {
    if (!(error instanceof DamagedIndex)) throw error;
    onDifference('blocks', 'blocks that can be read', error.message);
  }
}

class IndexCheck<D extends SearchDocument> {
  private readonly numbers: Readonly<Record<NameKind, Map<string, number>>>;
  private unnumbered = 0;

  constructor(
    private readonly store: SearchStore<D>,
    private readonly reader: SnapshotReader<D>,
    private readonly onDifference: OnDifference,
  ) {
    this.numbers = {
      attribute: reader.numbers('attribute'),
      event: reader.numbers('event'),
      label: reader.numbers('label'),
    };
  }

  run(keys: Iterable<readonly [number]>): void {
    const pending = this.pending();
    const blocks = this.reader.blocks.current().map((block) => withoutKeys(block, pending));
    const indexed = blocks.flatMap((block) => {
      const column = block.column('key');
      const live: number[] = [];
      eachBit(block.live, (document) => live.push(column[document]));
      return live;
    });
    this.checkMembers(keys, Float64Array.from(indexed).sort(), pending);
    this.checkLabels();
    for (const block of blocks) this.checkBlock(block);
  }

  private pending(): number[] {
    const pending: number[] = [];
    for (let after = -Infinity; ;) {
      const keys = this.reader.pendingAfter(after, KEYS_AT_ONCE);
      for (const key of keys) pending.push(key);
      if (keys.length < KEYS_AT_ONCE) return pending;
      after = keys[keys.length - 1];
    }
  }

  /** Every document is indexed once, or waits to be indexed. @param indexed ascending, as `pending` */
  private checkMembers(keys: Iterable<readonly [number]>, indexed: Float64Array, pending: readonly number[]): void {
    let at = 0;
    let waiting = 0;
    for (const [key] of keys) {
      for (; at < indexed.length && indexed[at] < key; at++) this.differ(indexed[at], 'nothing', 'an indexed document');
      while (waiting < pending.length && pending[waiting] < key) waiting++;
      let times = 0;
      for (; at < indexed.length && indexed[at] === key; at++) times++;
      if (times > 1) this.differ(key, 'indexed once', `indexed ${times} times`);
      if (times === 0 && pending[waiting] !== key) this.differ(key, 'indexed, or waiting for it', 'neither');
    }
    for (; at < indexed.length; at++) this.differ(indexed[at], 'nothing', 'an indexed document');
  }

  /** Labels are in the order of their texts. */
  private checkLabels(): void {
    const after = this.store.reader.prepare<[kind: string, text: string, label: number]>(
      `SELECT kind, text, label FROM search_labels WHERE (kind, text) > (?, ?) ORDER BY kind, text LIMIT ${LABELS_AT_ONCE}`,
    );
    let last: readonly [kind: string, text: string, label: number] = ['', '', -1];
    for (;;) {
      const rows = after.all(last[0], last[1]);
      for (const row of rows) {
        const [kind, text, label] = row;
        if (kind === last[0] && label <= last[2])
          this.onDifference(`label of the ${kind} ${text}`, `more than ${last[2]}`, String(label));
        last = row;
      }
      if (rows.length < LABELS_AT_ONCE) return;
    }
  }

  /** Builds the block anew from the documents that are live in it. */
  private checkBlock(block: Block): void {
    const keys = block.column('key');
    const missing: number[] = [];
    const builder = new BlockBuilder((kind, name) => this.numberOf(kind, name), this.store, listedIn(block));
    keys.forEach((key, document) => {
      if (document > 0 && keys[document - 1] >= key) this.differ(key, 'keys in their order', 'a smaller key');
      const isLive = hasBit(block.live, document);
      const found = isLive ? this.store.document(key) : undefined;
      // A document that is gone was told by checkMembers.
      if (isLive && !found) missing.push(key);
      builder.add(key, found ?? DEAD);
    });
    const live = block.live.slice();
    const gone = bitsOfKeys(block, missing);
    if (gone) subtract(live, gone);
    this.checkColumns(block, builder, live);
    this.checkTerms(block, builder, live);
  }

  private checkColumns(block: Block, builder: BlockBuilder, live: Bits): void {
    const { labels } = this.reader;
    const expected = {
      id: (document: number) => idNumber(builder.ids[document], (id) => labels.find('id', id)),
      email: (document: number) => {
        const email = builder.emails[document];
        return (email === undefined ? undefined : labels.find('email', email)) ?? NO_VALUE;
      },
      created_at: (document: number) => builder.createdAt[document],
      last_updated: (document: number) => builder.lastUpdated[document],
    };
    for (const name of ['id', 'email', 'created_at', 'last_updated'] as const) {
      const column = block.column(name);
      eachBit(live, (document) => {
        const number = expected[name](document);
        if (column[document] !== number)
          this.differ(builder.keys[document], `${name} ${number}`, `${name} ${column[document]}`);
      });
    }
    for (const [name] of builder.names()) {
      if (!block.hasName(name)) this.onDifference(`block ${block.number}`, `the name ${name}`, 'no such name');
    }
  }

  private checkTerms(block: Block, builder: BlockBuilder, live: Bits): void {
    const expected = builder.terms();
    const differ: OnDocument = (document, ...words) => this.differ(builder.keys[document], ...words);
    let next = expected.next();
    const skipTo = (term: Term | undefined): void => {
      for (; !next.done && (term === undefined || this.compare(next.value.term, term) < 0); next = expected.next())
        compareLists(block.size, live, next.value, undefined, differ);
    };
    for (const stored of block.terms()) {
      skipTo(stored.term);
      const isSame = !next.done && next.value.term === stored.term;
      compareLists(block.size, live, isSame && !next.done ? next.value : undefined, stored, differ);
      if (isSame) next = expected.next();
    }
    skipTo(undefined);
  }

  private compare(a: Term, b: Term): number {
    if (typeof a === 'number') return typeof b === 'number' ? a - b : -1;
    return typeof b === 'number' ? 1 : this.store.compare(a, b);
  }

  /** The number of a name. A name without a number gets one that no block has. */
  private numberOf(kind: NameKind, name: string): number {
    let number = this.numbers[kind].get(name);
    if (number === undefined) this.numbers[kind].set(name, (number = --this.unnumbered));
    return number;
  }

  private differ(key: number, expected: string, found: string): void {
    this.onDifference(this.store.document(key)?.id ?? `key ${key}`, expected, found);
  }
}

/** The attributes of a block that have texts, with their values that are listed. */
function listedIn(block: Block): ListedValues {
  const listed = new Map(Array.from(block.textNames, (name) => [name, new Set<string>()]));
  for (const { term } of block.range(ALL_VALUES.from, ALL_VALUES.to)) listed.get(nameOf(term))?.add(valueOf(term));
  return listed;
}
