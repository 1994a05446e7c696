import { ENTRY_SIZE } from '../../domain/log/entry-layout.js';
import type { LogBlock } from '../../domain/log/log-entry.js';
import { openCompacted } from './compacted-block.js';
import { placeEntries, type PlacedEntry } from './placed-entry.js';

/** A block as the fold packed its entries: in the order of their arrival, all of one moment. */
export const LOOSE = 0;
/** A block of compacted-block.ts: in the order of places. */
export const COMPACTED = 1;

/** The first columns of a block. */
export interface BlockHead {
  readonly lastTime: number;
  /** A compacted block has that of its last entry, like `part`. */
  readonly moment: number;
  /** The index of the first entry of a loose block, and of the last one of a compacted block. */
  readonly part: number;
  readonly firstTime: number;
  readonly entries: number;
  readonly format: number;
  /** The names in a compacted block; see block-names.ts. Null for a loose one, and for one from before there were any. */
  readonly names: Uint8Array | null;
  /** The attributes messages among the entries of a compacted block; null where `names` is. */
  readonly attributeEntries: number | null;
}

/** A block of the log of one customer, as it is stored. */
export interface BlockRow extends BlockHead {
  readonly packed: Uint8Array;
}

/** Bytes of a loose block, so that the row of it lies on one page of SQLite together with others. A larger entry has a block for itself. */
const MOST_BYTES = 4_000;

/** Makes rows of the messages that a change has brought. */
export function* looseRows({ packed, count, firstTime, lastTime }: LogBlock, moment: number): Generator<BlockRow> {
  if (packed.length <= MOST_BYTES) {
    yield {
      lastTime,
      moment,
      part: 0,
      firstTime,
      entries: count,
      format: LOOSE,
      names: null,
      attributeEntries: null,
      packed,
    };
    return;
  }
  let part: PlacedEntry[] = [];
  for (const entry of placeEntries(packed, moment, 0)) {
    if (part.length > 0 && nextOf(entry) - part[0].at > MOST_BYTES) {
      yield looseRow(part, entry.at);
      part = [];
    }
    part.push(entry);
  }
  yield looseRow(part, packed.length);
}

/** The entries of a block, in the order in which they are stored. */
export function openBlock({
  format,
  packed,
  moment,
  part,
}: Pick<BlockRow, 'format' | 'packed' | 'moment' | 'part'>): PlacedEntry[] {
  switch (format) {
    case LOOSE:
      return placeEntries(packed, moment, part);
    case COMPACTED:
      return openCompacted(packed);
    default:
      throw new Error(`The log has a block of the unknown format ${format}.`);
  }
}

function looseRow(entries: readonly PlacedEntry[], end: number): BlockRow {
  const [{ packed, at, moment, index }] = entries;
  let [firstTime, lastTime] = [Infinity, -Infinity];
  for (const { time } of entries) {
    firstTime = Math.min(firstTime, time);
    lastTime = Math.max(lastTime, time);
  }
  return {
    ...{
      lastTime,
      moment,
      part: index,
      firstTime,
      entries: entries.length,
      format: LOOSE,
      names: null,
      attributeEntries: null,
    },
    packed: packed.subarray(at, end),
  };
}

function nextOf({ view, at }: PlacedEntry): number {
  return at + view.getUint32(at + ENTRY_SIZE, true);
}
