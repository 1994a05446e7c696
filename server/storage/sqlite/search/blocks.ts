import type { DatabaseSyncInstance as DatabaseSync } from '@photostructure/sqlite';
import { prepareRows, type Query } from '../database/statements.js';
import type { NameCount } from './block-builder.js';
import { ByteCache } from './byte-cache.js';
import { addDocuments, allBits, countBits, noBits, numbersOf, subtract, wordsOf, type Bits } from './documents.js';
import type { ColumnName } from './sort-columns.js';
import { TermChunk } from './term-chunks.js';
import type { Term } from './terms.js';

/** Columns that are kept in memory at most, in bytes: five of 3 million customers. */
const COLUMN_CACHE_BYTES = 128 * 2 ** 20;
/** Documents of terms: who types a word asks for most of its grams again and again. */
const TERM_CACHE_BYTES = 32 * 2 ** 20;
const NOTHING = new Uint8Array();

type BlockRow = [block: number, size: number, dead: Uint8Array, names: string];

/** Documents in which a search looks: those of a block of the index, or those that are not indexed yet. */
export interface Documents {
  readonly size: number;
  /** Those that are as the block says. */
  readonly live: Bits;
  column(name: ColumnName): Float64Array;
}

/** A block of the index as of one moment. */
export class Block implements Documents {
  readonly liveCount: number;
  private namesOnce: ReadonlyMap<number, NameCount> | undefined;

  constructor(
    readonly number: number,
    readonly size: number,
    readonly live: Bits,
    private readonly namesText: string,
    private readonly store: BlockStore,
  ) {
    this.liveCount = countBits(live);
  }

  /** The same block, some of whose documents are not as it says. */
  without(dead: Bits): Block {
    const live = this.live.slice();
    subtract(live, dead);
    return new Block(this.number, this.size, live, this.namesText, this.store);
  }

  /** Of all its documents, dead ones too. */
  get names(): ReadonlyMap<number, NameCount> {
    // Safe: written by the indexer.
    return (this.namesOnce ??= new Map(
      (JSON.parse(this.namesText) as [name: number, documents: number, events: number][]).map(
        ([name, documents, events]) => [name, { name, documents, events }],
      ),
    ));
  }

  column(name: ColumnName): Float64Array {
    return this.store.column(this.number, name);
  }

  /** What is stored for a term. */
  stored(term: Term): Uint8Array | undefined {
    return this.store.stored(this.number, term);
  }

  /** The documents of a term, dead ones too. */
  documents(term: Term): Bits {
    const bits = noBits(this.size);
    const stored = this.stored(term);
    if (stored) addDocuments(bits, stored, this.size);
    return bits;
  }

  /** All terms from one to another, both included. */
  range(from: Term, to: Term): Generator<{ readonly term: Term; readonly stored: Uint8Array }> {
    return this.store.range(this.number, from, to);
  }

  /** The document of a customer; undefined when it has none here. */
  documentOf(key: number): number | undefined {
    const keys = this.column('key');
    let low = 0;
    let high = keys.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      if (keys[middle] === key) return middle;
      if (keys[middle] < key) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }
}

/** Reads the index. What it gives is as of the moment of the snapshot in which it is asked. */
export class BlockStore {
  private readonly versionRow: Query<[number]>;
  private readonly labelsVersionRow: Query<[number]>;
  private readonly blockRows: Query<BlockRow>;
  private readonly columnRow: Query<[Uint8Array]>;
  private readonly chunkOf: Query<[packed: Uint8Array]>;
  private readonly chunksFrom: Query<[packed: Uint8Array]>;
  private readonly columns = new ByteCache<Float64Array>(COLUMN_CACHE_BYTES);
  private readonly terms = new ByteCache<Uint8Array>(TERM_CACHE_BYTES);
  private version = -1;
  private labelsVersion = 0;
  private blocks: readonly Block[] = [];

  constructor(db: DatabaseSync) {
    this.versionRow = prepareRows(db, "SELECT value FROM meta WHERE name = 'search_version'");
    this.labelsVersionRow = prepareRows(db, "SELECT value FROM meta WHERE name = 'search_labels_version'");
    this.blockRows = prepareRows(
      db,
      'SELECT block, size, dead, names FROM search_blocks WHERE published = 1 ORDER BY block',
    );
    this.columnRow = prepareRows(db, 'SELECT numbers FROM search_columns WHERE block = ? AND name = ?');
    this.chunkOf = prepareRows(
      db,
      'SELECT packed FROM search_terms WHERE block = ? AND first <= ? ORDER BY first DESC LIMIT 1',
    );
    this.chunksFrom = prepareRows(
      db,
      `SELECT packed FROM search_terms WHERE block = ?1 AND first <= ?3 AND first >= coalesce(
         (SELECT max(first) FROM search_terms WHERE block = ?1 AND first <= ?2), ?2) ORDER BY first`,
    );
  }

  /** All blocks, as they are in the snapshot. */
  current(): readonly Block[] {
    const version = this.currentVersion();
    if (version !== this.version) {
      this.refreshColumns();
      this.blocks = this.blockRows.all().map(([number, size, dead, names]) => {
        const live = allBits(size);
        subtract(live, wordsOf(dead));
        return new Block(number, size, live, names, this);
      });
      this.version = version;
    }
    return this.blocks;
  }

  currentVersion(): number {
    return this.versionRow.get()?.[0] ?? 0;
  }

  column(block: number, name: ColumnName): Float64Array {
    return this.columns.get(`${block} ${name}`, () => {
      const row = this.columnRow.get(block, name);
      if (!row) throw new Error(`Block ${block} of the search index has no column ${name}.`);
      return numbersOf(row[0]);
    });
  }

  /** A block does not change but when all labels were given anew. */
  private refreshColumns(): void {
    const version = this.labelsVersionRow.get()?.[0] ?? 0;
    if (version === this.labelsVersion) return;
    this.labelsVersion = version;
    this.columns.clear();
  }

  stored(block: number, term: Term): Uint8Array | undefined {
    const stored = this.terms.get(`${block} ${term}`, () => {
      const row = this.chunkOf.get(block, term);
      if (!row) return NOTHING;
      const chunk = new TermChunk(row[0]);
      const i = chunk.seek(term);
      return i < chunk.count && chunk.term(i) === term ? chunk.documentsOf(i).slice() : NOTHING;
    });
    return stored.length === 0 ? undefined : stored;
  }

  *range(block: number, from: Term, to: Term): Generator<{ readonly term: Term; readonly stored: Uint8Array }> {
    for (const [packed] of this.chunksFrom.all(block, from, to)) {
      const chunk = new TermChunk(packed);
      if (typeof chunk.term(0) !== typeof from) continue;
      const end = chunk.seek(to);
      for (let i = chunk.seek(from); i < chunk.count && (i < end || chunk.term(i) === to); i++) {
        yield { term: chunk.term(i), stored: chunk.documentsOf(i) };
      }
    }
  }
}
