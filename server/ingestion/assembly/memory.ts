/* One arena: everything of a part lies in it one after the other, and is forgotten at once. */

/** What was carried over of a line, as line-reader.ts has it: a little more than the longest. */
const CARRIED_BYTES: usize = 1_048_640;
/** What a chunk may have, and what the vector instructions may read behind it. */
const CHUNK_BYTES: usize = 65_536 + 64;
const INPUT_BYTES: usize = CARRIED_BYTES + CHUNK_BYTES;
/** What the runtime itself allocates: the two tables. */
const HEAP_BYTES: usize = 4_096;
/** The input begins at a multiple of a cache line. */
const INPUT: usize = (__heap_base + HEAP_BYTES + 63) & ~63;
export const CHUNK: usize = INPUT + CARRIED_BYTES;
/** Where a message is put together: more than a line can come to, with every number written out. */
export const STAGING: usize = INPUT + INPUT_BYTES;
const STAGING_BYTES: usize = 8_388_608;
/** Where texts are put whose escapes were read. */
export const DECODED: usize = STAGING + STAGING_BYTES;
const ARENA: usize = DECODED + INPUT_BYTES;
const PAGE_BYTES: usize = 65_536;
/** Grown by so many pages at a time at least. */
const GROWN_PAGES: usize = 64;

export let top: usize = ARENA;
/** True when the memory has grown, so that views of it are of no use any more. */
export let hasGrown: bool = false;

/** Forgets everything. */
export function resetArena(): void {
  top = ARENA;
}

export function clearGrown(): void {
  hasGrown = false;
}

/** Bytes of the arena that are used. */
export function used(): usize {
  return top - ARENA;
}

/** Makes sure that there are so many bytes behind the top. */
export function ensure(bytes: usize): void {
  const needed = (top + bytes + PAGE_BYTES - 1) / PAGE_BYTES;
  const pages = <usize>memory.size();
  if (needed <= pages) return;
  hasGrown = true;
  if (memory.grow(<i32>max(needed - pages, GROWN_PAGES)) < 0 && memory.grow(<i32>(needed - pages)) < 0) unreachable();
}

/** Takes so many bytes, a multiple of 8; what is in them is not defined. */
export function take(bytes: usize): usize {
  ensure(bytes);
  const at = top;
  top += (bytes + 7) & ~7;
  return at;
}

/** Takes so many bytes, all 0. */
export function takeZeros(bytes: usize): usize {
  const at = take(bytes);
  memory.fill(at, 0, bytes);
  return at;
}

/** Moves the top: what lies from `at` on was written in place after {@link ensure}. */
export function setTop(at: usize): void {
  top = (at + 7) & ~7;
}

/** Copies so many bytes, and up to 15 behind them: faster than a call of `memory.copy` where there are few. */
// @ts-ignore: a decorator of the compiler
@inline
export function copyRoughly(to: usize, from: usize, bytes: usize): void {
  for (const end = from + bytes; from < end; from += 16, to += 16) v128.store(to, v128.load(from));
}
