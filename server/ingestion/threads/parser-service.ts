import { closeSync, openSync, readSync } from 'node:fs';
import { DomainError } from '../../domain/errors.js';
import { failPoint } from '../../domain/fail-point.js';
import type { FoldedBatchData } from '../../domain/customer/folded-batch.js';
import { ChunkReader } from '../sources/chunk-reader.js';
import { LineFolder } from '../folding/line-folder.js';
import { CHUNK_BYTES } from '../scanning/chunk-layout.js';
import { LineReader } from '../sources/line-reader.js';
import type { FoldRequest, FromParser, OpenRequest, RangeRead, ReadRequest, ToParser } from './parser-protocol.js';
import { BatchBuilder } from '../folding/batch-builder.js';
import { addChunks, SpoolWriter } from '../folding/spool-file.js';

const PROGRESS_MS = 100;
/** The largest memory, in bytes, that is kept for the next source: that of a small source. */
const KEPT_BYTES = 32 * 1024 * 1024;

/** The members of a `MessagePort` that are used. */
export interface ParserPort {
  on(event: 'message', take: (request: ToParser) => void): unknown;
  postMessage(message: FromParser, transfer: ArrayBuffer[]): void;
}

/** Answers the requests of a port one after another: reads ranges of a file or chunks, and folds buckets. */
export class ParserService {
  private turn: Promise<void> = Promise.resolve();
  /** The builder and the reader of the source that was opened last. */
  private source: { readonly builder: BatchBuilder; readonly chunks: ChunkReader } | undefined;

  constructor(private readonly port: ParserPort) {
    port.on('message', (request) => {
      this.turn = this.turn
        .then(() => this.answer(request))
        .catch((error: unknown) => failed(error, request))
        .then((answer) => {
          if (answer) this.send(answer, buffersOf(answer));
        });
    });
  }

  /** Resolves when every request received so far is answered. */
  async settled(): Promise<void> {
    await this.turn;
  }

  private send(message: FromParser, transfer: ArrayBuffer[] = []): void {
    this.port.postMessage(message, transfer);
  }

  /** @returns undefined for a request that has no answer */
  private async answer(request: ToParser): Promise<FromParser | undefined> {
    if (request.kind === 'open') {
      this.open(request);
      return undefined;
    }
    // The entry of the thread has obeyed.
    if (request.kind === 'give way') return undefined;
    if (!this.source) throw new Error('Nothing was opened.');
    const { builder, chunks } = this.source;
    switch (request.kind) {
      case 'read':
        return this.read(builder, request);
      case 'fold':
        return { kind: 'folded', batch: fold(builder, request) };
      case 'begin':
        await chunks.begin(request);
        return undefined;
      case 'chunk':
        return chunks.take(request);
      case 'end':
        return chunks.end(request);
      default:
        return request satisfies never;
    }
  }

  private open({ identityKey, logged }: OpenRequest): void {
    const builder = this.takeSmallBuilder() ?? new BatchBuilder(identityKey);
    builder.restart(identityKey, logged);
    this.source = { builder, chunks: new ChunkReader(builder) };
  }

  /** Returns the builder of the last source for reuse. If its memory is large, releases it before a new one is made. */
  private takeSmallBuilder(): BatchBuilder | undefined {
    const builder = this.source?.builder;
    this.source = undefined;
    return builder && builder.bytes.length <= KEPT_BYTES ? builder : undefined;
  }

  /** Reads synchronously, because this thread has nothing else to do. That saves a buffer and a turn of the event loop per chunk. */
  private async read(
    builder: BatchBuilder,
    { path, start, end, firstIds, spool, spoolStart, bucketBytes, rejectBytes }: ReadRequest,
  ): Promise<RangeRead> {
    const writer = new SpoolWriter(spool, bucketBytes, spoolStart);
    const folder = new LineFolder(builder, rejectBytes);
    const reader = await LineReader.begin(builder, { lines: 0, bytes: start }, folder.take);
    let told = { at: performance.now(), lines: 0, bytes: start, rejected: 0 };
    const tell = (now: number): void => {
      const read = { lines: reader.number, bytes: reader.end, rejected: folder.rejected };
      const { lines, bytes, rejected } = told;
      told = { at: now, ...read };
      this.send({
        kind: 'progress',
        lines: read.lines - lines,
        bytes: read.bytes - bytes,
        rejected: read.rejected - rejected,
      });
    };
    const file = openSync(path, 'r');
    builder.beginBuckets(firstIds, (bucket, chunk) => writer.write(bucket, chunk));
    try {
      const isFull = (): boolean => folder.hasManyRejects || writer.isFull;
      for (let at = start; at < end && !isFull();) {
        const bytes = readSync(file, builder.bytes, builder.chunkStart, Math.min(CHUNK_BYTES, end - at), at);
        if (bytes === 0) break;
        at += bytes;
        folder.lookAtTheClock();
        reader.push(bytes);
        const now = performance.now();
        if (now - told.at > PROGRESS_MS) tell(now);
      }
      if (!isFull()) await reader.finish();
    } finally {
      closeSync(file);
      reader.close();
      builder.endBuckets();
    }
    tell(performance.now());
    failPoint('parser:range-read');
    const { counts, rejects } = folder;
    return { kind: 'read', end: reader.end, counts, rejects: rejects.blocks(), chunks: writer.chunks };
  }
}

function fold(builder: BatchBuilder, { spools, withMessages }: FoldRequest): FoldedBatchData {
  for (const range of spools) addChunks(builder, range);
  return builder.finish(withMessages);
}

/** The buffers of an answer, which move to the other thread without a copy. */
function buffersOf(answer: FromParser): ArrayBuffer[] {
  if (answer.kind === 'read') return answer.rejects.map(({ packed }) => packed.buffer);
  if (answer.kind !== 'folded') return [];
  const { rows, names } = answer.batch;
  return [...rows, names].map(({ buffer }) => buffer);
}

function failed(error: unknown, { kind }: ToParser): FromParser {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  const what = error instanceof DomainError ? 'storage' : kind === 'read' ? 'source' : 'unexpected';
  return { kind: 'failed', what, message: error instanceof Error ? error.message : String(error), code };
}
