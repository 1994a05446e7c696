import autocannon from 'autocannon';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { medians, printTable, whole } from '../figures.mjs';
import { messageFile, ROSTER } from '../message-files.mjs';
import { MeasuredServer, ROOT, runToEnd } from '../processes.mjs';
import { pagesOfAMillion } from './pages-of-a-million.mjs';
import { tokenCost } from './token-cost.mjs';

const CONNECTIONS = 32;
const WARM_UP_SECONDS = 2;
const SECONDS = 4;
const PER_PAGE = 25;
const MICROSECONDS = 1e6;
const SAMPLE = 1000;
const LEAST_OF_BARE = { 'GET /customers/:id': 0.8, 'GET first page of 25': 0.6 };
const MOST_MS_DEEPER = 5;
/** The CPU of a read with a token, by that of one without. */
const MOST_OF_OPEN = 1.15;

/** Measures Roster and a bare Fastify in turns; prints and returns medians, ratios and targets. */
export async function benchRest({ folder, size, rounds }) {
  const source = await messageFile(folder, size);
  const fresh = await mkdtemp(join(folder, 'run-'));
  let bare, roster;
  try {
    const env = { DATABASE_URL: `file:${join(fresh, 'roster.db')}`, DATA_DIR: fresh, PORT: '0', LOG_LEVEL: 'error' };
    await runToEnd(ROSTER, ['ingest', '--json', source.file], env);
    roster = await MeasuredServer.start(join(ROOT, 'dist/server/main.js'), [], env);
    const { sizes, files } = await typicalAnswers(roster, source, fresh);
    bare = await MeasuredServer.start(fileURLToPath(new URL('bare-routes.mjs', import.meta.url)), files);
    const results = await inTurns(casesOf(source), { roster, bare }, rounds);
    await Promise.all([roster.stop(), bare.stop()]);
    const ids = sampleOf(source.customers);
    const access = await tokenCost(join(fresh, 'roster.db'), env, ids, rounds, (...of) => load(...of, SECONDS));
    const million = await pagesOfAMillion(folder);
    print(source, rounds, sizes, results, million, access);
    return {
      lines: source.lines,
      rounds,
      sizes,
      results,
      million,
      access,
      targets: targetsOf(results, million, access),
    };
  } finally {
    await roster?.stop();
    await bare?.stop();
    await rm(fresh, { recursive: true });
  }
}

/** Writes a page, and the customer whose answer is closest to the mean size, into files. */
async function typicalAnswers(server, source, folder) {
  const textOf = async (path) => (await fetch(server.url + path)).text();
  const customers = [];
  for (const id of sampleOf(source.customers)) customers.push(await textOf(`/customers/${id}`));
  const mean = customers.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / customers.length;
  const distance = (text) => Math.abs(Buffer.byteLength(text) - mean);
  const customer = customers.reduce((best, text) => (distance(text) < distance(best) ? text : best));
  const page = await textOf(`/customers?per_page=${PER_PAGE}`);
  const files = [join(folder, 'customer.json'), join(folder, 'page.json')];
  await writeFile(files[0], customer);
  await writeFile(files[1], page);
  return { sizes: { customer: Buffer.byteLength(customer), page: Buffer.byteLength(page) }, files };
}

/** Ids from the whole range, in an order without locality. */
function sampleOf(customers) {
  const STEP = 7919;
  return Array.from({ length: Math.min(SAMPLE, customers) }, (_, at) => 1 + ((at * STEP) % customers));
}

