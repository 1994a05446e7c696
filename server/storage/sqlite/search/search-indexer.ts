import type { StatementSyncInstance as StatementSync } from '@photostructure/sqlite';
import { setImmediate as nextTick } from 'node:timers/promises';
import { isConflict, type SqliteDatabase } from '../database/database.js';
import { prepareRows, type Query } from '../database/statements.js';
import { BlockBuilder, type NameKind } from './block-builder.js';
import { BlockWriter } from './block-writer.js';
import type { Block } from './blocks.js';
import { bytesOf, countBits, eachBit, noBits, setBit, subtract } from './documents.js';
import { LabelsExhausted } from './labels.js';
import { relabel } from './relabel.js';
import { SnapshotReader } from './snapshot.js';

export interface IndexerOptions {
  /** Customers of a block at most. */
  readonly blockSize: number;
  /** Fewer changed customers than this are not worth a block: a search looks at them one by one. */
  readonly leastPending: number;
  /** So many blocks of about one size are made one. */
  readonly mergeAt: number;
}

export const INDEXER_OPTIONS: IndexerOptions = { blockSize: 32_768, leastPending: 256, mergeAt: 8 };

/** Customers read before others have a turn. */
const ROWS_AT_A_TIME = 200;
const CHUNKS_AT_A_TIME = 100;
/** While customers are being ingested there is better work to do; but not for ever. Milliseconds. */
const PATIENCE_MS = 5 * 60_000;

/** Somebody else has changed the index meanwhile: the work is thrown away and done again. */
class Overtaken extends Error {}

/**
 * Keeps the index up with the customers. Blocks are not changed once they are published: a changed customer becomes part
 * of a new block and is marked as dead in the old one; many small blocks are made one from time to time. Whatever happens in
 * between, readers see the index before or after, and what is written of an unpublished block is cleared away later.
 */
export class SearchIndexer {
  private readonly reader: SnapshotReader;
  private readonly blocks: BlockWriter;
  private readonly change: Query<[number]>;
  private readonly ingesting: Query<[number]>;
  private readonly version: Query<[number]>;
  private readonly publishBlock: StatementSync;
  private readonly retireBlock: StatementSync;
  private readonly markDead: StatementSync;
  private readonly forgetPending: StatementSync;
  private readonly nextVersion: StatementSync;
  private readonly garbage: Query<[block: number]>;
  private numbers: Record<NameKind, Map<string, number>> | undefined;
  private quietSince = Date.now();

  constructor(
    private readonly database: SqliteDatabase,
    private readonly options: IndexerOptions = INDEXER_OPTIONS,
    private readonly signal?: AbortSignal,
  ) {
    const { reader, writer } = database;
    this.reader = new SnapshotReader(reader);
    this.blocks = new BlockWriter(database, signal);
    this.change = prepareRows(reader, "SELECT value FROM meta WHERE name = 'search_change'");
    this.ingesting = prepareRows(
      reader,
      "SELECT 1 FROM ingestions WHERE state = 'running' AND lease_until > ? LIMIT 1",
    );
    this.version = prepareRows(writer, "SELECT value FROM meta WHERE name = 'search_version'");
    this.publishBlock = writer.prepare('UPDATE search_blocks SET published = 1 WHERE block = ?');
    this.retireBlock = writer.prepare('UPDATE search_blocks SET published = 0 WHERE block = ?');
    this.markDead = writer.prepare('UPDATE search_blocks SET dead = ?, live = ? WHERE block = ?');
    this.forgetPending = writer.prepare('DELETE FROM search_pending WHERE key >= ? AND key <= ? AND change <= ?');
    this.nextVersion = writer.prepare("UPDATE meta SET value = value + 1 WHERE name = 'search_version'");
    this.garbage = prepareRows(
      writer,
      `SELECT block FROM search_blocks WHERE published = 0
       UNION SELECT DISTINCT block FROM search_columns WHERE block NOT IN (SELECT block FROM search_blocks)`,
    );
  }

  /**
   * Does a piece of work, when there is some: some seconds at most, in slices of some milliseconds.
   * @returns false when there is nothing to do for now
   */
  async step(): Promise<boolean> {
    if (this.signal?.aborted) return false;
    try {
      return (await this.indexPending()) || (await this.merge());
    } catch (error) {
      this.numbers = undefined;
      if (error instanceof LabelsExhausted) await relabel(this.database);
      else if (!(error instanceof Overtaken) && !isConflict(error)) throw error;
      return true;
    }
  }

  /** Clears away what was left unpublished when a process ended, or is not used any more. */
  async clean(): Promise<void> {
    const { writer } = this.database;
    const terms = writer.prepare(
      `DELETE FROM search_terms WHERE rowid IN (SELECT rowid FROM search_terms WHERE block = ? LIMIT ${CHUNKS_AT_A_TIME})`,
    );
    const row = writer.prepare('DELETE FROM search_blocks WHERE block = ?');
    const columns = writer.prepare('DELETE FROM search_columns WHERE block = ?');
    for (const [block] of this.garbage.all()) {
      // Its row first: whoever is still writing the block cannot publish it then.
      await this.database.write(() => row.run(block));
      while ((await this.database.write(() => terms.run(block))).changes > 0) await nextTick();
      await this.database.write(() => columns.run(block));
    }
  }

