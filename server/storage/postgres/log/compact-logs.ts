import type { ClientBase } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { openBlock, type BlockRow } from '../../log/block-row.js';
import { planCompaction, type SizedBlock } from '../../log/compaction-plan.js';
import { BlockPacker } from '../../log/pack-blocks.js';
import { comparePlaces } from '../../log/placed-entry.js';
import { copyRows } from '../customers/copy-rows.js';
import type { PostgresDatabase } from '../database/database.js';
import { BACKGROUND } from '../database/transaction-kind.js';
import { IS_OWNED } from '../ingestions/ingestion-owner.js';
import { Turns } from '../database/turns.js';
import { BLOCK, BLOCK_COLUMNS, blockFields, HEAD, Overtaken, removeBlocks, triesBlocks } from './log-rows.js';

/** Loose blocks that are looked at with one statement. */
const BLOCKS_AT_ONCE = 2_000;
/** Customers that are compacted in one transaction, and entries, if they are fewer. */
const CUSTOMERS_AT_ONCE = 64;
const ENTRIES_AT_ONCE = 4_000;
/** Pause between two transactions, in ms, for other writers, and the same while live messages come to this process. */
const PAUSE_MS = 5;
const LIVE_PAUSE_MS = 1_000;
/** Time between two looks for loose blocks, in ms. */
const LOOK_MS = 5_000;
const AFTER_FAILURE_MS = 10_000;

/** New blocks of one customer in place of others. */
interface Replacement {
  readonly id: string;
  readonly from: readonly BlockRow[];
  readonly to: readonly BlockRow[];
}

interface LooseBlock {
  readonly id: string;
  readonly moment: number;
}

type SizedBlockOf = SizedBlock & { readonly id: string };

const LOOSE = `SELECT customer_id AS id, moment FROM log_blocks WHERE format = 0 AND (moment, customer_id) > ($1, $2)
  ORDER BY moment, customer_id LIMIT ${BLOCKS_AT_ONCE}`;
const HEADS = `SELECT customer_id AS id, ${HEAD}, octet_length(packed)::bigint AS bytes FROM log_blocks WHERE customer_id = ANY($1)`;
const PACKED = `SELECT at, ${BLOCK} FROM log_blocks
  JOIN unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[]) AS wanted (customer_id, last_time, moment, part, at)
  USING (customer_id, last_time, moment, part)`;

/**
 * Packs loose blocks into compacted ones, and merges those that overlap. Blocks never change: new ones come in the transaction that takes
 * theirs away, so a reader sees all entries, each once.
 */
export class LogCompactor {
  private readonly packer = new BlockPacker();
  private readonly turns = new Turns();
  private readonly stop = new AbortController();
  private running: Promise<void> = Promise.resolve();
  /** The last loose block that was looked at. */
  private last = { moment: 0, id: '' };

  constructor(private readonly database: PostgresDatabase) {}

  /** Compacts until {@link close}. @param onFailure is called once when it begins to fail, and again only after it has worked */
  start(onFailure: (failure: string) => void): void {
    this.running = this.runAlways(onFailure);
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.running;
  }