function casesOf({ customers }) {
  const ids = sampleOf(customers);
  const deepest = Math.floor(customers / PER_PAGE);
  const patch = (id) => ({
    method: 'PATCH',
    path: `/customers/${id}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ customer: { attributes: { plan: `plan ${id}` } } }),
  });
  return {
    'GET /customers/:id': ids.map((id) => ({ path: `/customers/${id}` })),
    'GET first page of 25': [{ path: `/customers?per_page=${PER_PAGE}` }],
    'GET deep page of 25': [{ path: `/customers?page=${deepest}&per_page=${PER_PAGE}` }],
    'PATCH /customers/:id': ids.map(patch),
  };
}

/** Measures the two servers right after each other, several times, because other load on the machine varies. */
async function inTurns(cases, servers, rounds) {
  const results = {};
  for (const [name, requests] of Object.entries(cases)) {
    const runs = { roster: [], bare: [] };
    for (const server of Object.values(servers)) await load(server, requests, WARM_UP_SECONDS);
    for (let round = 1; round <= rounds; round++) {
      for (const [who, server] of Object.entries(servers)) runs[who].push(await load(server, requests, SECONDS));
    }
    results[name] = { roster: medians(runs.roster), bare: medians(runs.bare) };
    console.error(`${name}: ${whole(results[name].roster.perSecond)} requests/s`);
  }
  return results;
}

async function load(server, requests, duration) {
  const before = await server.usage();
  const {
    requests: answered,
    latency,
    non2xx,
    errors,
  } = await autocannon({
    url: server.url,
    connections: CONNECTIONS,
    duration,
    requests,
  });
  const after = await server.usage();
  if (non2xx + errors > 0) throw new Error(`${non2xx} answers of ${server.url} are no success, ${errors} failed.`);
  return {
    perSecond: answered.average,
    cpuMicroseconds: ((after.cpuSeconds - before.cpuSeconds) * MICROSECONDS) / answered.total,
    p50: latency.p50,
    p99: latency.p99,
    peakMb: after.peakMb,
  };
}

function targetsOf(results, { firstMs, deepMs }, { open, token }) {
  const ofBare = Object.entries(LEAST_OF_BARE).map(([name, least]) => {
    const { roster, bare } = results[name];
    const share = roster.perSecond / bare.perSecond;
    return {
      what: `${name}, of the bare route's requests/s`,
      target: `>= ${least.toFixed(2)}`,
      measured: share.toFixed(2),
      met: share >= least,
    };
  });
  const deeper = deepMs - firstMs;
  const ofOpen = token.cpuMicroseconds / open.cpuMicroseconds;
  return [
    ...ofBare,
    {
      what: 'Page 40 000 of a million customers, longer than page 1',
      target: `<= ${MOST_MS_DEEPER} ms`,
      measured: `${deeper.toFixed(2)} ms`,
      met: deeper <= MOST_MS_DEEPER,
    },
    {
      what: 'GET /customers/:id with a token, CPU of that without',
      target: `<= ${MOST_OF_OPEN}`,
      measured: ofOpen.toFixed(2),
      met: ofOpen <= MOST_OF_OPEN,
    },
  ];
}

function print({ customers }, rounds, sizes, results, { firstMs, deepMs }, { open, token }) {
  const rows = Object.entries(results).flatMap(([name, { roster, bare }]) => [
    [
      name,
      whole(roster.perSecond),
      whole(roster.cpuMicroseconds),
      `${roster.p50} / ${roster.p99}`,
      (roster.perSecond / bare.perSecond).toFixed(2),
      (roster.cpuMicroseconds / bare.cpuMicroseconds).toFixed(2),
    ],
    ['  bare route', whole(bare.perSecond), whole(bare.cpuMicroseconds), `${bare.p50} / ${bare.p99}`, '', ''],
  ]);
  const title =
    `REST over ${whole(customers)} customers, medians of ${rounds} rounds of ${SECONDS} s, ${CONNECTIONS} connections; ` +
    `a customer has ${whole(sizes.customer)} bytes, a page ${whole(sizes.page)}`;
  printTable(title, ['', 'req/s', 'server CPU us', 'p50 / p99 ms', 'of bare', 'CPU of bare'], rows);
  const peak = Math.max(...Object.values(results).map(({ roster }) => roster.peakMb));
  console.log(
    `\n  GET /customers/:id: ${whole(open.cpuMicroseconds)} us of server CPU without a token, ${whole(token.cpuMicroseconds)} us with one.`,
  );
  console.log(`  Peak memory of Roster's server: ${whole(peak)} MB.`);
  console.log(
    `  A million customers, pages of 25, one request at a time: page 1 in ${firstMs.toFixed(2)} ms, page 40 000 in ${deepMs.toFixed(2)} ms.`,
  );
}
