import { allBits, countBits, eachBit, setBit, subtract, type Bits } from './bits.js';
import { BlockBuilder } from './block-builder.js';
import { BlockWriter, type NewName } from './block-writer.js';
import type { Block } from './blocks.js';
import { blocksToCompact, type IndexerOptions } from './compaction.js';
import { bytesOf } from './document-lists.js';
import { ErasedDocuments } from './erased-documents.js';
import { LabelsExhausted } from './labels.js';
import { NameNumbers } from './name-numbers.js';
import { relabel } from './relabel.js';
import { bitsOfKeys, type SnapshotReader } from './snapshot.js';
import type { SearchDocument, SearchStore, Statement } from './store.js';

/** Documents that are read, and chunks that are deleted, before the event loop has a turn. */
const DOCUMENTS_AT_ONCE = 200;
const CHUNKS_AT_ONCE = 100;
/** Every so many steps, blocks are compacted before changed documents are looked for: changes may come without a pause. */
const STEPS_TO_COMPACT = 8;
/** Time that the indexer waits while the store is busy, in milliseconds. */
const PATIENCE_MS = 5 * 60_000;

/** Another process has changed the index: the work is thrown away and done again. */
class Overtaken extends Error {}

/**
 * Keeps the index up to date. Published blocks do not change, except for the bits of their dead documents: a changed document
 * becomes part of a new block and dead in the old one, and many small blocks are compacted into one. A block is published in the
 * same transaction that retires what it replaces, so that readers see the index before or after it. Blocks that were never
 * published are deleted by {@link clean}.
 */
export class SearchIndexer<D extends SearchDocument> {
  private readonly store: SearchStore<D>;
  private readonly blocks: BlockWriter<D>;
  private readonly erased: ErasedDocuments<D>;
  private readonly change: Statement<[number]>;
  private readonly version: Statement<[number]>;
  private readonly setPublished: Statement<never>;
  private readonly markDead: Statement<never>;
  private readonly forgetPending: Statement<never>;
  private readonly nextVersion: Statement<never>;
  private readonly garbage: Statement<[block: number]>;
  private readonly deleteTerms: Statement<never>;
  private readonly deleteBlock: Statement<never>;
  private readonly deleteColumns: Statement<never>;
  private readonly numbers: NameNumbers;
  private idleSince = Date.now();
  private steps = 0;

  constructor(
    private readonly reader: SnapshotReader<D>,
    private readonly options: IndexerOptions,
    private readonly signal?: AbortSignal,
  ) {
    this.store = reader.store;
    this.blocks = new BlockWriter(this.store, signal);
    this.erased = new ErasedDocuments(reader);
    const { writer } = this.store;
    this.numbers = new NameNumbers(reader);
    this.change = this.store.reader.prepare("SELECT value FROM meta WHERE name = 'search_change'");
    this.version = writer.prepare("SELECT value FROM meta WHERE name = 'search_version'");
    this.setPublished = writer.prepare('UPDATE search_blocks SET published = ? WHERE block = ?');
    this.markDead = writer.prepare('UPDATE search_blocks SET dead = ?, live = ? WHERE block = ?');
    this.forgetPending = writer.prepare('DELETE FROM search_pending WHERE key >= ? AND key <= ? AND change <= ?');
    this.nextVersion = writer.prepare("UPDATE meta SET value = value + 1 WHERE name = 'search_version'");
    this.garbage = writer.prepare(
      `SELECT block FROM search_blocks WHERE published = 0
       UNION SELECT DISTINCT block FROM search_columns WHERE block NOT IN (SELECT block FROM search_blocks)`,
    );
    this.deleteTerms = writer.prepare(
      `DELETE FROM search_terms WHERE rowid IN (SELECT rowid FROM search_terms WHERE block = ? LIMIT ${CHUNKS_AT_ONCE})`,
    );
    this.deleteBlock = writer.prepare('DELETE FROM search_blocks WHERE block = ?');
    this.deleteColumns = writer.prepare('DELETE FROM search_columns WHERE block = ?');
  }

  /**
   * Writes one block, if there is a reason to: takes some seconds at most, in slices of some milliseconds.
   * @returns false when there is nothing to do for now
   */
  step(): Promise<boolean> {
    return this.attempt(async () => {
      const isCompacted = ++this.steps % STEPS_TO_COMPACT === 0 && (await this.compact());
      return isCompacted || (await this.indexPending()) || (await this.compact());
    });
  }

  /**
   * Writes a block anew that has values of an erased document, or removes the texts that only such documents had once no block has them.
   * @returns false when there is nothing to do
   */
  forgetErased(): Promise<boolean> {
    return this.attempt(() => this.forgetSome());
  }

  /** @returns true also when another process was faster, and the work has to be done again */
  private async attempt(work: () => Promise<boolean>): Promise<boolean> {
    if (this.signal?.aborted) return false;
    try {
      return await work();
    } catch (error) {
      this.numbers.forget();
      if (error instanceof LabelsExhausted) await this.store.write(() => relabel(this.store.writer));
      else if (!(error instanceof Overtaken) && !this.store.isConflict(error)) throw error;
      return true;
    }
  }

  /** Deletes blocks that were not published when a process ended, and retired blocks. */
  async clean(): Promise<void> {
    for (const [block] of this.garbage.all()) {
      // Its row is deleted first: a process that is still writing the block cannot publish it any more.
      await this.store.write(() => this.deleteBlock.run(block));
      while ((await this.store.write(() => this.deleteTerms.run(block))).changes > 0) await nextTurn();
      await this.store.write(() => this.deleteColumns.run(block));
    }
  }

