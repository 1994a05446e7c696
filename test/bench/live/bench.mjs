import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, printTable, whole } from '../figures.mjs';
import { messageFile, ROSTER } from '../message-files.mjs';
import { indexed, MeasuredServer, ROOT, runToEnd } from '../processes.mjs';
import { measureGaps } from './gap.mjs';
import { sendAtOnce, sendAtRate } from './sender.mjs';

const CUSTOMERS = 100_000;
const BATCH = 100;
const MILLION = 1_000_000;
const BATCHES_A_SECOND = 100;
const SINGLES_A_SECOND = 3_000;
/** Below what the server can take, an answer waits for commits alone; above, for all requests before it, longer and longer. */
const HALF = 'half as many batches';
/** A server that has just started interprets its scripts, and a queue of its first seconds would be measured for all of them. */
const WARM_UP_SECONDS = 4;
const SINGLE_CONNECTIONS = 64;
const BATCH_CONNECTIONS = 16;
/** For each of the ways that are compared by their throughput. */
const COMPARED_REQUESTS = 300;
const P99_MS = 50;
const MOST_MB = 400;
const MOST_GAP_MS = 300;
const RESTARTS = 5;
const MICROSECONDS = 1e6;

/** Live messages over SQLite: latencies at the rates of the contract, also while a file is ingested, and throughput beside two other ways. */
export async function benchLive({ folder, seconds }) {
  const file = await messageFile(folder, 'M');
  const fresh = await mkdtemp(join(folder, 'live-'));
  try {
    const database = join(fresh, 'roster.db');
    await runToEnd(ROSTER, ['ingest', '--json', await customersFile(fresh)], { DATABASE_URL: `file:${database}` });
    const settled = await startServer(database, fresh);
    await indexed(settled.url);
    await settled.stop();
    const results = {};
    for (const [name, durability, during] of [
      ['alone', 'process'],
      ['while the server ingests', 'process', upload],
      ['while the command line ingests', 'process', ingest],
      ['alone, DURABILITY=power', 'power'],
    ]) {
      results[name] = await measure(fresh, database, { durability, during, file, seconds });
      console.error(`${name}: ${JSON.stringify(results[name])}`);
    }
    const ways = await compare(fresh, database);
    const million = await sendMillion(fresh, database);
    const gaps = await measureGaps((port) => startServer(database, fresh, 'process', port), RESTARTS);
    return { results, ways, million, gaps, targets: print(results, ways, million, gaps) };
  } finally {
    await rm(fresh, { recursive: true });
  }
}

async function customersFile(folder) {
  const path = join(folder, 'customers.jsonl');
  const lines = Array.from({ length: CUSTOMERS }, (_, at) =>
    JSON.stringify({
      id: `c${at}`,
      type: 'attributes',
      user_id: String(at + 1),
      data: { email: `u${at}@example.com`, plan: 'free' },
      timestamp: 1_700_000_000,
    }),
  );
  await writeFile(path, lines.join('\n'));
  return path;
}

function startServer(database, folder, durability = 'process', port = '0') {
  const env = {
    DATABASE_URL: `file:${database}`,
    DATA_DIR: join(folder, 'none'),
    PORT: port,
    LOG_LEVEL: 'fatal',
    DURABILITY: durability,
  };
  return MeasuredServer.start(join(ROOT, 'dist/server/main.js'), [], env);
}

let messages = 0;

/** Two events for each update of attributes, of customers one after another, in an order that repeats after all of them. */
function message() {
  const number = ++messages;
  const user_id = String(((number * 7_919) % CUSTOMERS) + 1);
  const timestamp = 1_700_000_000 + (number % 1_000_000);
  return number % 3 === 0
    ? { id: `m${number}`, type: 'attributes', user_id, data: { plan: `p${number % 7}`, seen: number }, timestamp }
    : {
        id: `m${number}`,
        type: 'event',
        name: `page ${number % 40}`,
        user_id,
        data: { url: 'https://example.com/a' },
        timestamp,
      };
}

const single = () => JSON.stringify(message());
const batch = () => JSON.stringify(Array.from({ length: BATCH }, message));
const lines = () => Array.from({ length: BATCH }, single).join('\n');

async function onCopy(fresh, database, durability, work) {
  const copy = await mkdtemp(join(fresh, 'copy-'));
  await cp(database, join(copy, 'roster.db'));
  const server = await startServer(join(copy, 'roster.db'), copy, durability);
  try {
    await indexed(server.url);
    return await work(server, join(copy, 'roster.db'));
  } finally {
    await server.stop();
    await rm(copy, { recursive: true });
  }
}

/** Ingests over the server until it is told to end. @returns a function to end it */
function upload(server, _database, { file }) {
  let isEnded = false;
  const ended = (async () => {
    while (!isEnded) {
      const sent = request(`${server.url}/ingestions`, { method: 'POST' });
      createReadStream(file).pipe(sent);
      const [answer] = await once(sent, 'response');
      await once(answer.resume(), 'end');
    }
  })();
  return async () => {
    isEnded = true;
    await ended;
  };
}

