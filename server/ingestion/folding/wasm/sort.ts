import { TEXT_BYTES, TEXT_START } from './text-table';

/* Entries to sort: two unsigned words of 64 bits that are compared, then a number or a place. */

export const ENTRY_HIGH: usize = 0;
export const ENTRY_LOW: usize = 8;
export const ENTRY_VALUE: usize = 16;
export const ENTRY_BYTES: usize = 24;
/** Runs of this many entries are sorted by insertion, then merged. */
const RUN: usize = 12;

class Order {
  /** A static method, because the compiler inlines it only if told to, and a function may have no decorator. */
  @inline
  static precedes(a: usize, b: usize, isOfTexts: bool): bool {
    const x = load<u64>(a, ENTRY_HIGH);
    const y = load<u64>(b, ENTRY_HIGH);
    if (x != y) return x < y;
    const z = load<u64>(a, ENTRY_LOW);
    const w = load<u64>(b, ENTRY_LOW);
    if (z != w) return z < w;
    return isOfTexts && compareTails(load<u32>(a, ENTRY_VALUE), load<u32>(b, ENTRY_VALUE)) < 0;
  }
}

/** Compares two texts that begin with the same 16 bytes by what follows. A 0 is no text, and equal to any. */
function compareTails(a: usize, b: usize): i32 {
  if (a == 0 || b == 0) return 0;
  const aLength = <usize>load<u32>(a, TEXT_BYTES);
  const bLength = <usize>load<u32>(b, TEXT_BYTES);
  const least = min(aLength, bLength);
  if (least > 16) {
    const order = memory.compare(
      <usize>load<u32>(a, TEXT_START) + 16,
      <usize>load<u32>(b, TEXT_START) + 16,
      least - 16,
    );
    if (order != 0) return order;
  }
  return aLength < bLength ? -1 : aLength > bLength ? 1 : 0;
}

export function copyEntry(to: usize, from: usize): void {
  store<u64>(to, load<u64>(from, ENTRY_HIGH), ENTRY_HIGH);
  store<u64>(to, load<u64>(from, ENTRY_LOW), ENTRY_LOW);
  store<u64>(to, load<u64>(from, ENTRY_VALUE), ENTRY_VALUE);
}

/**
 * Sorts entries; equal ones keep their order.
 * @param spare room for as many entries
 * @param isOfTexts whether the values are records of texts, which decide between entries with equal words
 */
export function sortEntries(start: usize, count: usize, spare: usize, isOfTexts: bool): void {
  const bytes = count * ENTRY_BYTES;
  const end = start + bytes;
  for (let run = start; run < end; run += RUN * ENTRY_BYTES) sortRun(run, min(run + RUN * ENTRY_BYTES, end), isOfTexts);
  let from = start;
  let to = spare;
  for (let width = RUN * ENTRY_BYTES; width < bytes; width *= 2) {
    const last = from + bytes;
    let out = to;
    for (let left = from; left < last; left += 2 * width) {
      const middle = min(left + width, last);
      out = mergeRuns(left, middle, middle, min(middle + width, last), out, isOfTexts);
    }
    const other = from;
    from = to;
    to = other;
  }
  if (from == spare) memory.copy(start, spare, bytes);
}

function sortRun(start: usize, end: usize, isOfTexts: bool): void {
  for (let at = start + ENTRY_BYTES; at < end; at += ENTRY_BYTES) {
    if (!Order.precedes(at, at - ENTRY_BYTES, isOfTexts)) continue;
    const a = load<u64>(at, ENTRY_HIGH);
    const b = load<u64>(at, ENTRY_LOW);
    const c = load<u64>(at, ENTRY_VALUE);
    let to = at;
    do {
      copyEntry(to, to - ENTRY_BYTES);
      to -= ENTRY_BYTES;
      store<u64>(to, a, ENTRY_HIGH);
      store<u64>(to, b, ENTRY_LOW);
      store<u64>(to, c, ENTRY_VALUE);
    } while (to > start && Order.precedes(to, to - ENTRY_BYTES, isOfTexts));
  }
}

function mergeRuns(left: usize, leftEnd: usize, right: usize, rightEnd: usize, out: usize, isOfTexts: bool): usize {
  while (left < leftEnd && right < rightEnd) {
    if (Order.precedes(right, left, isOfTexts)) {
      copyEntry(out, right);
      right += ENTRY_BYTES;
    } else {
      copyEntry(out, left);
      left += ENTRY_BYTES;
    }
    out += ENTRY_BYTES;
  }
  for (; left < leftEnd; left += ENTRY_BYTES, out += ENTRY_BYTES) copyEntry(out, left);
  for (; right < rightEnd; right += ENTRY_BYTES, out += ENTRY_BYTES) copyEntry(out, right);
  return out;
}
