import { allBits, countBits, noBits, subtract, type Bits } from './bits.js';
import { ByteCache } from './byte-cache.js';
import { indexOf, type ColumnName } from './columns.js';
import { DamagedIndex } from './damaged-index.js';
import { addDocuments, numbersOf, wordsOf } from './document-lists.js';
import type { Connection, Statement } from './store.js';
import { TermChunk, type TermRow } from './term-chunks.js';
import type { Term } from './terms.js';

/** Size of the cached columns, in bytes: five columns of 3 million documents. */
const COLUMN_CACHE_BYTES = 128 * 2 ** 20;
/** Size of the cached lists of documents, in bytes. A person who types a word needs most of its grams again and again. */
const LIST_CACHE_BYTES = 32 * 2 ** 20;
const NO_LIST = new Uint8Array();
const CHUNKS_AT_ONCE = 100;
/** The lists of a chunk may be long, so that few chunks of a range are in memory at a time. */
const FEW_CHUNKS = 16;

type BlockRow = [block: number, size: number, dead: Uint8Array, names: string];

/** Documents that a search looks at: those of a block, or those that are not indexed yet. */
export interface Documents {
  readonly size: number;
  /** Without documents that changed since they were indexed. */
  readonly live: Bits;
  column(name: ColumnName): Float64Array;
}

/** A published block as it is in a snapshot. */
export class Block implements Documents {
  readonly liveCount: number;
  private namesOnce: NamesOfBlock | undefined;

  constructor(
    readonly number: number,
    readonly size: number,
    readonly live: Bits,
    private readonly namesText: string,
    private readonly blocks: BlockReader,
  ) {
    this.liveCount = countBits(live);
  }

  /** The same block with fewer live documents. */
  without(dead: Bits): Block {
    const live = this.live.slice();
    subtract(live, dead);
    return new Block(this.number, this.size, live, this.namesText, this.blocks);
  }

  /** False when none of the documents, dead or live, has the attribute or event with this number. */
  hasName(name: number): boolean {
    return this.names.all.has(name);
  }

  /** The attributes whose values are not listed, but have texts. */
  get textNames(): ReadonlySet<number> {
    return this.names.withTexts;
  }

  private get names(): NamesOfBlock {
    return (this.namesOnce ??= namesIn(this.namesText));
  }

  /** Bytes that follow from the lists of the block. The lists never change, so the bytes are kept. */
  kept(name: string, make: () => Uint8Array): Uint8Array {
    return this.blocks.kept(this.number, name, make);
  }

  /** The bytes of {@link kept}, if they still are. */
  known(name: string): Uint8Array | undefined {
    return this.blocks.known(this.number, name);
  }

  column(name: ColumnName): Float64Array {
    return this.blocks.column(this.number, this.size, name);
  }

  /** The encoded list of a term. */
  list(term: Term): Uint8Array | undefined {
    return this.blocks.list(this.number, term);
  }

  /** The same of a long list, which is not kept in memory. */
  read(term: Term): Uint8Array | undefined {
    return this.blocks.read(this.number, term);
  }

  /** The documents of a term, dead or live. */
  documents(term: Term): Bits {
    const bits = noBits(this.size);
    const list = this.list(term);
    if (list) addDocuments(bits, list, this.size);
    return bits;
  }

  /** The lists of all terms from `from` to `to`, both included. */
  range(from: Term, to: Term): Generator<{ readonly term: Term; readonly list: Uint8Array }> {
    return this.blocks.range(this.number, from, to);
  }

  /** All terms with their lists, in ascending order. */
  terms(): Generator<TermRow> {
    return this.blocks.terms(this.number);
  }

  /** The document of a customer; undefined when the block has none. */
  documentOf(key: number): number | undefined {
    return indexOf(this.column('key'), key);
  }
}

/** Reads the published blocks. Must be used within a snapshot, and sees the index of that moment. */
export class BlockReader {
  private readonly counter: Statement<[number]>;
  private readonly blockRows: Statement<BlockRow>;
  private readonly columnRow: Statement<[Uint8Array]>;
  private readonly chunkOf: Statement<[packed: Uint8Array]>;
  private readonly chunksFrom: Statement<[first: Term, packed: Uint8Array]>;
  private readonly chunksWithin: Statement<[first: Term, packed: Uint8Array]>;
  private readonly chunksAfter: Statement<[first: Term, packed: Uint8Array]>;
  private readonly columns = new ByteCache<Float64Array>(COLUMN_CACHE_BYTES);
  private readonly lists = new ByteCache<Uint8Array>(LIST_CACHE_BYTES);
  private cachedVersion = -1;
  private cachedLabels = 0;
  private blocks: readonly Block[] = [];