function ingest(_server, database, { file }) {
  let isEnded = false;
  const ended = (async () => {
    while (!isEnded) {
      const env = { ...process.env, DATABASE_URL: `file:${database}` };
      const child = spawn(process.execPath, [ROSTER, 'ingest', '--json', '-'], {
        env,
        stdio: ['pipe', 'ignore', 'inherit'],
      });
      createReadStream(file).pipe(child.stdin);
      await once(child, 'exit');
    }
  })();
  return async () => {
    isEnded = true;
    await ended;
  };
}

async function measure(fresh, database, { durability, during, file, seconds }) {
  const rates = {
    batches: { connections: BATCH_CONNECTIONS, perSecond: BATCHES_A_SECOND, seconds, next: batch, messages: BATCH },
    [HALF]: { connections: BATCH_CONNECTIONS, perSecond: BATCHES_A_SECOND / 2, seconds, next: batch, messages: BATCH },
    singles: { connections: SINGLE_CONNECTIONS, perSecond: SINGLES_A_SECOND, seconds, next: single, messages: 1 },
  };
  const measured = {};
  for (const [name, rate] of Object.entries(rates)) {
    measured[name] = await onCopy(fresh, database, durability, async (server, path) => {
      const end = during?.(server, path, file);
      await sendAtRate(server.url, { ...rate, perSecond: rate.perSecond / 2, seconds: WARM_UP_SECONDS });
      const before = (await server.usage()).cpuSeconds;
      const sent = await sendAtRate(server.url, rate);
      const { cpuSeconds, peakMb } = await server.usage();
      await end?.();
      const { latencies } = sent;
      const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))];
      const count = latencies.length * rate.messages;
      const cpuMicroseconds = ((cpuSeconds - before) * MICROSECONDS) / count;
      return { rate: sent.rate, p50: at(0.5), p99: at(0.99), max: at(1), cpuMicroseconds, peakMb };
    });
  }
  return measured;
}

/** The throughput of batches, of a route that parses and drops them, and of uploads of as many lines. */
async function compare(fresh, database) {
  const sent = { connections: BATCH_CONNECTIONS, requests: COMPARED_REQUESTS };
  const bare = await MeasuredServer.start(fileURLToPath(new URL('bare.mjs', import.meta.url)), []);
  const dropped = await sendAtOnce(bare.url, { ...sent, next: batch });
  await bare.stop();
  return onCopy(fresh, database, 'process', async ({ url }) => ({
    dropped: dropped * BATCH,
    messages: (await sendAtOnce(url, { ...sent, next: batch })) * BATCH,
    uploads: (await sendAtOnce(url, { ...sent, path: '/ingestions', next: lines })) * BATCH,
  }));
}

async function sendMillion(fresh, database) {
  return onCopy(fresh, database, 'process', async (server) => {
    const rate = await sendAtOnce(server.url, {
      connections: BATCH_CONNECTIONS,
      requests: MILLION / BATCH,
      next: batch,
    });
    return { rate: rate * BATCH, peakMb: (await server.usage()).peakMb };
  });
}

function print(results, ways, million, gaps) {
  const ms = (value) => value.toFixed(1);
  printTable(
    `Live messages on ${whole(CUSTOMERS)} customers: ${BATCHES_A_SECOND} requests/s of ${BATCH}, or ${whole(SINGLES_A_SECOND)} of one over ${SINGLE_CONNECTIONS} connections`,
    ['', 'requests/s', 'p50 ms', 'p99 ms', 'longest ms', 'CPU µs a message', 'peak MB'],
    Object.entries(results).flatMap(([name, kinds]) =>
      Object.entries(kinds).map(([kind, { rate, p50, p99, max, cpuMicroseconds, peakMb }]) => [
        `${name}, ${kind}`,
        ...[whole(rate), ms(p50), ms(p99), ms(max), whole(cpuMicroseconds), whole(peakMb)],
      ]),
    ),
  );
  printTable(
    `Messages/s in batches of ${BATCH} over ${BATCH_CONNECTIONS} connections`,
    ['', 'messages/s', 'of the bare route'],
    Object.entries({
      'parsed and dropped': ways.dropped,
      'POST /messages': ways.messages,
      'POST /ingestions': ways.uploads,
    }).map(([name, rate]) => [name, whole(rate), `${whole((rate / ways.dropped) * 100)} %`]),
  );
  console.log(`\n${whole(MILLION)} messages: ${whole(million.rate)}/s, at most ${whole(million.peakMb)} MB`);
  console.log(`Refused connections in a restart: ${gaps.map(whole).join(', ')} ms`);
  const targets = Object.entries(results)
    .filter(([name]) => !name.includes('power'))
    .flatMap(([name, kinds]) =>
      Object.entries(kinds)
        .filter(([kind]) => kind !== HALF)
        .map(([kind, { p99 }]) => ({
          what: `live ${kind}, ${name}: 99th percentile, ms`,
          target: `under ${P99_MS}`,
          measured: ms(p99),
          met: p99 < P99_MS,
        })),
    );
  return [
    ...targets,
    {
      what: 'memory for a million live messages, MB',
      target: `under ${MOST_MB}`,
      measured: whole(million.peakMb),
      met: million.peakMb < MOST_MB,
    },
    {
      what: 'connections refused in a restart, median of the longest times, ms',
      target: `under ${MOST_GAP_MS}`,
      measured: whole(median(gaps)),
      met: median(gaps) < MOST_GAP_MS,
    },
  ];
}
