import { handled } from '../../domain/handled.js';
import type { Key } from './contents.js';

const FIRST_ROWS = 64;
const MOST_ROWS = 5_000;
/** The target size of a batch of rows, in bytes, so that large rows come in small batches. */
const BATCH_BYTES = 2 * 1024 * 1024;
const BYTES_OF_A_NUMBER = 8;

/** Reads all rows after `after` in batches of a few megabytes. The next batch is read while the caller uses the last one. */
export async function* readAll<Row extends object>(
  read: (after: Key | undefined, limit: number) => Promise<readonly Row[]>,
  keyOf: (row: Row) => Key,
  after?: Key,
): AsyncGenerator<readonly Row[]> {
  let limit = FIRST_ROWS;
  let batch = await read(after, limit);
  while (batch.length > 0) {
    const isLast = batch.length < limit;
    limit = nextLimit(batch);
    const next = isLast ? undefined : handled(read(keyOf(batch[batch.length - 1]), limit));
    yield batch;
    if (!next) return;
    batch = await next;
  }
}

function nextLimit(batch: readonly object[]): number {
  const bytes = batch.reduce((sum, row) => sum + sizeOf(row), 0);
  return Math.max(1, Math.min(MOST_ROWS, batch.length * 4, Math.floor((batch.length * BATCH_BYTES) / bytes)));
}

function sizeOf(row: object): number {
  let bytes = 0;
  for (const value of Object.values(row) as unknown[]) {
    bytes += typeof value === 'string' || value instanceof Uint8Array ? value.length : BYTES_OF_A_NUMBER;
  }
  return bytes;
}
