import { eachBit, noBits, setBit, type Bits } from './bits.js';
import type { Block } from './blocks.js';
import { exactly, none, not, type Condition } from './condition.js';
import { decodeCounts, decodeTimes } from './document-lists.js';
import type { EventFilter, Range } from './store.js';
import { eventTerm, LAST_SPAN, SPAN_MS, spanTerm, timesTerm } from './terms.js';

/** @param name the number of the event; undefined if no indexed document has it */
export function eventCondition(filter: EventFilter, name: number | undefined): Condition {
  const { within } = filter;
  const least = (count: number): Condition => {
    if (count === 0) return (block) => exactly(block.live);
    if (name === undefined) return none;
    return (block) => exactly(within ? atLeastWithin(block, name, count, within) : atLeast(block, name, count));
  };
  switch (filter.is) {
    case 'at_least':
      return least(filter.count);
    case 'at_most': {
      const more = least(filter.count + 1);
      return (block) => not(block, more(block));
    }
    case 'never': {
      const once = least(1);
      return (block) => not(block, once(block));
    }
    default:
      return filter satisfies never;
  }
}

/** The documents with at least `count` events of a name; `count` is at least 1. */
function atLeast(block: Block, name: number, count: number): Bits {
  const list = block.list(eventTerm(name));
  if (!list) return noBits(block.size);
  const { bits: all, counts } = decodeCounts(list, block.size);
  if (count === 1) return all;
  const bits = noBits(block.size);
  const countOf = counts();
  let i = 0;
  eachBit(all, (document) => {
    if (countOf[i++] >= count) setBit(bits, document);
  });
  return bits;
}

/** The documents with at least `count` events of a name within a range; `count` is at least 1. */
function atLeastWithin(block: Block, name: number, count: number, range: Range): Bits {
  const bits = noBits(block.size);
  if (!block.hasName(name)) return bits;
  const totals = new Uint32Array(block.size);
  const from = Math.max(0, range.from);
  const to = Math.min(range.to, (LAST_SPAN + 1) * SPAN_MS);
  const [first, last] = [Math.ceil(from / SPAN_MS), Math.floor(to / SPAN_MS)];
  // Whole spans need no times, and there may be many.
  if (first < last)
    for (const { list } of block.range(spanTerm(name, first), spanTerm(name, last - 1))) addCounts(totals, list);
  const ends = new Set([Math.floor(from / SPAN_MS), last]);
  for (const span of ends) {
    if ((span >= first && span < last) || span > LAST_SPAN || from >= to) continue;
    const list = block.read(timesTerm(name, span));
    if (list) addTimes(totals, list, from - span * SPAN_MS, to - span * SPAN_MS);
  }
  for (let i = 0; i < totals.length; i++) if (totals[i] >= count) setBit(bits, i);
  return bits;
}

function addCounts(totals: Uint32Array, list: Uint8Array): void {
  const { bits, counts } = decodeCounts(list, totals.length);
  const countOf = counts();
  let i = 0;
  eachBit(bits, (document) => (totals[document] += countOf[i++]));
}

/** @param from in ms since the begin of the span, as the times of the list */
function addTimes(totals: Uint32Array, list: Uint8Array, from: number, to: number): void {
  const { bits, counts, times } = decodeTimes(list, totals.length);
  let i = 0;
  let at = 0;
  eachBit(bits, (document) => {
    let count = 0;
    for (const end = at + counts[i++]; at < end; at++) if (times[at] >= from && times[at] < to) count++;
    totals[document] += count;
  });
}
