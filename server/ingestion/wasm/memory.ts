import { LINE_BYTES } from '../../domain/message/message-limits';
import { CARRIED_MARGIN_BYTES, CHUNK_BYTES } from '../scanning/chunk-layout';
import { padded } from './bytes';

/*
 * The memory of the module; README.md draws it. Behind the fixed places lies one arena: everything of a batch is put into it one
 * after the other, and forgotten at once.
 */

/** Bytes that vector instructions may read or write beyond what they are asked for. */
const VECTOR_SLACK_BYTES: usize = 64;
const CARRIED_BYTES: usize = LINE_BYTES + CARRIED_MARGIN_BYTES;
const INPUT_BYTES: usize = CARRIED_BYTES + CHUNK_BYTES + VECTOR_SLACK_BYTES;
/** Bytes that the runtime of AssemblyScript allocates itself, for the two tables of texts. */
const HEAP_BYTES: usize = 4_096;
/** The input begins at a multiple of a cache line, 64 bytes. */
const INPUT: usize = (__heap_base + HEAP_BYTES + 63) & ~63;
/** The place of a chunk of a source. The beginning of a line that came with earlier chunks lies before it. */
export const CHUNK: usize = INPUT + CARRIED_BYTES;
/** The place of one message that is put together. It may have more bytes than its line, as numbers are written out. */
export const STAGING: usize = INPUT + INPUT_BYTES;
const STAGING_BYTES: usize = 8_388_608;
/** The place of the decoded strings of a line. */
export const DECODED: usize = STAGING + STAGING_BYTES;
const ARENA: usize = DECODED + INPUT_BYTES;
const PAGE_BYTES: usize = 65_536;
/** The memory grows by at least this many pages at a time. */
const GROWN_PAGES: usize = 64;

export let top: usize = ARENA;
/** True when the memory has grown since {@link clearGrown}: views of it are stale. */
export let hasGrown: bool = false;

/** Forgets everything in the arena. */
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

/** Makes room for this many bytes behind the top. */
export function ensure(bytes: usize): void {
  const needed = (top + bytes + PAGE_BYTES - 1) / PAGE_BYTES;
  const pages = <usize>memory.size();
  if (needed <= pages) return;
  hasGrown = true;
  if (memory.grow(<i32>max(needed - pages, GROWN_PAGES)) < 0 && memory.grow(<i32>(needed - pages)) < 0) unreachable();
}

/** Takes this many bytes at a multiple of 8. Their content is undefined. */
export function take(bytes: usize): usize {
  ensure(bytes);
  const at = top;
  top += padded(bytes);
  return at;
}

/** Takes this many bytes, all 0, at a multiple of 8. */
export function takeZeros(bytes: usize): usize {
  const at = take(bytes);
  memory.fill(at, 0, bytes);
  return at;
}

/** Copies this many bytes, and up to 15 behind them. For few bytes it is faster than a call of `memory.copy`. */
export function copyRoughly(to: usize, from: usize, bytes: usize): void {
  for (const end = from + bytes; from < end; from += 16, to += 16) v128.store(to, v128.load(from));
}