  private async indexPending(): Promise<boolean> {
    const { blockSize, leastPending } = this.options;
    const {
      change,
      keys: pending,
      version,
    } = this.database.snapshot(() => ({
      change: this.change.get()?.[0] ?? 0,
      keys: this.reader.pendingAfter(-Infinity, blockSize),
      version: this.reader.store.currentVersion(),
    }));
    if (pending.length < leastPending) return false;
    // Ids that are no numbers have negative keys, and come after all others: blocks of one kind do not overlap in their order.
    const texts = pending.findIndex((key) => key >= 0);
    const keys = texts > 0 ? pending.slice(0, texts) : pending;
    if (!this.ingesting.get(Date.now())) this.quietSince = Date.now();
    else if (Date.now() - this.quietSince < PATIENCE_MS) return false;
    this.quietSince = Date.now();
    await this.replace(keys, [], version, () => {
      this.forgetPending.run(keys[0], keys[keys.length - 1], change);
    });
    return true;
  }

  /** Makes one of several blocks that have become many or small. */
  private async merge(): Promise<boolean> {
    const { version, blocks } = this.database.snapshot(() => ({
      blocks: this.reader.store.current(),
      version: this.reader.store.currentVersion(),
    }));
    const chosen = this.toMerge(blocks);
    if (chosen.length === 0) return false;
    const keys: number[] = [];
    for (const block of chosen) {
      const column = this.database.snapshot(() => block.column('key'));
      eachBit(block.live, (document) => keys.push(column[document]));
    }
    await this.replace(
      keys.sort((a, b) => a - b),
      chosen,
      version,
      () => undefined,
    );
    return true;
  }

  private toMerge(blocks: readonly Block[]): Block[] {
    const { blockSize, leastPending, mergeAt } = this.options;
    const classes = new Map<number, Block[]>();
    for (const block of blocks) {
      if (block.liveCount === 0) return [block];
      if (block.liveCount * 2 > blockSize) continue;
      const size = Math.max(0, Math.floor(Math.log(block.liveCount / leastPending) / Math.log(mergeAt)));
      const list = classes.get(size);
      if (list) list.push(block);
      else classes.set(size, [block]);
    }
    for (const list of classes.values()) {
      if (list.length < mergeAt) continue;
      let live = 0;
      return list.filter((block) => (live += block.liveCount) <= blockSize);
    }
    return [];
  }

  /**
   * Publishes a block of the customers with these keys, in place of `retired` and of what other blocks say of them.
   * @param keys in their order
   */
  private async replace(
    keys: readonly number[],
    retired: readonly Block[],
    version: number,
    alsoDo: () => void,
  ): Promise<void> {
    const newNames: [number: number, kind: NameKind, name: string][] = [];
    const builder = new BlockBuilder((kind, name) => this.numberOf(kind, name, newNames));
    for (let at = 0; at < keys.length; at += ROWS_AT_A_TIME) {
      for (const key of keys.slice(at, at + ROWS_AT_A_TIME)) {
        const record = this.reader.record(key);
        if (record) builder.add(key, record);
      }
      await nextTick();
      this.signal?.throwIfAborted();
    }
    const block = builder.size > 0 ? await this.blocks.write(builder, newNames) : undefined;
    const old = this.database.snapshot(() => this.reader.store.current());
    const dead = old.filter((one) => !retired.includes(one)).map((one) => [one, this.deadIn(one, keys)] as const);
    await this.database.write(() => {
      if (this.version.get()?.[0] !== version) throw new Overtaken();
      if (block !== undefined && this.publishBlock.run(block).changes !== 1) throw new Overtaken();
      for (const { number } of retired) this.retireBlock.run(number);
      for (const [one, bits] of dead)
        if (bits) this.markDead.run(bytesOf(bits), one.size - countBits(bits), one.number);
      alsoDo();
      this.nextVersion.run();
    });
    if (retired.length > 0) await this.clean();
  }

  /** All dead documents of a block when those of the keys are dead as well; undefined when it has none of them. */
  private deadIn(block: Block, keys: readonly number[]): Uint32Array<ArrayBuffer> | undefined {
    const dead = noBits(block.size).fill(0xffff_ffff);
    subtract(dead, block.live);
    if (block.size % 32 !== 0) dead[dead.length - 1] &= (1 << (block.size % 32)) - 1;
    let any = false;
    for (const key of keys) {
      const document = block.documentOf(key);
      if (document === undefined) continue;
      setBit(dead, document);
      any = true;
    }
    return any ? dead : undefined;
  }

  private numberOf(kind: NameKind, name: string, newNames: [number: number, kind: NameKind, name: string][]): number {
    this.numbers ??= {
      attribute: new Map(this.reader.allNames('attribute').map(([number, known]) => [known, number])),
      event: new Map(this.reader.allNames('event').map(([number, known]) => [known, number])),
    };
    const known = this.numbers[kind].get(name);
    if (known !== undefined) return known;
    const number = this.lastNumber() + 1;
    this.numbers[kind].set(name, number);
    newNames.push([number, kind, name]);
    return number;
  }

  private lastNumber(): number {
    return this.numbers ? this.numbers.attribute.size + this.numbers.event.size : 0;
  }
}