  constructor(db: Connection) {
    this.counter = db.prepare('SELECT value FROM meta WHERE name = ?');
    this.blockRows = db.prepare(
      'SELECT block, size, dead, names FROM search_blocks WHERE published = 1 ORDER BY block',
    );
    this.columnRow = db.prepare('SELECT numbers FROM search_columns WHERE block = ? AND name = ?');
    this.chunkOf = db.prepare(
      'SELECT packed FROM search_terms WHERE block = ? AND first <= ? ORDER BY first DESC LIMIT 1',
    );
    this.chunksFrom = db.prepare(
      `SELECT first, packed FROM search_terms WHERE block = ?1 AND first <= ?3 AND first >= coalesce(
         (SELECT max(first) FROM search_terms WHERE block = ?1 AND first <= ?2), ?2) ORDER BY first LIMIT ${FEW_CHUNKS}`,
    );
    this.chunksWithin = db.prepare(
      `SELECT first, packed FROM search_terms WHERE block = ?1 AND first <= ?3 AND first > ?2 ORDER BY first LIMIT ${FEW_CHUNKS}`,
    );
    this.chunksAfter = db.prepare(
      `SELECT first, packed FROM search_terms WHERE block = ?1 AND first > coalesce(?2, -1) ORDER BY first LIMIT ${CHUNKS_AT_ONCE}`,
    );
  }

  /** All published blocks. */
  current(): readonly Block[] {
    const version = this.version();
    if (version !== this.cachedVersion) {
      this.refreshColumns();
      this.blocks = this.blockRows.all().map(([number, size, dead, names]) => {
        const live = allBits(size);
        subtract(live, wordsOf(dead, size));
        return new Block(number, size, live, names, this);
      });
      this.cachedVersion = version;
    }
    return this.blocks;
  }

  /** Grows with every change of the published blocks. */
  version(): number {
    return this.counter.get('search_version')?.[0] ?? 0;
  }

  column(block: number, size: number, name: ColumnName): Float64Array {
    return this.columns.get(`${block} ${name}`, () => {
      const row = this.columnRow.get(block, name);
      if (!row) throw new DamagedIndex(`block ${block} has no column ${name}`);
      return numbersOf(row[0], size);
    });
  }

  list(block: number, term: Term): Uint8Array | undefined {
    const list = this.lists.get(`${block} ${term}`, () => this.read(block, term)?.slice() ?? NO_LIST);
    return list.length === 0 ? undefined : list;
  }

  kept(block: number, name: string, make: () => Uint8Array): Uint8Array {
    return this.lists.get(`${block} ?${name}`, make);
  }

  known(block: number, name: string): Uint8Array | undefined {
    return this.lists.known(`${block} ?${name}`);
  }

  read(block: number, term: Term): Uint8Array | undefined {
    const row = this.chunkOf.get(block, term);
    return row && new TermChunk(row[0]).listOf(term);
  }

  *range(block: number, from: Term, to: Term): Generator<{ readonly term: Term; readonly list: Uint8Array }> {
    for (let rows = this.chunksFrom.all(block, from, to); rows.length > 0;) {
      for (const [, packed] of rows) {
        const chunk = new TermChunk(packed);
        if (chunk.isText !== (typeof from === 'string')) continue;
        const end = chunk.seek(to);
        for (let i = chunk.seek(from); i < chunk.count && (i < end || chunk.term(i) === to); i++) {
          yield { term: chunk.term(i), list: chunk.list(i) };
        }
      }
      if (rows.length < FEW_CHUNKS) return;
      rows = this.chunksWithin.all(block, rows[rows.length - 1][0], to);
    }
  }

  *terms(block: number): Generator<TermRow> {
    for (let after: Term | null = null; ;) {
      const rows: (readonly [first: Term, packed: Uint8Array])[] = this.chunksAfter.all(block, after);
      for (const [, packed] of rows) {
        const chunk = new TermChunk(packed);
        for (let i = 0; i < chunk.count; i++) yield { term: chunk.term(i), list: chunk.list(i) };
      }
      if (rows.length < CHUNKS_AT_ONCE) return;
      after = rows[rows.length - 1][0];
    }
  }

  /** Columns of a block change only when all labels are given anew. */
  private refreshColumns(): void {
    const version = this.counter.get('search_labels_version')?.[0] ?? 0;
    if (version === this.cachedLabels) return;
    this.cachedLabels = version;
    this.columns.clear();
  }
}

interface NamesOfBlock {
  readonly all: ReadonlySet<number>;
  readonly withTexts: ReadonlySet<number>;
}

function namesIn(json: string): NamesOfBlock {
  try {
    // Safe: written by the indexer.
    const names = JSON.parse(json) as [name: number, documents: number, events: number, hasTexts?: 1][];
    const withTexts = names.filter(([, , , hasTexts]) => hasTexts).map(([name]) => name);
    return { all: new Set(names.map(([name]) => name)), withTexts: new Set(withTexts) };
  } catch {
    throw new DamagedIndex('the names of a block are no JSON');
  }
}
