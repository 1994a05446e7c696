import type { IngestionCounts, Reject } from '../domain/ingestion.js';
import type { PartialSummary } from '../domain/partial-summary.js';
import { LineFolder } from './line-folder.js';
import { LineReader, type Position } from './line-reader.js';
import type { ReadableSource } from './source.js';

/** What was read of a source since the part before: folded, and not merged yet. */
export interface Part {
  readonly partial: PartialSummary;
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

/** Rejects that a part may hold. */
const MOST_REJECTS = 20_000;

/** True when a part has to be merged before more is read. */
export function isFull(folder: LineFolder, partBytes: number): boolean {
  return folder.partial.size >= partBytes || folder.rejects.length >= MOST_REJECTS;
}

/**
 * The parts of a source that is read in this thread, one at a time. When the source breaks off, what was read of it before
 * comes as a part, and then the error.
 * @param partBytes what a part may have, in bytes of memory
 */
export async function* readParts(
  source: ReadableSource,
  start: Position,
  newPartial: () => PartialSummary,
  partBytes: number,
  onRead: ReadListener,
  signal: AbortSignal | undefined,
): AsyncGenerator<Part[]> {
  const reader = new LineReader(source.read(start.bytes), start);
  let folder = new LineFolder(newPartial());
  let failure: { readonly error: unknown } | undefined;
  try {
    for await (const raws of reader.batches()) {
      const { bytes } = folder.counts;
      const rejected = folder.rejects.length;
      folder.fold(raws, reader, Math.floor(Date.now() / 1000));
      onRead({ lines: raws.length, bytes: folder.counts.bytes - bytes, rejected: folder.rejects.length - rejected });
      if (signal?.aborted) break;
      if (!isFull(folder, partBytes)) continue;
      yield [folder];
      folder = new LineFolder(newPartial());
    }
  } catch (error) {
    failure = { error };
  }
  yield [folder];
  if (failure) throw failure.error;
}
