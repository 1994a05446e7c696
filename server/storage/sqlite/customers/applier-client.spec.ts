import { EventEmitter, once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { noCounts, type Checkpoint } from '../../../domain/ingestion/ingestion.js';
import { FoldedBatch } from '../../../domain/customer/folded-batch.js';
import { ApplierClient } from './applier-client.js';

const CHECKPOINT: Checkpoint = { ingestionId: 1, counts: noCounts(), rejects: [] };
const DATA = { path: 'no such file', files: [], syncsCommits: false, keepsLog: true, checkpointsElsewhere: false };
const TURN = { leave: () => undefined, take: () => Promise.resolve() };
const EMPTY = { customers: 0, hasMessages: true, rows: [], nameCount: 0 };

function batch(): FoldedBatch {
  return new FoldedBatch({ ...EMPTY, names: new Uint8Array(0) });
}

/** A batch, and another one after the end of a thread that was started later: every earlier thread has ended then. */
async function* late(): AsyncGenerator<FoldedBatch> {
  yield batch();
  await once(new Worker('', { eval: true }), 'exit');
  yield batch();
}

function start(code: string): Worker {
  return new Worker(code, { eval: true });
}

describe('an applying thread that breaks', () => {
  const cases: [string, () => Iterable<FoldedBatch> | AsyncIterable<FoldedBatch>][] = [
    ['before there is a batch', () => []],
    ['at a batch', () => [batch()]],
    ['while there is none', late],
  ];

  it.each(cases)('lets the stretch fail, and the next one: %s', async (_when, batches) => {
    const thread = new ApplierClient(DATA, () => start('throw new Error("no room for a thread")'));
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(thread.apply(batches(), CHECKPOINT, TURN)).rejects.toThrow('no room for a thread');
    }
    await thread.stop();
  });

  it('that ends without a word lets the stretch fail', async () => {
    const thread = new ApplierClient(DATA, () => start('process.exit()'));
    await expect(thread.apply([batch()], CHECKPOINT, TURN)).rejects.toThrow('The applying thread has ended.');
    await thread.stop();
  });
});

/** Answers as the thread does, without a database. */
const ANSWERING = `
  const { parentPort } = require('node:worker_threads');
  let isOpen = false;
  parentPort.on('message', ({ kind, batch, checkpoint }) => {
    const answer = (message) => parentPort.postMessage(message);
    if (kind === 'begin' || kind === 'abort') isOpen = kind === 'begin';
    if (kind === 'stop') parentPort.close();
    else if (kind === 'abort') answer({ kind: 'aborted' });
    else if (kind === 'begin' || !isOpen) return;
    else if (kind === 'finish') answer({ kind: 'committed', counts: checkpoint.counts });
    else answer({ kind: batch.hasMessages ? 'applied' : 'incomplete' });
  });`;

describe('a stretch that fails while the messages of a batch are fetched', () => {
  it('does not hold up the next one', async () => {
    const worker = start(ANSWERING);
    // Lets the test end when the thread does not.
    worker.unref();
    const thread = new ApplierClient(DATA, () => worker);
    const events = new EventEmitter();
    const fetchMessages = async (): Promise<FoldedBatch> => {
      events.emit('asked');
      await once(events, 'fetched');
      return batch();
    };
    async function* failing(): AsyncGenerator<FoldedBatch> {
      const asked = once(events, 'asked');
      yield new FoldedBatch({ ...EMPTY, hasMessages: false, names: new Uint8Array(0) }, fetchMessages);
      await asked;
      throw new Error('The source is gone.');
    }
    await expect(thread.apply(failing(), CHECKPOINT, TURN)).rejects.toThrow('The source is gone.');
    events.emit('fetched');
    await setImmediate();
    expect(await thread.apply([batch()], CHECKPOINT, TURN)).toEqual(CHECKPOINT.counts);
    await thread.stop();
  });
});
