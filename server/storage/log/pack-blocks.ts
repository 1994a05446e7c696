import { ENTRY_SIZE } from '../../domain/log/entry-layout.js';
import { namesOf } from './block-names.js';
import { COMPACTED, type BlockRow } from './block-row.js';
import { compact } from './compacted-block.js';
import { isAttributes, type PlacedEntry } from './placed-entry.js';

/** Bytes of a block, about: the longer, the less it takes for each message, and the more a page of a timeline has to open. */
const USUAL_BYTES = 5_000;
/** Bytes of a block at most, so that a page of PostgreSQL has room for its row. A larger message has a block for itself. */
const MOST_BYTES = 8_000;
/** Entries of a block, and their bytes before they are packed. */
const MOST_ENTRIES = 256;
const MOST_RAW_BYTES = 65_536;
/** The part of the size that entries keep, as long as nothing is known of them. */
const USUAL_RATIO = 0.4;

/** Packs entries into blocks of some kB. It learns how much shorter entries become, so that few are packed twice. */
export class BlockPacker {
  private ratio = USUAL_RATIO;

  /** @param entries in the order of their places */
  *pack(entries: readonly PlacedEntry[]): Generator<BlockRow> {
    for (let from = 0; from < entries.length;) {
      const to = endOf(entries, from);
      yield* this.packSome(entries.slice(from, to));
      from = to;
    }
  }

  private *packSome(entries: readonly PlacedEntry[]): Generator<BlockRow> {
    const bytes = entries.reduce((sum, entry) => sum + bytesOf(entry), 0);
    const expected = Math.round((bytes * this.ratio) / USUAL_BYTES);
    if (expected > 1 && entries.length > 1) {
      yield* this.divide(entries, expected);
      return;
    }
    const packed = compact(entries);
    this.ratio = (this.ratio * 15 + packed.length / bytes) / 16;
    if (packed.length > MOST_BYTES && entries.length > 1) yield* this.divide(entries, 2);
    else yield rowOf(entries, packed);
  }

  private *divide(entries: readonly PlacedEntry[], parts: number): Generator<BlockRow> {
    const count = Math.ceil(entries.length / parts);
    for (let from = 0; from < entries.length; from += count) yield* this.packSome(entries.slice(from, from + count));
  }
}

/** The end of the entries that one block may hold. */
function endOf(entries: readonly PlacedEntry[], from: number): number {
  let bytes = 0;
  for (let at = from; at < entries.length; at++) {
    bytes += bytesOf(entries[at]);
    if (at > from && (at - from === MOST_ENTRIES || bytes > MOST_RAW_BYTES)) return at;
  }
  return entries.length;
}

function rowOf(entries: readonly PlacedEntry[], packed: Uint8Array): BlockRow {
  const last = entries[entries.length - 1];
  return {
    ...{ lastTime: last.time, moment: last.moment, part: last.index, firstTime: entries[0].time },
    ...{ entries: entries.length, format: COMPACTED, packed },
    ...{ names: namesOf(entries), attributeEntries: entries.filter(isAttributes).length },
  };
}

function bytesOf({ view, at }: PlacedEntry): number {
  return view.getUint32(at + ENTRY_SIZE, true);
}
