import { setTimeout as sleep } from 'node:timers/promises';
import { openBlock, type BlockRow } from '../../log/block-row.js';
import { planCompaction, type SizedBlock } from '../../log/compaction-plan.js';
import { BlockPacker } from '../../log/pack-blocks.js';
import { inPageOrder } from '../../log/page-order.js';
import { comparePlaces } from '../../log/placed-entry.js';
import type { SqliteDatabase } from '../database/database.js';
import { prepareRows, type Query } from '../database/statements.js';
import type { StatementSyncInstance as StatementSync } from '@photostructure/sqlite';
import { HEAD, PACKED } from './block-columns.js';
import { LogWriter } from './log-writer.js';

/** Customers that are compacted in one transaction, and entries, if they are fewer. */
const CUSTOMERS_AT_ONCE = 64;
const ENTRIES_AT_ONCE = 4_000;
/** Blocks of a customer that are read whole at once. Of a customer who has more, only those that are compacted are. */
const BLOCKS_AT_ONCE = 32;
/** Pause between two transactions, in ms, for other writers: a transaction takes some ms. */
const PAUSE_MS = 2;

const SIZED = `${HEAD}, coalesce((SELECT length(p.packed) FROM log_packed AS p WHERE p.place = log_blocks.place), length(packed)) AS bytes`;

/** Arrays: there is one for each block that a fold has written, and an object takes three times as long. */
type SizedRow = [
  ...[lastTime: number, moment: number, part: number, firstTime: number, entries: number, format: number],
  ...[names: Uint8Array | null, attributeEntries: number | null, bytes: number, packed?: Uint8Array],
];

function blockOf(row: SizedRow): SizedBlock & { readonly packed: Uint8Array | undefined } {
  const [lastTime, moment, part, firstTime, entries, format, names, attributeEntries, bytes, packed] = row;
  return { lastTime, moment, part, firstTime, entries, format, names, attributeEntries, bytes, packed };
}

/** New blocks of one customer in place of others. */
interface Replacement {
  readonly key: number;
  readonly from: readonly SizedBlock[];
  readonly to: readonly BlockRow[];
  /** True if nothing else of the customer waits. */
  readonly isLast: boolean;
}

/** Another process has changed a block: the work is thrown away. */
class Overtaken extends Error {}

/**
 * Packs loose blocks into compacted ones, and merges those that overlap. Blocks never change: new ones come in the transaction that takes
 * theirs away, so a reader sees all entries, each once.
 */
export class LogCompactor {
  private readonly packer = new BlockPacker();
  private readonly change: Query<[number]>;
  private readonly looseAfter: Query<[key: number]>;
  private readonly firstOf: Query<SizedRow>;
  private readonly headsOf: Query<SizedRow>;
  private readonly packedOf: Query<[Uint8Array]>;
  private readonly writer: LogWriter;
  private readonly forget: StatementSync;
  private after = -Infinity;
  /** The times that all customers were gone through. */
  rounds = 0;

  constructor(private readonly database: SqliteDatabase) {
    const { reader, writer } = database;
    this.change = prepareRows(reader, "SELECT value FROM meta WHERE name = 'search_change'");
    this.looseAfter = prepareRows(reader, 'SELECT key FROM log_loose WHERE key > ? ORDER BY key LIMIT ?');
    this.firstOf = prepareRows(reader, `SELECT ${SIZED}, ${PACKED} FROM log_blocks WHERE key = ? LIMIT ?`);
    this.headsOf = prepareRows(reader, `SELECT ${SIZED} FROM log_blocks WHERE key = ?`);
    this.packedOf = prepareRows(
      reader,
      `SELECT ${PACKED} FROM log_blocks WHERE key = ? AND last_time = ? AND moment = ? AND part = ?`,
    );
    this.writer = new LogWriter(writer);
    this.forget = writer.prepare('DELETE FROM log_loose WHERE key = ? AND change <= ?');
  }

  /** Compacts until nothing waits, or the signal is aborted. @returns true when something is left */
  async run(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      if (!(await this.step())) return false;
      await sleep(PAUSE_MS);
    }
    return this.looseAfter.get(-Infinity, 1) !== undefined;
  }

  /** Compacts some customers. @returns false when none waits */
  async step(): Promise<boolean> {
    const { change, replacements } = this.database.snapshot(() => ({
      change: this.change.get()?.[0] ?? 0,
      replacements: this.plan(),
    }));
    if (replacements.length === 0) {
      this.rounds++;
      if (this.after === -Infinity) return false;
      this.after = -Infinity;
      return true;
    }
    const all = replacements.flatMap(({ key, to }) => to.map((row) => ({ key, row })));
    const rows = [...inPageOrder(all, ({ row }) => row.packed.length)];
    try {
      await this.database.writeAside(() => {
        for (const { key, from, isLast } of replacements) {
          if (!from.every((block) => this.writer.removeBlock(key, block))) throw new Overtaken();
          if (isLast) this.forget.run(key, change);
        }
        for (const { key, row } of rows) this.writer.addBlock(key, row);
      });
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
    }
    return true;
  }

  private plan(): Replacement[] {
    const replacements: Replacement[] = [];
    let entries = 0;
    for (const [key] of this.looseAfter.all(this.after, CUSTOMERS_AT_ONCE)) {
      const replacement = this.planOne(key);
      replacements.push(replacement);
      entries += replacement.from.reduce((sum, block) => sum + block.entries, 0);
      // A customer of which a part is left comes again at once.
      if (replacement.isLast) this.after = key;
      if (!replacement.isLast || entries >= ENTRIES_AT_ONCE) break;
    }
    return replacements;
  }

  private planOne(key: number): Replacement {
    const first = this.firstOf.all(key, BLOCKS_AT_ONCE);
    const rows = first.length < BLOCKS_AT_ONCE ? first : this.headsOf.all(key);
    const heads = rows.map(blockOf);
    const from = planCompaction(heads);
    if (from.length === 0) return { key, from, to: [], isLast: true };
    const entries = from.flatMap((block) => {
      const packed = block.packed ?? this.packedOf.get(key, block.lastTime, block.moment, block.part)?.[0];
      if (!packed) throw new Error(`A block of the customer with the key ${key} is not in its snapshot.`);
      return openBlock({ ...block, packed });
    });
    const to = [...this.packer.pack(entries.sort(comparePlaces))];
    const left = heads.filter((head) => !from.includes(head));
    const isLast = planCompaction([...left, ...to.map((row) => ({ ...row, bytes: row.packed.length }))]).length === 0;
    return { key, from, to, isLast };
  }
}
