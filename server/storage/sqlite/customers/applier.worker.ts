import { parentPort, workerData } from 'node:worker_threads';
import { DomainError } from '../../../domain/errors.js';
import type { IngestionCounts } from '../../../domain/ingestion/ingestion.js';
import { failPoint } from '../../../domain/fail-point.js';
import { FoldedBatch } from '../../../domain/customer/folded-batch.js';
import { CustomerWriter } from './customer-writer.js';
import type { FromApplier, ApplierData, ToApplier } from './applier-protocol.js';
import { BatchApplier, type Applying } from './batch-applier.js';
import { SqliteDatabase } from '../database/database.js';
import type { PartTurn } from '../../write-queue.js';

/* The entry of the thread that applies stretches, one after the other, as applier-client.ts asks for them. */

const port = parentPort;
if (!port) throw new Error('This file is the entry of a thread.');
// Safe: ApplierClient starts this thread.
const { path, partMs, ...options } = workerData as ApplierData;
const database = new SqliteDatabase(path, options);
const applier = new BatchApplier(database, new CustomerWriter(database), partMs);

const requests: ToApplier[] = [];
let wake = (): void => undefined;
let goOn = (): void => undefined;
port.on('message', (request: ToApplier) => {
  if (request.kind === 'go on') goOn();
  else {
    requests.push(request);
    wake();
  }
});

async function next(): Promise<ToApplier> {
  for (;;) {
    const request = requests.shift();
    if (request) return request;
    await new Promise<void>((resolve) => (wake = resolve));
  }
}

function send(message: FromApplier): void {
  port?.postMessage(message);
}

/** The turn of this thread, which the calling thread leaves and takes. */
const turn: PartTurn = {
  leave: () => send({ kind: 'leaves' }),
  take: () => {
    const taken = new Promise<void>((resolve) => (goOn = resolve));
    send({ kind: 'returns' });
    return taken;
  },
};

/** Rolls a transaction back without having failed. */
class Aborted extends Error {}

async function apply(ingestionId: number): Promise<void> {
  const work = async (applying: Applying): Promise<IngestionCounts> => {
    for (;;) {
      const request = requests.shift() ?? (await applying.wait(next()));
      if (request.kind === 'batch') {
        send({ kind: (await applying.apply(new FoldedBatch(request.batch))) ? 'applied' : 'incomplete' });
        failPoint('apply:batch-written');
      } else if (request.kind === 'rest') {
        await applying.applyRest(new FoldedBatch(request.batch));
        send({ kind: 'applied' });
      } else if (request.kind === 'finish') return applying.finish(request.checkpoint);
      else throw new Aborted();
    }
  };
  const counts = await applier.stretch(ingestionId, work, turn);
  send({ kind: 'committed', counts });
}

/** Skips the requests of a stretch that has failed. */
async function skipStretch(): Promise<void> {
  while ((await next()).kind !== 'abort');
}

async function run(): Promise<void> {
  for (;;) {
    const request = await next();
    if (request.kind === 'stop') break;
    if (request.kind !== 'begin') continue;
    try {
      await apply(request.ingestionId);
    } catch (error) {
      if (!(error instanceof Aborted)) {
        const code = error instanceof DomainError ? error.code : undefined;
        send({ kind: 'failed', message: error instanceof Error ? error.message : String(error), code });
        await skipStretch();
      }
      send({ kind: 'aborted' });
    }
  }
  await database.close();
  port?.close();
}

void run();
