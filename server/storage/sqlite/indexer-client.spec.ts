import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { IndexerClient } from './indexer-client.js';

const DATA = { path: '', files: [], syncsCommits: false };

describe('the client of the indexer', () => {
  it('does not wait for a thread that has ended by itself, such as over a lost database', async () => {
    const failures: string[] = [];
    const thread = new Worker("throw new Error('lost')", { eval: true });
    const client = new IndexerClient(DATA, () => thread);
    client.start((failure) => failures.push(failure));
    await once(thread, 'exit').catch(() => once(thread, 'exit'));
    await client.stop();
    expect(failures).toEqual([expect.stringContaining('lost')]);
  });
});