  /**
   * Compacts until nothing waits, the signal is aborted, or another process does it. While a file is ingested it waits, as that may have more
   * messages for the same customers.
   * @returns true when something may be left
   */
  async run(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted && !(await this.isIngesting())) {
      const loose = await this.database.read<LooseBlock>('loose_blocks', LOOSE, [this.last.moment, this.last.id]);
      const last = loose.at(-1);
      if (!last) return false;
      if (!(await this.compact([...new Set(loose.map(({ id }) => id))], signal))) return true;
      this.last = last;
    }
    return true;
  }

  private async runAlways(onFailure: (failure: string) => void): Promise<void> {
    const { signal } = this.stop;
    for (let hasFailed = false; !this.isStopped();) {
      try {
        await this.run(signal);
        hasFailed = false;
      } catch (error) {
        if (!hasFailed && !this.isStopped()) onFailure(error instanceof Error ? error.message : String(error));
        hasFailed = true;
      }
      await sleep(hasFailed ? AFTER_FAILURE_MS : LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private isStopped(): boolean {
    return this.stop.signal.aborted;
  }

  private async isIngesting(): Promise<boolean> {
    const text = `SELECT FROM ingestions WHERE state = 'running' AND ${IS_OWNED} LIMIT 1`;
    return (await this.database.read('is_ingesting', text)).length > 0;
  }

  /** @returns false if it was interrupted */
  private async compact(ids: readonly string[], signal: AbortSignal): Promise<boolean> {
    let waiting = await this.worthwhile(ids);
    while (waiting.length > 0) {
      if (signal.aborted) return false;
      const { looked, replacements } = await this.plan(waiting.slice(0, CUSTOMERS_AT_ONCE));
      if (!(await this.replace(replacements))) return false;
      // A customer of which a part may be left is planned again.
      const again = new Set(replacements.map(({ id }) => id));
      waiting = waiting.filter((id, at) => at >= looked || again.has(id));
      const pause = this.database.liveMark.isFreshHere ? LIVE_PAUSE_MS : PAUSE_MS;
      if (waiting.length > 0) await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
    return true;
  }

  /** Returns the customers with enough loose blocks. */
  private async worthwhile(ids: readonly string[]): Promise<readonly string[]> {
    const loose = await this.headsOf('loose_heads', `${HEADS} AND format = 0`, ids);
    return ids.filter((id) => planCompaction(loose.get(id) ?? []).length > 0);
  }

  /** Makes new blocks. @returns them, and the number of customers that were looked at */
  private async plan(ids: readonly string[]): Promise<{ looked: number; replacements: readonly Replacement[] }> {
    const heads = await this.headsOf('block_heads', HEADS, ids);
    const chosen: SizedBlockOf[] = [];
    let [looked, entries] = [0, 0];
    while (looked < ids.length && entries < ENTRIES_AT_ONCE) {
      for (const block of planCompaction(heads.get(ids[looked++]) ?? [])) {
        chosen.push(block);
        entries += block.entries;
      }
    }
    const blocksOf = await this.blocksOf(chosen);
    const replacements: Replacement[] = [];
    for (const [id, blocks] of blocksOf) {
      const sorted = blocks.flatMap(openBlock).sort(comparePlaces);
      const to: BlockRow[] = [];
      for (const row of this.packer.pack(sorted)) {
        to.push(row);
        await this.turns.rest();
      }
      replacements.push({ id, from: blocks, to });
    }
    return { looked, replacements };
  }

  /** @returns false when another process is at work, or has taken a block away meanwhile: nothing has changed then */
  private async replace(replacements: readonly Replacement[]): Promise<boolean> {
    if (replacements.length === 0) return true;
    try {
      return await this.database.write(BACKGROUND, (client) => replaceBlocks(client, replacements));
    } catch (error) {
      if (error instanceof Overtaken) return false;
      throw error;
    }
  }

  private async blocksOf(chosen: readonly SizedBlockOf[]): Promise<ReadonlyMap<string, readonly BlockRow[]>> {
    if (chosen.length === 0) return new Map();
    const rows = await this.database.read<BlockRow & { readonly at: number }>('packed_blocks', PACKED, [
      ...[chosen.map(({ id }) => id), chosen.map(({ lastTime }) => lastTime), chosen.map(({ moment }) => moment)],
      ...[chosen.map(({ part }) => part), [...chosen.keys()]],
    ]);
    return grouped(rows.map((row) => ({ ...row, id: chosen[row.at].id })));
  }

  private async headsOf(
    name: string,
    text: string,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, readonly SizedBlockOf[]>> {
    return grouped(await this.database.read<SizedBlockOf>(name, text, [ids]));
  }
}

function grouped<Block extends { readonly id: string }>(blocks: readonly Block[]): ReadonlyMap<string, Block[]> {
  const groups = new Map<string, Block[]>();
  for (const block of blocks) {
    const group = groups.get(block.id);
    if (group) group.push(block);
    else groups.set(block.id, [block]);
  }
  return groups;
}

/** @returns false when another process is at work */
async function replaceBlocks(client: ClientBase, replacements: readonly Replacement[]): Promise<boolean> {
  if (!(await triesBlocks(client))) return false;
  for (const { id, from } of replacements) await removeBlocks(client, id, from);
  const rows = replacements.flatMap(({ id, to }) => to.map((row) => blockFields(id, row)));
  await copyRows(client, `log_blocks (${BLOCK_COLUMNS})`, rows);
  return true;
}
