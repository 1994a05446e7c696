import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/engine.js';
import { ServerProcess } from '../support/server-process.js';

const REQUESTS = 300;
const CONNECTIONS = 16;
const MESSAGES = 100;
const CUSTOMERS = 5_000;
const TEXT = 'x'.repeat(1_000);
const KIB_PER_MB = 1_024;
/** Limit of the growth of the peak, in MB. */
const MOST_MB = 182;

jest.setTimeout(120_000);

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** The peak memory of a process, in MB. */
function peakOf({ pid }: ServerProcess): number {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / KIB_PER_MB;
}

function batch(request: number): string {
  const messages = Array.from({ length: MESSAGES }, (_, at) => {
    const number = request * MESSAGES + at;
    const user_id = String((number * 7_919) % CUSTOMERS);
    return { id: `m${number}`, type: 'event', name: 'page', user_id, data: { text: TEXT }, timestamp: 1_700_000_000 };
  });
  return JSON.stringify(messages);
}

/** Sends requests one after another. @param from the number of the first */
async function send(url: string, from: number): Promise<void> {
  for (let request = from; request < REQUESTS; request += CONNECTIONS) {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/messages`, { method: 'POST', headers, body: batch(request) });
    expect(await answer.json()).toMatchObject({ accepted: MESSAGES });
  }
}

it('the garbage of live messages is collected before it takes much memory', async () => {
  const database = join(folder.path, 'live.db');
  const server = await ServerProcess.start({ DATABASE_URL: `file:${database}`, DATA_DIR: folder.path });
  const before = peakOf(server);
  await Promise.all(Array.from({ length: CONNECTIONS }, (_, connection) => send(server.url, connection)));
  const growth = peakOf(server) - before;
  await server.stop();
  expect(growth).toBeLessThan(MOST_MB);
});
