// node test/bench/find/bench.mjs [--customers N] [--dir FOLDER] [--rounds N]: see docs/performance.md.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from '../../../server/build/build.mjs';
import { attributesOf, idOf, writeCustomers } from './million.mjs';

const { values } = parseArgs({
  options: {
    customers: { type: 'string', default: '1000000' },
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
const { parseFilter } = await import('../../../dist/modules/domain/search/customer-filter.js');

mkdirSync(values.dir, { recursive: true });
const source = join(values.dir, `find-${customers}.jsonl`);
const path = join(values.dir, `find-${customers}.db`);
if (!existsSync(source)) await writeCustomers(source, customers);
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
    console.log(
      `indexed in ${seconds(started)} s (${steps} steps), ${size.toFixed(0)} MB more, peak ${rss()} MB resident`,
    );
  } else await database.close();
}

function kinds() {
  const far = [0, 7, 400, Math.floor(customers / 2500), Math.floor(customers / 50)];
  const at = (n) => Math.floor((n * 7919 * customers) / 1_000_003) % customers;
  const search = (name, texts, more = {}) => [name, (n) => ({ search: texts[n % texts.length], ...more })];
  const filter = (name, filters, more = {}) => [name, (n) => ({ filters: filters[n % filters.length], ...more })];
  return [
    ['search an id', (n) => ({ search: idOf(at(n)) })],
    ['search an email', (n) => ({ search: attributesOf(at(n)).email })],
    ['search as typed: an email', (n) => ({ search: attributesOf(at(n)).email.slice(0, 4 + (n % 12)) })],
    ['search a token', (n) => ({ search: attributesOf(at(n)).token.slice(3, 15) })],
    ['search a phone', (n) => ({ search: attributesOf(at(n)).phone.slice(4) })],
    search('search 1 character', ['a', '7', 'z', 'q', '@', '"', 'ü', '_', 'x', '漢']),
    search('search 2 characters', ['an', '12', 'zü', 'qu', '@g', 'zz', 'q7', '__', 'co', 'ß!']),
    search('search 3 characters', ['ann', '123', 'zür', 'qui', '@gm', 'zzz', 'q7x', 'com', 'usr', 'ltd']),
    search('search common', [
      'example',
      'smith',
      'gmail.com',
      'https://',
      'lorem ipsum',
      'käthe',
      'enterprise',
      'user_',
    ]),
    search('search rare', ['smith777@', '4999 ltd', '255.255.', 'user_12345', 'osaka9']),
    search('search absent', ['nobody at all', 'xyzzy', 'gmail.comx', 'smithx', '@example.net', 'lorem  ipsum']),
    search('search common, by email', ['example', 'smith', 'gmail.com', 'ann', 'a'], { sort: 'email' }),
    search('search common, by last_updated desc', ['example', 'smith', 'gmail.com', 'ann', 'a'], {
      sort: 'last_updated',
      order: 'desc',
    }),
    ['search 3 characters, deep', (n) => ({ search: ['ann', 'com', 'smi', 'pro'][n % 4], page: far[n % 5] })],
    filter('is, few', [['attribute:plan:is:enterprise'], ['attribute:city:is:Lagos'], ['attribute:vip:is:true']]),
    filter('is, most', [['attribute:plan:is:free'], ['attribute:vip:is:false'], ['attribute:locale:is:de-CH']]),
    ['is, one', (n) => ({ filters: [`attribute:token:is:${attributesOf(at(n)).token}`] })],
    ['is, nobody', (n) => ({ filters: [`attribute:${['token', 'plan', 'none'][n % 3]}:is:nobody`] })],
    filter('is not', [['attribute:plan:is_not:free'], ['attribute:token:is_not:abc'], ['attribute:none:is_not:x']]),
    filter('contains, listed values', [
      ['attribute:city:contains:l'],
      ['attribute:plan:contains:ent'],
      ['attribute:first_name:contains:an'],
    ]),
    filter('contains, common', [
      ['attribute:email:contains:smith'],
      ['attribute:email:contains:gmail'],
      ['attribute:notes:contains:lorem'],
      ['attribute:phone:contains:1'],
    ]),
    filter('contains, rare', [
      ['attribute:token:contains:abcdef'],
      ['attribute:company:contains:4999'],
      ['attribute:referrer:contains:/99999'],
    ]),
    filter('exists', [['attribute:plan:exists'], ['attribute:none:exists'], ['attribute:email:not_exists']]),
    filter('event', [
      ['event:purchase:at_least:2'],
      ['event:page:at_least:1'],
      ['event:export:never'],
      ['event:login:at_most:1'],
    ]),
    filter('last updated', [
      ['last_updated:after:1590000000'],
      ['last_updated:before:1500001000'],
      ['last_updated:after:1500000000'],
    ]),
    filter('combined', [
      ['attribute:plan:is:pro', 'event:purchase:at_least:1', 'last_updated:after:1550000000'],
      ['attribute:city:is:Osaka', 'attribute:email:contains:gmail', 'event:page:never'],
      ['attribute:vip:is:true', 'attribute:locale:is_not:en-US', 'attribute:company:exists'],
    ]),
    filter('combined, by email', [['attribute:plan:is:pro', 'event:purchase:at_least:1'], ['attribute:plan:is:free']], {
      sort: 'email',
    }),
    [
      'combined with search',
      (n) => ({
        search: ['smith', 'ann', 'gmail', 'zz'][n % 4],
        filters: ['attribute:plan:is:pro', 'attribute:vip:is:false'],
      }),
    ],
    ['by email', (n) => ({ sort: 'email', order: n % 2 ? 'desc' : 'asc', page: far[n % 5] })],
    ['by created_at', (n) => ({ sort: 'created_at', order: n % 2 ? 'desc' : 'asc', page: far[n % 5] })],
    ['by last_updated', (n) => ({ sort: 'last_updated', order: n % 2 ? 'desc' : 'asc', page: far[n % 5] })],
    ['by id desc', (n) => ({ sort: 'id', order: 'desc', page: far[n % 5] })],
    [
      'filter, deep, by created_at',
      (n) => ({ filters: ['attribute:plan:is_not:pro'], sort: 'created_at', page: far[n % 5] }),
    ],
  ];
}

async function measureAll() {
  const rows = [];
  const first = performance.now();
  await storage.search.search({ sort: 'id', order: 'asc', filters: [], search: 'a' }, 0, 25);
  console.log(`the first search of all: ${seconds(first)} s`);
  for (const [name, query] of kinds()) {
    if (values.only && !name.includes(values.only)) continue;
    const times = [];
    const cpu = [];
    let totals = new Set();
    for (let n = 0; n < rounds; n++) {
      const { page = 0, filters = [], ...rest } = query(n);
      const used = process.cpuUsage();
      const started = performance.now();
      const found = await storage.search.search(
        { sort: 'id', order: 'asc', filters: filters.map(parseFilter), ...rest },
        page * 25,
        25,
      );
      times.push(performance.now() - started);
      const { user, system } = process.cpuUsage(used);
      cpu.push((user + system) / 1000);
      totals.add(`${found.total}${found.totalIsMinimum ? '+' : ''}`);
    }
    rows.push({
      query: name,
      ...percentiles(times),
      cpu95: percentiles(cpu).p95,
      totals: [...totals].slice(0, 6).join(' '),
    });
  }
  for (const [name, ask] of [
    ['attribute names', () => storage.search.attributeNames('', 50)],
    ['event names', () => storage.search.eventNames('', 50)],
  ]) {
    const times = [];
    for (let n = 0; n < rounds; n++) {
      const started = performance.now();
      await ask();
      times.push(performance.now() - started);
    }
    rows.push({ query: name, ...percentiles(times), totals: '' });
  }
  console.table(rows);
  console.log(`worst p95 ${Math.max(...rows.map((row) => row.p95))} ms; resident ${rss()} MB`);
}

function percentiles(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (p) => Number(sorted[Math.min(sorted.length - 1, Math.ceil(p * sorted.length) - 1)].toFixed(1));
  return { p50: at(0.5), p95: at(0.95), most: at(1) };
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