  private async forgetSome(): Promise<boolean> {
    const { erased, block, version, change } = this.store.snapshot(() => {
      const some = this.erased.some();
      const hasOne = (one: Block): boolean =>
        some.some(({ key, lastBlock }) => one.number <= lastBlock && one.documentOf(key) !== undefined);
      return {
        erased: some,
        block: some.length > 0 ? this.reader.blocks.current().find(hasOne) : undefined,
        version: this.reader.blocks.version(),
        change: this.change.get()?.[0] ?? 0,
      };
    });
    if (erased.length === 0) return false;
    if (block) {
      await this.replace(this.liveKeys([block]), [block], version, () => undefined);
      return true;
    }
    await this.clean();
    const { labels, names, gone } = this.store.snapshot(() => ({
      labels: this.erased.unusedLabels(),
      names: this.erased.unusedNames(),
      gone: erased.filter(({ key }) => this.store.document(key) === undefined),
    }));
    this.numbers.forget();
    await this.store.write(() => {
      if (this.version.get()?.[0] !== version) throw new Overtaken();
      this.erased.remove(labels, names, erased);
      for (const { key } of gone) this.forgetPending.run(key, key, change);
      this.nextVersion.run();
    });
    return true;
  }

  /** Makes a block of documents that changed. */
  private async indexPending(): Promise<boolean> {
    const { blockSize, leastPending } = this.options;
    const { change, pending, version } = this.store.snapshot(() => ({
      change: this.change.get()?.[0] ?? 0,
      pending: this.reader.pendingAfter(-Infinity, blockSize),
      version: this.reader.blocks.version(),
    }));
    if (pending.length < leastPending) return false;
    // Ids that are texts have negative keys and come last in the order of ids. In blocks of their own, they do not overlap with numbers.
    const texts = pending.findIndex((key) => key >= 0);
    const keys = texts > 0 ? pending.slice(0, texts) : pending;
    if (!this.store.isBusy()) this.idleSince = Date.now();
    else if (Date.now() - this.idleSince < PATIENCE_MS) return false;
    this.idleSince = Date.now();
    await this.replace(keys, [], version, () => {
      // A document that changed again meanwhile has a later change, and stays.
      this.forgetPending.run(keys[0], keys[keys.length - 1], change);
    });
    return true;
  }

  /** Makes one block of several small ones, or retires one without live documents. */
  private async compact(): Promise<boolean> {
    const { version, blocks } = this.store.snapshot(() => ({
      blocks: this.reader.blocks.current(),
      version: this.reader.blocks.version(),
    }));
    const chosen = blocksToCompact(blocks, this.options);
    if (chosen.length === 0) return false;
    await this.replace(this.liveKeys(chosen), chosen, version, () => undefined);
    return true;
  }

  /** The keys of the live documents of some blocks, ascending. */
  private liveKeys(blocks: readonly Block[]): number[] {
    const keys: number[] = [];
    for (const block of blocks) {
      const column = this.store.snapshot(() => block.column('key'));
      eachBit(block.live, (document) => keys.push(column[document]));
    }
    return keys.sort((a, b) => a - b);
  }

  /**
   * Writes and publishes a block of the documents with these keys, retires blocks, and marks the documents as dead in all others.
   * @param keys ascending
   * @param version of the index for which this was decided
   * @throws Overtaken when the index has another version by now
   */
  private async replace(
    keys: readonly number[],
    retired: readonly Block[],
    version: number,
    alsoDo: () => void,
  ): Promise<void> {
    const newNames: NewName[] = [];
    this.numbers.expect(version);
    const builder = new BlockBuilder((kind, name) => this.numbers.of(kind, name, newNames), this.store);
    for (let at = 0; at < keys.length; at += DOCUMENTS_AT_ONCE) {
      for (const key of keys.slice(at, at + DOCUMENTS_AT_ONCE)) {
        const document = this.store.document(key);
        if (document) builder.add(key, document);
      }
      await nextTurn();
      this.signal?.throwIfAborted();
    }
    const block = builder.size > 0 ? await this.blocks.write(builder, newNames) : undefined;
    const dead = this.store.snapshot(() => {
      const others = this.reader.blocks.current().filter((one) => !retired.includes(one));
      return others.map((one) => [one, deadWith(one, keys)] as const);
    });
    await this.store.write(() => {
      if (this.version.get()?.[0] !== version) throw new Overtaken();
      if (block !== undefined && this.setPublished.run(1, block).changes !== 1) throw new Overtaken();
      for (const { number } of retired) this.setPublished.run(0, number);
      for (const [one, bits] of dead)
        if (bits) this.markDead.run(bytesOf(bits), one.size - countBits(bits), one.number);
      alsoDo();
      this.nextVersion.run();
    });
    this.numbers.areOf(version + 1);
    if (retired.length > 0) await this.clean();
  }
}

/** The dead documents of a block, when those with the keys die as well; undefined when it has none with these keys. */
function deadWith(block: Block, keys: readonly number[]): Bits | undefined {
  const dead = bitsOfKeys(block, keys);
  if (!dead) return undefined;
  const before = allBits(block.size);
  subtract(before, block.live);
  eachBit(before, (document) => setBit(dead, document));
  return dead;
}

/** Lets the event loop have a turn. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
