import autocannon from 'autocannon';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { medians, printTable, whole } from '../figures.mjs';
import { messageFile, ROSTER } from '../message-files.mjs';
import { startPostgres } from '../postgres/server.mjs';
import { indexed, MeasuredServer, ROOT, runToEnd } from '../processes.mjs';

const CONNECTIONS = 16;
const WARM_UP_SECONDS = 1;
const SECONDS = 4;
const HOT = [100, 1_000, 10_000];
const MICROSECONDS = 1e6;
const VARIANTS = { without: { CACHE_MB: '0' }, 'CACHE_MB=32': { CACHE_MB: '32' } };

/** Measures `GET` by id over PostgreSQL with and without the cache in the process: the same load, in turns. */
export async function benchCache({ folder, size, rounds }) {
  const source = await messageFile(folder, size);
  const fresh = await mkdtemp(join(folder, 'run-'));
  const postgres = await startPostgres();
  const servers = {};
  try {
    const env = { DATABASE_URL: postgres.url, DATA_DIR: fresh, PORT: '0', LOG_LEVEL: 'error' };
    await runToEnd(ROSTER, ['ingest', '--json', source.file], env);
    for (const [name, settings] of Object.entries(VARIANTS))
      servers[name] = await MeasuredServer.start(join(ROOT, 'dist/server/main.js'), [], { ...env, ...settings });
    await indexed(servers.without.url);
    const results = {};
    for (const hot of HOT.filter((count) => count <= source.customers))
      results[hot] = await inTurns(servers, hot, source.customers, rounds);
    print(rounds, results);
    return { rounds, results };
  } finally {
    for (const server of Object.values(servers)) await server.stop();
    await postgres.stop();
    await rm(fresh, { recursive: true });
  }
}

async function inTurns(servers, hot, customers, rounds) {
  const runs = {};
  for (let round = 0; round <= rounds; round++) {
    for (const [name, server] of Object.entries(servers)) {
      const run = await load(server, hot, customers, round === 0 ? WARM_UP_SECONDS : SECONDS);
      if (round > 0) (runs[name] ??= []).push(run);
    }
  }
  console.error(`${hot} customers are asked for: ${Object.values(runs)[0].length} rounds`);
  return Object.fromEntries(Object.entries(runs).map(([name, list]) => [name, medians(list)]));
}

/** Requests ids from the whole range, each equally often. */
async function load(server, hot, customers, duration) {
  const STEP = 7919;
  let at = 0;
  const setupRequest = (request) => {
    at = (at + 1) % hot;
    return { ...request, path: `/customers/${1 + ((at * STEP) % customers)}` };
  };
  const before = await server.usage();
  const { requests, non2xx, errors } = await autocannon({
    url: server.url,
    connections: CONNECTIONS,
    duration,
    requests: [{ method: 'GET', setupRequest }],
  });
  const after = await server.usage();
  if (non2xx + errors > 0) throw new Error(`${non2xx} answers of ${server.url} are no success, ${errors} failed.`);
  const cpuMicroseconds = ((after.cpuSeconds - before.cpuSeconds) * MICROSECONDS) / requests.total;
  return { perSecond: requests.average, cpuMicroseconds };
}

function print(rounds, results) {
  const names = Object.keys(Object.values(results)[0]);
  const cell = (result, without) =>
    `${whole(result.perSecond)}/s ${(result.perSecond / without.perSecond).toFixed(2)}x ${whole(result.cpuMicroseconds)} µs`;
  printTable(
    `GET /customers/:id over PostgreSQL, medians of ${rounds} rounds: requests/s, of those without, server CPU a request`,
    ['customers asked for', ...names],
    Object.entries(results).map(([hot, of]) => [hot, ...names.map((name) => cell(of[name], of.without))]),
  );
}
