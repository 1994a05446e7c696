import { customers, resetBatch } from '../folding/wasm/batch';
import { names, writeNames } from '../folding/wasm/names';
import { portionEnd, portionStart } from '../folding/wasm/rows';
import { dataEnd, dataStart } from '../scanning/wasm/scan';
import { CHUNK, clearGrown, hasGrown, STAGING, take, used } from './memory';

/* The functions of the module. folding/wasm-module.ts has their types for TypeScript. */

export { setHashKey } from './hash';
export { scan } from '../scanning/wasm/scan';
export { beginBuckets, emit, endBuckets, noBuckets } from '../folding/wasm/buckets';
export { addChunk } from '../folding/wasm/batch';
export { keepLog, noLog } from '../folding/wasm/log-entries';
export { beginRows, nextRows } from '../folding/wasm/rows';
export { resetBatch as reset };

/** The place of a chunk of a source. */
export function chunkStart(): usize {
  return CHUNK;
}

/** Bytes of memory that the batch takes. */
export function size(): usize {
  return used();
}

/** True when the memory has grown since the last call: views of it are stale. */
export function takeGrown(): bool {
  const grown = hasGrown;
  clearGrown();
  return grown;
}

/** The place where the caller puts a message together for `emit`. */
export function staging(): usize {
  return STAGING;
}

/** Takes a place for a chunk of this many bytes, for `addChunk`. */
export function room(bytes: usize): usize {
  return take(bytes);
}

/** Start of the `data` of the event that `scan` added last; 0 if it has none, or an attributes message was added. */
export function scannedDataStart(): usize {
  return dataStart;
}

export function scannedDataEnd(): usize {
  return dataEnd;
}

export function customerCount(): u32 {
  return customers.count;
}

export function nameCount(): u32 {
  return names.count;
}

/** Start of the most recent portion of rows. */
export function rowsStart(): usize {
  return portionStart;
}

export function rowsEnd(): usize {
  return portionEnd;
}

/** Writes the table of names; returns where it is. */
export function exportNames(): usize {
  return writeNames();
}
