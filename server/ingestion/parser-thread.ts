import { createReadStream } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { MessageIdentifier } from '../domain/message-identity.js';
import { PartialSummary } from '../domain/partial-summary.js';
import { LineFolder } from './line-folder.js';
import { LineReader } from './line-reader.js';
import type { FromParser, ParserData, ToParser } from './parser-protocol.js';
import { isFull } from './parts.js';

/* A thread that folds ranges of a file. It knows the domain and the parser only, so that it starts fast. */

const PROGRESS_MS = 100;

const port = parentPort;
if (!port) throw new Error('This is the file of a thread.');
// Safe: started by ParserPool only.
const { identityKey, startedAt, deletions, partBytes } = workerData as ParserData;
const identifier = new MessageIdentifier(identityKey);
let goOn = (): void => undefined;

function send(message: FromParser, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer);
}

function sendPart({ partial, counts, rejects }: LineFolder, last: boolean): void {
  const data = partial.export();
  const buffers = new Set<ArrayBuffer>();
  for (const field of Object.values(data).flatMap((table: object) => Object.values(table) as unknown[])) {
    if (ArrayBuffer.isView(field) && field.buffer instanceof ArrayBuffer) buffers.add(field.buffer);
  }
  send({ kind: 'part', partial: data, counts, rejects, last }, [...buffers]);
}

async function fold(path: string, start: number, end: number): Promise<void> {
  const reader = new LineReader(createReadStream(path, { start, end: end - 1 }), { lines: 0, bytes: start });
  const newFolder = (): LineFolder => new LineFolder(new PartialSummary(identifier, startedAt, deletions));
  let folder = newFolder();
  let told = { at: performance.now(), lines: 0, bytes: start, rejected: 0 };
  let rejected = 0;
  const tell = (now: number): void => {
    send({
      kind: 'progress',
      lines: reader.number - told.lines,
      bytes: reader.end - told.bytes,
      rejected: rejected + folder.rejects.length - told.rejected,
    });
    told = { at: now, lines: reader.number, bytes: reader.end, rejected: rejected + folder.rejects.length };
  };
  for await (const raws of reader.batches()) {
    folder.fold(raws, reader, Math.floor(Date.now() / 1000));
    const now = performance.now();
    if (now - told.at > PROGRESS_MS) tell(now);
    if (!isFull(folder, partBytes)) continue;
    tell(now);
    rejected += folder.rejects.length;
    const permitted = new Promise<void>((resolve) => (goOn = resolve));
    sendPart(folder, false);
    await permitted;
    folder = newFolder();
  }
  tell(performance.now());
  sendPart(folder, true);
}

port.on('message', (message: ToParser) => {
  if (message.kind === 'continue') {
    goOn();
    return;
  }
  fold(message.path, message.start, message.end).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    send({ kind: 'failed', message: error instanceof Error ? error.message : String(error), code });
  });
});
