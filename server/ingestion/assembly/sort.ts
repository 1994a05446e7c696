/* Entries that are put in order: two unsigned words that are compared first, and a pointer. */

export const ENTRY_BYTES: usize = 24;
/** Runs of so many are put in order one by one, then merged. */
const RUN: usize = 12;

// @ts-ignore: a decorator of the compiler
@inline
function precedes(a: usize, b: usize, tails: bool): bool {
  const x = load<u64>(a);
  const y = load<u64>(b);
  if (x != y) return x < y;
  const z = load<u64>(a, 8);
  const w = load<u64>(b, 8);
  if (z != w) return z < w;
  return tails && compareTails(load<u32>(a, 16), load<u32>(b, 16)) < 0;
}

/** Texts that begin alike: what follows the first 16 bytes decides. A record has its length at 4 and its bytes' place at 0. */
function compareTails(a: usize, b: usize): i32 {
  if (a == 0 || b == 0) return 0;
  const aLength = <usize>load<u32>(a, 4);
  const bLength = <usize>load<u32>(b, 4);
  const least = min(aLength, bLength);
  if (least > 16) {
    const order = memory.compare(<usize>load<u32>(a) + 16, <usize>load<u32>(b) + 16, least - 16);
    if (order != 0) return order;
  }
  return aLength < bLength ? -1 : aLength > bLength ? 1 : 0;
}

// @ts-ignore: a decorator of the compiler
@inline
export function copyEntry(to: usize, from: usize): void {
  store<u64>(to, load<u64>(from));
  store<u64>(to, load<u64>(from, 8), 8);
  store<u64>(to, load<u64>(from, 16), 16);
}

/**
 * Puts `count` entries in order; those that are alike stay as they were.
 * @param spare room for as many
 * @param tails pointers are those of texts, which decide where the words are alike
 */
export function sortEntries(start: usize, count: usize, spare: usize, tails: bool): void {
  const bytes = count * ENTRY_BYTES;
  const end = start + bytes;
  for (let run = start; run < end; run += RUN * ENTRY_BYTES) sortRun(run, min(run + RUN * ENTRY_BYTES, end), tails);
  let from = start;
  let to = spare;
  for (let width = RUN * ENTRY_BYTES; width < bytes; width *= 2) {
    const last = from + bytes;
    let out = to;
    for (let left = from; left < last; left += 2 * width) {
      const middle = min(left + width, last);
      out = mergeRuns(left, middle, middle, min(middle + width, last), out, tails);
    }
    const other = from;
    from = to;
    to = other;
  }
  if (from == spare) memory.copy(start, spare, bytes);
}

function sortRun(start: usize, end: usize, tails: bool): void {
  for (let at = start + ENTRY_BYTES; at < end; at += ENTRY_BYTES) {
    if (!precedes(at, at - ENTRY_BYTES, tails)) continue;
    const a = load<u64>(at);
    const b = load<u64>(at, 8);
    const c = load<u64>(at, 16);
    let to = at;
    do {
      copyEntry(to, to - ENTRY_BYTES);
      to -= ENTRY_BYTES;
      store<u64>(to, a);
      store<u64>(to, b, 8);
      store<u64>(to, c, 16);
    } while (to > start && precedes(to, to - ENTRY_BYTES, tails));
  }
}

function mergeRuns(left: usize, leftEnd: usize, right: usize, rightEnd: usize, out: usize, tails: bool): usize {
  while (left < leftEnd && right < rightEnd) {
    if (precedes(right, left, tails)) {
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
