import { createReadStream } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { DomainError } from '../domain/errors.js';
import { LineFolder } from './line-folder.js';
import { LineReader } from './line-reader.js';
import type { FoldRequest, FromParser, ParserData, RangeRead, ReadRequest, ToParser } from './parser-protocol.js';
import { PartBuilder } from './part-builder.js';
import { hasManyRejects } from './parts.js';
import { addChunks, SpoolWriter } from './spool-file.js';

/* A thread that reads ranges of a file and folds buckets. It knows the domain and the parser only, so that it starts fast. */

const PROGRESS_MS = 100;

const port = parentPort;
if (!port) throw new Error('This is the file of a thread.');
// Safe: started by ParserPool only.
const { identityKey, spool } = workerData as ParserData;
const builder = new PartBuilder(identityKey);
let turn: Promise<void> = Promise.resolve();

function send(message: FromParser, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer);
}

async function read({ path, start, end, firstIds }: ReadRequest): Promise<RangeRead> {
  const reader = new LineReader(createReadStream(path, { start, end: end - 1 }), { lines: 0, bytes: start });
  const writer = new SpoolWriter(spool);
  const folder = new LineFolder(builder);
  builder.beginBuckets(firstIds, (bucket, chunk) => writer.write(bucket, chunk));
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
  try {
    for await (const raws of reader.batches()) {
      folder.fold(raws, reader, Math.floor(Date.now() / 1000));
      const now = performance.now();
      if (now - told.at > PROGRESS_MS) tell(now);
      if (hasManyRejects(folder)) break;
    }
  } finally {
    builder.endBuckets();
  }
  tell(performance.now());
  const { counts, rejects } = folder;
  return { kind: 'read', end: reader.end, counts, rejects, chunks: writer.chunks };
}

function fold({ spools, withMessages }: FoldRequest): void {
  for (const { spool: fd, chunks } of spools) addChunks(builder, fd, chunks);
  const partial = builder.finish(withMessages);
  send(
    { kind: 'folded', partial },
    [...partial.rows, partial.names].map(({ buffer }) => buffer),
  );
}

port.on('message', (request: ToParser) => {
  turn = turn
    .then(async () => {
      if (request.kind === 'read') send(await read(request));
      else fold(request);
    })
    .catch((error: unknown) => {
      const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
      const what = error instanceof DomainError ? 'storage' : request.kind === 'read' ? 'source' : 'unexpected';
      send({ kind: 'failed', what, message: error instanceof Error ? error.message : String(error), code });
    });
});
