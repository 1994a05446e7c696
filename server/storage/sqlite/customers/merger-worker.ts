import { parentPort, workerData } from 'node:worker_threads';
import { DomainError } from '../../../domain/errors.js';
import { FoldedBatch } from '../../../domain/customer/folded-batch.js';
import { CustomerRows } from './customer-rows.js';
import type { FromMerger, MergerData, ToMerger } from './merger-protocol.js';
import { PartMerger } from './part-merger.js';
import { SqliteDatabase } from '../database/database.js';

/* The thread that merges: one transaction after the other, as merger-thread.ts asks for them. */

const port = parentPort;
if (!port) throw new Error('This is the file of a thread.');
// Safe: started by MergerThread only.
const { path } = workerData as MergerData;
const database = new SqliteDatabase(path);
const rows = new CustomerRows(database.writer);
const merger = new PartMerger(database.writer, rows);

const requests: ToMerger[] = [];
let wake = (): void => undefined;
port.on('message', (request: ToMerger) => {
  requests.push(request);
  wake();
});

async function next(): Promise<ToMerger> {
  for (;;) {
    const request = requests.shift();
    if (request) return request;
    await new Promise<void>((resolve) => (wake = resolve));
  }
}

function send(message: FromMerger): void {
  port?.postMessage(message);
}

/** Rolls a transaction back without having failed. */
class Aborted extends Error {}

async function merge(ingestionId: number): Promise<void> {
  const counts = await database.write(async () => {
    rows.begin();
    const merging = merger.begin(ingestionId);
    for (;;) {
      const request = await next();
      if (request.kind === 'part') {
        send({ kind: merging.add(new FoldedBatch(request.partial)) ? 'merged' : 'incomplete' });
      } else if (request.kind === 'rest') {
        merging.addRest(new FoldedBatch(request.partial));
        send({ kind: 'merged' });
      } else if (request.kind === 'finish') {
        const complete = merging.finish(request.checkpoint);
        rows.flush();
        return complete;
      } else throw new Aborted();
    }
  });
  send({ kind: 'committed', counts });
}

/** What was sent of a merge that has failed is of no use. */
async function skipMerge(): Promise<void> {
  while ((await next()).kind !== 'abort');
}

async function run(): Promise<void> {
  for (;;) {
    const request = await next();
    if (request.kind === 'stop') break;
    if (request.kind !== 'begin') continue;
    try {
      await merge(request.ingestionId);
    } catch (error) {
      if (!(error instanceof Aborted)) {
        const code = error instanceof DomainError ? error.code : undefined;
        send({ kind: 'failed', message: error instanceof Error ? error.message : String(error), code });
        await skipMerge();
      }
      send({ kind: 'aborted' });
    }
  }
  await database.close();
  port?.close();
}

void run();
