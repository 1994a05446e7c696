import { ENTRY_SIZE } from '../../domain/log/entry-layout.js';
import type { LogBlock } from '../../domain/log/log-entry.js';
import { entryTime } from '../../domain/log/packed-entries.js';
import { openCompacted } from './compacted-block.js';
import { placeEntries, viewOf, type PlacedEntry } from './placed-entry.js';

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

/** Makes rows of the messages that a change has brought. It makes no object for a message: a file has millions. */
export function* looseRows({ packed, count, firstTime, lastTime }: LogBlock, moment: number): Generator<BlockRow> {
  if (packed.length <= MOST_BYTES) {
    yield looseRow(packed, moment, { part: 0, entries: count, firstTime, lastTime });
    return;
  }
  const view = viewOf(packed);
  let [from, part, entries, first, last] = [0, 0, 0, Infinity, -Infinity];
  for (let at = 0; at < packed.length;) {
    const end = at + view.getUint32(at + ENTRY_SIZE, true);
    if (entries > 0 && end - from > MOST_BYTES) {
      yield looseRow(packed.subarray(from, at), moment, { part, entries, firstTime: first, lastTime: last });
      [from, part, entries, first, last] = [at, part + entries, 0, Infinity, -Infinity];
    }
    const time = entryTime(view, at);
    first = Math.min(first, time);
    last = Math.max(last, time);
    entries++;
    at = end;
  }
  yield looseRow(packed.subarray(from), moment, { part, entries, firstTime: first, lastTime: last });
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

function looseRow(
  packed: Uint8Array,
  moment: number,
  { part, entries, firstTime, lastTime }: Pick<BlockRow, 'part' | 'entries' | 'firstTime' | 'lastTime'>,
): BlockRow {
  return { lastTime, moment, part, firstTime, entries, format: LOOSE, names: null, attributeEntries: null, packed };
}
