// node test/bench/find/bench.mjs [--customers N] [--events N] [--dir FOLDER] [--rounds N] [--only NAME] [--reindex]: see docs/performance.md.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from '../../../server/build/build.mjs';
import { measure, timed } from './measure.mjs';
import { NOW, writeCustomers } from './million.mjs';

const { values } = parseArgs({
  options: {
    customers: { type: 'string', default: '1000000' },
    events: { type: 'string', default: '0' },
    dir: { type: 'string', default: join(tmpdir(), 'roster-bench') },
    rounds: { type: 'string', default: '20' },
    only: { type: 'string' },
    reindex: { type: 'boolean', default: false },
  },
});
const customers = Number(values.customers);
const rounds = Number(values.rounds);
const root = fileURLToPath(new URL('../../..', import.meta.url));
await build('server');
await import('reflect-metadata');
const { openSqlite } = await import('../../../dist/modules/storage/sqlite/open.js');
const { SqliteDatabase } = await import('../../../dist/modules/storage/sqlite/database/database.js');
const { SearchIndex } = await import('../../../dist/modules/storage/sqlite/search/search-index.js');
const { SqliteSearchStore } = await import('../../../dist/modules/storage/sqlite/search-store.js');
const { parseFilter: readFilter } = await import('../../../dist/modules/domain/search/customer-filter.js');
const { resolveConditions } = await import('../../../dist/modules/domain/search/written-query.js');
const parseFilter = (text) => resolveConditions({ filters: [readFilter(text)] }, NOW * 1000)[0];

mkdirSync(values.dir, { recursive: true });
const events = Number(values.events);
const name = events > 0 ? `find-${customers}-${events}` : `find-${customers}`;
const source = join(values.dir, `${name}.jsonl`);
const path = join(values.dir, `${name}.db`);
if (!existsSync(source)) await writeCustomers(source, customers, events);
if (!existsSync(path)) {
  const started = performance.now();
  const env = { ...process.env, DATABASE_URL: `file:${path}` };
  const { status } = spawnSync(process.execPath, [join(root, 'server/roster.mjs'), 'ingest', '--json', source], {
    env,
    stdio: 'inherit',
  });
  if (status !== 0) {
    rmSync(path, { force: true });
    throw new Error('The ingestion failed.');
  }
  console.log(`ingested in ${seconds(started)} s, ${megabytes(path)} MB`);
}
await indexAll();
const storage = openSqlite(path);
await measureAll();
await storage.close();

async function indexAll() {
  const database = new SqliteDatabase(path);
  if (values.reindex) {
    database.writer
      .exec(`DELETE FROM search_blocks; DELETE FROM search_columns; DELETE FROM search_terms; DELETE FROM search_names;
      DELETE FROM search_labels; INSERT OR REPLACE INTO search_pending SELECT key, 0 FROM customers;
      UPDATE meta SET value = value + 1 WHERE name = 'search_version';`);
  }
  const indexer = SearchIndex.open(new SqliteSearchStore(database)).indexer();
  const before = megabytes(path);
  const started = performance.now();
  const used = process.cpuUsage();
  let steps = 0;
  while (await indexer.step()) steps++;
  if (steps > 0) {
    await database.close();
    const size = megabytes(path) - before;
    const { user, system } = process.cpuUsage(used);
    const cpu = ((user + system) / 1e6).toFixed(1);
    console.log(
      `indexed in ${seconds(started)} s, CPU ${cpu} s (${steps} steps), ${size.toFixed(0)} MB more, peak ${rss()} MB resident`,
    );
  } else await database.close();
}

async function measureAll() {
  const { search } = storage;
  const first = performance.now();
  await search.search({ sort: 'id', order: 'asc', filters: [], search: 'a' }, 0, 25);
  console.log(`the first search of all: ${seconds(first)} s`);
  const ask = (query, offset, limit) => search.search(query, offset, limit);
  const rows = await measure(ask, { customers, rounds, only: values.only, parseFilter });
  rows.push({ query: 'attribute names', ...(await timed(rounds, () => search.attributeNames('', 50))) });
  rows.push({ query: 'event names', ...(await timed(rounds, () => search.eventNames('', 50))) });
  console.table(rows);
  console.log(`worst p95 ${Math.max(...rows.map((row) => row.p95))} ms; resident ${rss()} MB`);
}

function seconds(since) {
  return ((performance.now() - since) / 1000).toFixed(1);
}

function megabytes(file) {
  return statSync(file).size / 2 ** 20;
}

function rss() {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}
