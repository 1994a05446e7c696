import { setKey } from './hash';
import { CHUNK, clearGrown, ensure, hasGrown, STAGING, take, top, used } from './memory';
import { addChunk, customers, names, resetPart } from './part';
import { batchEnd, batchStart, beginRows, nextRows } from './rows';
import { NAME_BYTES, writeNames } from './write';

/* What part-builder.ts calls. */

export { scan } from './scan';
export { beginBuckets, emit, endBuckets, noBuckets } from './spool';
export { setKey, resetPart as reset, addChunk, beginRows, nextRows };

/** Where a chunk of a source is put: so many bytes as line-reader.ts says, before it and from it on. */
export function chunkStart(): usize {
  return CHUNK;
}

/** Bytes of memory that the part takes. */
export function size(): usize {
  return used();
}

/** True when the memory has grown since the last time, so that views of it are of no use any more. */
export function takeGrown(): bool {
  const grown = hasGrown;
  clearGrown();
  return grown;
}

/** Where a parsed message is put for `emit`, as spool.ts describes it. */
export function staging(): usize {
  return STAGING;
}

/** Where a chunk of so many bytes can be put for `addChunk`. */
export function room(bytes: usize): usize {
  return take(bytes);
}

export function customerCount(): u32 {
  return customers.count;
}

export function nameCount(): u32 {
  return names.count;
}

/** Where the rows of the last batch begin. */
export function rowsStart(): usize {
  return batchStart;
}

export function rowsEnd(): usize {
  return batchEnd;
}

/** Writes the names as domain/partial-summary.ts has them; returns where, at a multiple of 8. */
export function exportNames(): usize {
  let bytes: usize = 0;
  for (let i: u32 = 0; i < names.count; i++) bytes += <usize>load<u32>(names.record(i), 4);
  ensure(bytes + <usize>names.count * NAME_BYTES);
  writeNames(top);
  return top;
}
