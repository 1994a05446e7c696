import type { IngestionCounts, Reject } from '../domain/ingestion.js';
import { PartialSummary, type PartialData } from '../domain/partial-summary.js';
import { Completion } from './completion.js';
import { LineFolder } from './line-folder.js';
import { CHUNK_BYTES, LineReader, type Position } from './line-reader.js';
import { PartBuilder } from './part-builder.js';
import type { ReadableSource } from './source.js';
import { addChunks, closeSpoolFile, openSpoolFile, SpoolWriter } from './spool-file.js';
import { dividersOf } from './user-sample.js';

/** What was read of a source since the part before: folded, and not merged yet. */
export interface Part {
  /** In the order of lists; a customer is in one of them. To be gone through before the next part is asked for. */
  readonly partials: Iterable<PartialSummary> | AsyncIterable<PartialSummary>;
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

export interface StreamOptions {
  readonly identityKey: Readonly<Uint32Array>;
  /** Where the spool file is. */
  readonly spoolFolder: string;
  /** Bytes of memory that the first part may take; most sources are no larger. */
  readonly firstPartBytes: number;
  /** Bytes of the source between two checkpoints from then on. */
  readonly spanBytes: number;
  /** Bytes of the source for every bucket. */
  readonly bucketBytes: number;
}

const MOST_SAMPLED = 20_000;

/**
 * The parts of a source that is read in this thread. The first is folded at once; it shows how customers can be divided, and
 * what follows goes through a spool file. When the source breaks off, what was read of it before comes as a part, and then
 * the error.
 */
export async function* readParts(
  source: ReadableSource,
  start: Position,
  options: StreamOptions,
  onRead: ReadListener,
  signal: AbortSignal | undefined,
): AsyncGenerator<Part> {
  const builder = new PartBuilder(options.identityKey);
  let folder = new LineFolder(builder);
  const reader = await LineReader.begin(builder, start, (line) => folder.take(line));
  let spool: Spool | undefined;
  let failure: { readonly error: unknown } | undefined;
  const read = (work: () => void): void => {
    const { lines, bytes } = folder.counts;
    const rejected = folder.rejects.length;
    work();
    const { counts, rejects } = folder;
    onRead({ lines: counts.lines - lines, bytes: counts.bytes - bytes, rejected: rejects.length - rejected });
  };
  const partOf = (): Part => {
    const { counts, rejects } = folder;
    return { partials: spool ? spool.end() : [new PartialSummary(builder.finish(true))], counts, rejects };
  };
  try {
    try {
      for await (const bytes of chunksOf(source.read(start.bytes))) {
        builder.bytes.set(bytes, builder.chunkStart);
        folder.lookAtTheClock();
        read(() => reader.push(bytes.length));
        if (signal?.aborted) break;
        const isFull = spool ? folder.counts.bytes >= options.spanBytes : builder.size >= options.firstPartBytes;
        if (!isFull && !folder.hasManyRejects) continue;
        const part = partOf();
        spool ??= new Spool(builder, options, sampleOf(part));
        yield part;
        spool.begin();
        folder = new LineFolder(builder);
      }
      if (!signal?.aborted) await reader.finish();
    } catch (error) {
      failure = { error };
    }
    yield partOf();
    if (failure) throw failure.error;
  } finally {
    reader.close();
    spool?.close();
  }
}

async function* chunksOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const bytes of source) {
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
  }
}

function sampleOf({ partials }: Part): string[] {
  // The first part is there as a whole.
  const [partial] = partials as readonly PartialSummary[];
  const step = Math.ceil(partial.count / MOST_SAMPLED);
  const sample: string[] = [];
  let at = 0;
  for (const customer of partial.customers()) if (at++ % step === 0) sample.push(customer.id);
  return sample;
}

/** Takes messages on their way to the fold, bucket by bucket, in a file. */
class Spool {
  private readonly fd: number;
  private readonly firstIds: readonly string[];
  private writer: SpoolWriter;
  private readonly completion = new Completion();

  constructor(
    private readonly builder: PartBuilder,
    { spoolFolder, spanBytes, bucketBytes }: StreamOptions,
    sample: readonly string[],
  ) {
    this.firstIds = dividersOf(sample, Math.ceil(spanBytes / bucketBytes));
    this.fd = openSpoolFile(spoolFolder);
    this.writer = new SpoolWriter(this.fd);
  }

  begin(): void {
    const writer = new SpoolWriter(this.fd);
    this.writer = writer;
    this.builder.beginBuckets(this.firstIds, (bucket, chunk) => writer.write(bucket, chunk));
  }

  end(): Iterable<PartialSummary> {
    this.builder.endBuckets();
    return { [Symbol.iterator]: () => this.fold() };
  }

  private *fold(): Generator<PartialSummary> {
    for (let bucket = 0; bucket <= this.firstIds.length; bucket++) {
      const data = this.foldBucket(bucket, this.completion.isCommon);
      if (!data.hasMessages) this.completion.offer();
      yield new PartialSummary(data, () => {
        this.completion.count();
        return new PartialSummary(this.foldBucket(bucket, true));
      });
    }
  }

  private foldBucket(bucket: number, withMessages: boolean): PartialData {
    const chunks = this.writer.chunks.filter((chunk) => chunk.bucket === bucket);
    addChunks(this.builder, this.fd, chunks);
    return this.builder.finish(withMessages);
  }

  close(): void {
    closeSpoolFile(this.fd);
  }
}
