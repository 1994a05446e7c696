import { createWriteStream } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { printTable, whole } from '../figures.mjs';
import { databaseOfAMillion, ROSTER } from '../message-files.mjs';
import { indexed, MeasuredServer, ROOT, runToEnd } from '../processes.mjs';

const MILLION = 1_000_000;
/** A customer with as many entries as there are customers. */
const BUSY = 'busy';
const USUAL_CUSTOMERS = 1_000;
const USUAL_ENTRIES = 30;
const REQUESTS = 1_000;
const WARM_UP = 200;
const SHARE = 0.95;
const MOST_MS = 5;
const STEP = 7_919;
/** The server does nothing if it takes less CPU between two looks. */
const IDLE_CPU_SECONDS = 0.05;
const LOOK_MS = 3_000;
const LINES_AT_ONCE = 1_000;

/** The first page of a timeline beside a million customers: of customers with some entries, and of one with a million. */
export async function benchTimeline({ folder }) {
  const million = await databaseOfAMillion(folder);
  const fresh = await mkdtemp(join(folder, 'timeline-'));
  let server;
  try {
    const database = join(fresh, 'roster.db');
    await cp(million, database);
    const file = join(fresh, 'events.jsonl');
    await pipeline(Readable.from(eventLines()), createWriteStream(file));
    const env = { DATABASE_URL: `file:${database}`, DATA_DIR: fresh, PORT: '0', LOG_LEVEL: 'error' };
    await runToEnd(ROSTER, ['ingest', '--json', file], env);
    server = await MeasuredServer.start(join(ROOT, 'dist/server/main.js'), [], {
      ...env,
      DATA_DIR: join(fresh, 'none'),
    });
    await indexed(server.url);
    await idle(server);
    const results = {
      [`${USUAL_ENTRIES} entries`]: await measure(server, (at) => usual(at % USUAL_CUSTOMERS)),
      'a million entries': await measure(server, () => BUSY),
    };
    return { results, targets: print(results) };
  } finally {
    await server?.stop();
    await rm(fresh, { recursive: true });
  }
}

/** Waits until the server has compacted the logs in the background. */
async function idle(server) {
  let before;
  let now = (await server.usage()).cpuSeconds;
  do {
    before = now;
    await sleep(LOOK_MS);
    now = (await server.usage()).cpuSeconds;
  } while (now - before > IDLE_CPU_SECONDS);
}

/** The id of a customer, out of the whole range. */
const usual = (at) => String(1 + ((at * STEP) % MILLION));

function* eventLines() {
  let lines = [];
  const total = MILLION + USUAL_CUSTOMERS * USUAL_ENTRIES;
  for (let at = 0; at < total; at++) {
    const user_id = at < MILLION ? BUSY : usual(at % USUAL_CUSTOMERS);
    const data = { url: `https://example.com/${at % 100}`, at };
    lines.push(
      JSON.stringify({
        id: `e-${at}`,
        type: 'event',
        name: `page ${at % 40}`,
        user_id,
        data,
        timestamp: MILLION * 1_500 + at,
      }),
    );
    if (lines.length < LINES_AT_ONCE && at < total - 1) continue;
    yield `${lines.join('\n')}\n`;
    lines = [];
  }
}

/** Asks for one page after another over a kept connection. */
async function measure(server, idOf) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (at) => time(`${server.url}/customers/${idOf(at)}/timeline`, agent);
  for (let at = 0; at < WARM_UP; at++) await ask(at);
  const before = (await server.usage()).cpuSeconds;
  const times = [];
  for (let at = 0; at < REQUESTS; at++) times.push(await ask(at));
  const cpuMs = (((await server.usage()).cpuSeconds - before) * 1e3) / REQUESTS;
  agent.destroy();
  times.sort((a, b) => a - b);
  return { p50: times[REQUESTS / 2], p95: times[REQUESTS * SHARE], cpuMs };
}

function time(url, agent) {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    get(url, { agent }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${url} answered ${answer.statusCode}.`));
      answer.resume().on('end', () => resolve(performance.now() - started));
    }).on('error', reject);
  });
}

function print(results) {
  printTable(
    `First page of a timeline over REST, beside ${whole(MILLION)} customers`,
    ['customer with', 'p50 ms', 'p95 ms', 'CPU ms'],
    Object.entries(results).map(([name, { p50, p95, cpuMs }]) => [
      name,
      ...[p50, p95, cpuMs].map((ms) => ms.toFixed(2)),
    ]),
  );
  return Object.entries(results).map(([name, { p95 }]) => ({
    what: `first page of a timeline, customer with ${name}: 95th percentile, ms`,
    target: `under ${MOST_MS}`,
    measured: p95.toFixed(2),
    met: p95 < MOST_MS,
  }));
}
