import type { IngestionCounts, Reject } from '../../domain/ingestion/ingestion.js';
import { FoldedBatch } from '../../domain/customer/folded-batch.js';
import { LineFolder } from './line-folder.js';
import { CHUNK_BYTES } from '../scanning/chunk-layout.js';
import { LineReader, type Position } from '../sources/line-reader.js';
import { BatchBuilder } from './batch-builder.js';

/** What was read of a source since the part before: folded, and not merged yet. */
export interface Stretch {
  /** In the order of lists; a customer is in one of them. To be gone through before the next part is asked for. */
  readonly batches: Iterable<FoldedBatch> | AsyncIterable<FoldedBatch>;
  readonly counts: IngestionCounts;
  readonly rejects: readonly Reject[];
}

/** What was read since the last time, whether or not it is in a part yet. */
export interface Read {
  readonly lines: number;
  readonly bytes: number;
  readonly rejected: number;
}
export type ReadListener = (read: Read) => void;

export interface StretchOptions {
  readonly identityKey: Readonly<Uint32Array>;
  /** Bytes of memory that a part may take; most sources are no larger. */
  readonly batchBytes: number;
}

/**
 * The parts of a source that is read in this thread. When the source breaks off, what was read of it before comes as a part,
 * and then the error.
 * @param chunks its bytes from `start` on
 */
export async function* readStretches(
  chunks: AsyncIterable<Uint8Array>,
  start: Position,
  options: StretchOptions,
  onRead: ReadListener,
  signal: AbortSignal | undefined,
): AsyncGenerator<Stretch> {
  const builder = new BatchBuilder(options.identityKey);
  let folder = new LineFolder(builder);
  const reader = await LineReader.begin(builder, start, (line) => folder.take(line));
  let failure: { readonly error: unknown } | undefined;
  const read = (work: () => void): void => {
    const { lines, bytes } = folder.counts;
    const rejected = folder.rejects.length;
    work();
    const { counts, rejects } = folder;
    onRead({ lines: counts.lines - lines, bytes: counts.bytes - bytes, rejected: rejects.length - rejected });
  };
  const stretchOf = (): Stretch => {
    const { counts, rejects } = folder;
    return { batches: [new FoldedBatch(builder.finish(true))], counts, rejects };
  };
  try {
    try {
      for await (const bytes of piecesOf(chunks)) {
        builder.bytes.set(bytes, builder.chunkStart);
        folder.lookAtTheClock();
        read(() => reader.push(bytes.length));
        if (signal?.aborted) break;
        if (builder.size < options.batchBytes && !folder.hasManyRejects) continue;
        yield stretchOf();
        folder = new LineFolder(builder);
      }
      if (!signal?.aborted) await reader.finish();
    } catch (error) {
      failure = { error };
    }
    yield stretchOf();
    if (failure) throw failure.error;
  } finally {
    reader.close();
  }
}

async function* piecesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const bytes of source) {
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
  }
}
