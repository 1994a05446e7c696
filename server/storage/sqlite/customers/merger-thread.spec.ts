import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { noCounts, type Checkpoint } from '../../../domain/ingestion/ingestion.js';
import { FoldedBatch } from '../../../domain/customer/folded-batch.js';
import { MergerThread, useMergerThread } from './merger-thread.js';

const CHECKPOINT: Checkpoint = { ingestionId: 1, counts: noCounts(), rejects: [] };
const EMPTY = { customers: 0, hasMessages: true, rows: [], nameCount: 0 };

function part(): FoldedBatch {
  return new FoldedBatch({ ...EMPTY, names: new Uint8Array(0) });
}

/** A part, and another one when a thread that was started later has ended: so has every one before. */
async function* late(): AsyncGenerator<FoldedBatch> {
  yield part();
  await once(new Worker('', { eval: true }), 'exit');
  yield part();
}

describe('a merging thread that breaks', () => {
  const parts: [string, () => Iterable<FoldedBatch> | AsyncIterable<FoldedBatch>][] = [
    ['before there is a part', () => []],
    ['at a part', () => [part()]],
    ['while there is none', late],
  ];

  it.each(parts)('lets the merge fail, and the next one: %s', async (_when, partials) => {
    useMergerThread(new URL('data:text/javascript,throw new Error("no room for a thread")'));
    const thread = new MergerThread('no such file');
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(thread.merge(partials(), CHECKPOINT)).rejects.toThrow('no room for a thread');
    }
    await thread.stop();
  });

  it('that ends without a word lets the merge fail', async () => {
    useMergerThread(new URL('data:text/javascript,process.exit()'));
    const thread = new MergerThread('no such file');
    await expect(thread.merge([part()], CHECKPOINT)).rejects.toThrow('The merging thread has ended.');
    await thread.stop();
  });
});
