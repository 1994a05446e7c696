import autocannon from 'autocannon';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { median, medians, printTable, whole } from '../figures.mjs';
import { messageFile, ROSTER } from '../message-files.mjs';
import { indexed, MeasuredServer, ROOT, runToEnd } from '../processes.mjs';
import { startPostgres } from './server.mjs';

const SHARE = 1 / 3;
const MOST_MS = 1;
/** Requests one after another; then the seconds and connections of the load that follows. */
const GETS = 5_000;
const GET_SECONDS = 5;
const CONNECTIONS = 16;

/** Measures ingestion into PostgreSQL and SQLite in turns, then `GET` by id over PostgreSQL. */
export async function benchPostgres({ folder, size, rounds }) {
  const source = await messageFile(folder, size);
  const fresh = await mkdtemp(join(folder, 'run-'));
  const postgres = await startPostgres();
  try {
    const runs = { SQLite: [], PostgreSQL: [] };
    for (let round = 1; round <= rounds; round++) {
      const urls = { SQLite: `file:${join(fresh, `${round}.db`)}`, PostgreSQL: await newDatabase(postgres.url, round) };
      for (const [name, url] of Object.entries(urls)) {
        const run = await runToEnd(ROSTER, ['ingest', '--json', source.file], { DATABASE_URL: url });
        runs[name].push({ wallSeconds: run.wallSeconds, cpuSeconds: run.cpuSeconds, peakMb: run.peakMb });
        console.error(`round ${round} of ${rounds}: ${name} ${run.wallSeconds.toFixed(2)} s`);
      }
    }
    const results = Object.fromEntries(Object.entries(runs).map(([name, list]) => [name, medians(list)]));
    const gets = await getById(postgres.url.replace(/[^/]*$/, databaseOf(rounds)), source, fresh);
    return report(source, rounds, results, gets);
  } finally {
    await postgres.stop();
    await rm(fresh, { recursive: true });
  }
}

const databaseOf = (round) => `bench_${round}`;

async function newDatabase(url, round) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE DATABASE ${databaseOf(round)}`);
  await client.end();
  return url.replace(/[^/]*$/, databaseOf(round));
}

/** Checks every value first, then requests one customer after another. */
async function getById(url, { expected, customers }, dataDir) {
  const env = { DATABASE_URL: url, DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'error' };
  const server = await MeasuredServer.start(join(ROOT, 'dist/server/main.js'), [], env);
  try {
    await runToEnd(ROSTER, ['verify', '--verify-file', expected, '--server-addr', server.url]);
    await indexed(server.url);
    const idOf = (n) => 1 + (n % customers);
    const times = [];
    for (let n = 0; n < GETS; n++) {
      const started = performance.now();
      await (await fetch(`${server.url}/customers/${idOf(n * 7919)}`)).arrayBuffer();
      times.push(performance.now() - started);
    }
    let id = 0;
    const setupRequest = (request) => ({ ...request, path: `/customers/${idOf(id++)}` });
    const { requests, latency } = await autocannon({
      url: server.url,
      connections: CONNECTIONS,
      duration: GET_SECONDS,
      requests: [{ method: 'GET', setupRequest }],
    });
    return { medianMs: median(times), perSecond: requests.average, p99Ms: latency.p99 };
  } finally {
    await server.stop();
  }
}

function report({ lines }, rounds, results, gets) {
  const share = results.SQLite.wallSeconds / results.PostgreSQL.wallSeconds;
  printTable(
    `Ingestion of ${whole(lines)} lines, medians of ${rounds} rounds`,
    ['', 'wall s', 'CPU s', 'peak MB', 'lines/s'],
    Object.entries(results).map(([name, { wallSeconds, cpuSeconds, peakMb }]) => [
      name,
      wallSeconds.toFixed(2),
      cpuSeconds.toFixed(2),
      whole(peakMb),
      whole(lines / wallSeconds),
    ]),
  );
  console.log(
    `\n  GET /customers/:id: median ${gets.medianMs.toFixed(2)} ms one after the other; ` +
      `${whole(gets.perSecond)} requests/s over ${CONNECTIONS} connections (p99 ${gets.p99Ms} ms).`,
  );
  const targets = [
    {
      what: 'Ingestion into PostgreSQL against SQLite, speed',
      target: '>= 0.33 x',
      measured: `${share.toFixed(2)} x`,
      met: share >= SHARE,
    },
    {
      what: 'GET by id over PostgreSQL, median',
      target: `< ${MOST_MS} ms`,
      measured: `${gets.medianMs.toFixed(2)} ms`,
      met: gets.medianMs < MOST_MS,
    },
  ];
  return { lines, rounds, results, gets, targets };
}
