import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { DomainError } from '../../domain/errors.js';
import type { FoldedBatchData } from '../../domain/customer/folded-batch.js';
import { ChunkReader } from '../sources/chunk-reader.js';
import { LineFolder } from '../folding/line-folder.js';
import { CHUNK_BYTES } from '../scanning/chunk-layout.js';
import { LineReader } from '../sources/line-reader.js';
import type { FoldRequest, FromParser, OpenRequest, RangeRead, ReadRequest, ToParser } from './parser-protocol.js';
import { BatchBuilder } from '../folding/batch-builder.js';
import { addChunks, SpoolWriter } from '../folding/spool-file.js';

/* A thread that reads ranges of a file, or chunks, and folds buckets. It knows the domain and the parser only, so that it starts fast. */

const PROGRESS_MS = 100;

const port = parentPort;
if (!port) throw new Error('This is the file of a thread.');
let turn: Promise<void> = Promise.resolve();

function send(message: FromParser, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer);
}

/** Reads at the speed of this thread, which has nothing else to do meanwhile: without a buffer, and without a turn, a chunk. */
async function read(
  builder: BatchBuilder,
  { path, start, end, firstIds, spool, spoolStart }: ReadRequest,
): Promise<RangeRead> {
  const writer = new SpoolWriter(spool, spoolStart);
  const folder = new LineFolder(builder);
  const reader = await LineReader.begin(builder, { lines: 0, bytes: start }, folder.take);
  let told = { at: performance.now(), lines: 0, bytes: start, rejected: 0 };
  const tell = (now: number): void => {
    const read = { lines: reader.number, bytes: reader.end, rejected: folder.rejects.length };
    const { lines, bytes, rejected } = told;
    told = { at: now, ...read };
    send({
      kind: 'progress',
      lines: read.lines - lines,
      bytes: read.bytes - bytes,
      rejected: read.rejected - rejected,
    });
  };
  const file = openSync(path, 'r');
  builder.beginBuckets(firstIds, (bucket, chunk) => writer.write(bucket, chunk));
  try {
    for (let at = start; at < end && !folder.hasManyRejects;) {
      const bytes = readSync(file, builder.bytes, builder.chunkStart, Math.min(CHUNK_BYTES, end - at), at);
      if (bytes === 0) break;
      at += bytes;
      folder.lookAtTheClock();
      reader.push(bytes);
      const now = performance.now();
      if (now - told.at > PROGRESS_MS) tell(now);
    }
    if (!folder.hasManyRejects) await reader.finish();
  } finally {
    closeSync(file);
    reader.close();
    builder.endBuckets();
  }
  tell(performance.now());
  const { counts, rejects } = folder;
  return { kind: 'read', end: reader.end, counts, rejects, chunks: writer.chunks };
}

function fold(builder: BatchBuilder, { spools, withMessages }: FoldRequest): FoldedBatchData {
  for (const { spool: fd, chunks } of spools) addChunks(builder, fd, chunks);
  return builder.finish(withMessages);
}

/** What a request comes to; undefined for one that has no answer. */
async function answer(
  builder: BatchBuilder,
  chunks: ChunkReader,
  request: Exclude<ToParser, OpenRequest>,
): Promise<FromParser | undefined> {
  switch (request.kind) {
    case 'read':
      return read(builder, request);
    case 'fold':
      return { kind: 'folded', partial: fold(builder, request) };
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

function buffersOf({ rows, names }: FoldedBatchData): ArrayBuffer[] {
  return [...rows, names].map(({ buffer }) => buffer);
}

function failed(error: unknown, { kind }: ToParser): FromParser {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  const what = error instanceof DomainError ? 'storage' : kind === 'read' ? 'source' : 'unexpected';
  return { kind: 'failed', what, message: error instanceof Error ? error.message : String(error), code };
}

/** What a source is read with. */
let open: { readonly builder: BatchBuilder; readonly chunks: ChunkReader } | undefined;

async function handle(request: ToParser): Promise<FromParser | undefined> {
  if (request.kind !== 'open') {
    if (!open) throw new Error('Nothing was opened.');
    return answer(open.builder, open.chunks, request);
  }
  // That of the source before goes first, with its memory.
  open = undefined;
  const builder = new BatchBuilder(request.identityKey);
  open = { builder, chunks: new ChunkReader(builder) };
  return undefined;
}

port.on('message', (request: ToParser) => {
  turn = turn
    .then(() => handle(request))
    .catch((error: unknown) => failed(error, request))
    .then((message) => {
      if (message) send(message, message.kind === 'folded' ? buffersOf(message.partial) : []);
    });
});
