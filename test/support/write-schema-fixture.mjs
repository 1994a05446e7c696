// Writes a database of the current schema to test/fixtures/schemas, for SQLite and for PostgreSQL. See the README there.
// Usage: node test/support/write-schema-fixture.mjs [MAIN]
// MAIN is the main.js of a built server, for example of an earlier commit. By default the server of this folder is built and used.
import { DatabaseSync } from '@photostructure/sqlite';
import { deepStrictEqual } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import pg from 'pg';
import { build } from '../../server/build/build.mjs';
import { startPostgres } from '../bench/postgres/server.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FIXTURES = join(ROOT, 'test/fixtures/schemas');
const PATIENCE_MS = 30_000;

const main = resolve(process.argv[2] ?? join(ROOT, 'dist/server/main.js'));
const folder = mkdtempSync(join(tmpdir(), 'roster-fixture-'));

const pathOf = (id) => `/customers/${encodeURIComponent(id)}`;
const create = (id, attributes) => [
  'POST',
  '/customers',
  { customer: { id, attributes: { email: 'anna@example.com', created_at: 1400000000, ...attributes } } },
];
const update = (id, attributes, headers) => ['PATCH', pathOf(id), { customer: { attributes } }, headers];
/** Names the web admin as the client: the first to a server of today, the second to an earlier one. */
const ADMIN = { 'sec-fetch-site': 'same-origin', 'x-roster-client': 'admin' };
const EDITS = [
  create('made by hand', { plan: 'gold', list: [1, { a: null }], name: 'Zoë 😀' }),
  create('to overwrite', { plan: 'gold' }),
  update('to update', { plan: 'pro', city: null, street: 'Main "1"' }),
  update('to update', { visits: 4 }, ADMIN),
  ['DELETE', pathOf('to delete')],
  ['DELETE', pathOf('to bring back')],
  create('to bring back', { plan: 'new' }),
];
const EDITED = ['made by hand', 'to bring back', 'to delete', 'to overwrite', 'to update'];
const SEGMENTS = [
  { name: 'Paying', filters: ['attribute:plan:is:pro', 'event:page:at_most:3'], sort: 'last_updated', order: 'desc' },
  { name: 'Zoë', search: 'zoë', filters: [] },
];

async function until(isSo) {
  for (const end = Date.now() + PATIENCE_MS; !(await isSo());) {
    if (Date.now() > end) throw new Error(`Not so after ${PATIENCE_MS} ms: ${isSo}`);
    await new Promise((next) => setTimeout(next, 20));
  }
}

/** Sends a request. @returns the body; undefined for a 404, as an earlier server has fewer routes */
async function ask(url, method, path, body, headers = {}) {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { accept: 'application/json', ...(body && { 'content-type': 'application/json' }), ...headers },
    body: body && JSON.stringify(body),
  });
  if (answer.status === 404) return undefined;
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text && JSON.parse(text);
}

/** Edits customers and makes segments. @returns what the spec expects of this database only */
async function edit(url) {
  for (const request of EDITS) await ask(url, ...request);
  for (const segment of SEGMENTS) await ask(url, 'POST', '/segments', { segment });
  const { customers } = await ask(url, 'GET', '/customers?per_page=10000');
  const lastUpdated = {};
  for (const customer of customers.filter(({ id }) => EDITED.includes(id))) {
    lastUpdated[customer.id] = customer.last_updated;
    customer.last_updated = null;
  }
  // Earlier versions kept 0 where the messages say -0, and JSON writes both as 0.
  deepStrictEqual(
    JSON.parse(JSON.stringify(customers)),
    JSON.parse(readFileSync(join(FIXTURES, 'customers.json'), 'utf8')),
  );
  const history = {};
  for (const id of EDITED) history[id] = (await ask(url, 'GET', `${pathOf(id)}/history`))?.history ?? [];
  const segments = [];
  for (const { id, ...segment } of (await ask(url, 'GET', '/segments'))?.segments ?? [])
    segments.push((await ask(url, 'GET', `/segments/${id}`))?.segment ?? { id, ...segment });
  return {
    ingestion: (await ask(url, 'GET', '/ingestions/1')).ingestion,
    last_updated: lastUpdated,
    history,
    segments,
  };
}

/**
 * Starts a server over a new database, lets it ingest the messages, edits customers, and stops it.
 * @param isIndexed whether an index of searches, if there is one, has customers
 */
async function record(databaseUrl, isIndexed) {
  const env = { PORT: '0', LOG_LEVEL: 'error', DATA_DIR: folder, DATABASE_URL: databaseUrl };
  const server = spawn(process.execPath, [main], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const url = await new Promise((found, failed) => {
      server.once('exit', (code) => failed(new Error(`The server ended with ${code}.`)));
      server.stdout.on('data', (chunk) => {
        const match = /Roster is at (\S+)/.exec(chunk);
        if (match) found(match[1]);
      });
    });
    await until(async () => (await fetch(`${url}/health/ready`)).ok);
    await until(isIndexed);
    return await edit(url);
  } finally {
    if (server.exitCode === null) {
      const exit = once(server, 'exit');
      server.kill();
      await exit;
    }
  }
}

/** Writes a fixture. One that exists stays: it was written by the server of its time. */
function write(engine, version, statements, expected) {
  const path = join(FIXTURES, `${engine}-${version}`);
  if (existsSync(`${path}.json`)) {
    process.stdout.write(`${path}.json exists. Remove it to write this fixture again.\n`);
    return;
  }
  writeFileSync(`${path}.sql.gz`, gzipSync(`${statements.join(';\n')};\n`, { level: 9 }));
  writeFileSync(`${path}.json`, `${JSON.stringify(expected, undefined, 1)}\n`);
  process.stdout.write(`${path}.sql.gz\n`);
}

async function recordSqlite() {
  const path = join(folder, 'roster.db');
  const read = (sql) => {
    const database = new DatabaseSync(path);
    try {
      return database.prepare(sql).all();
    } finally {
      database.close();
    }
  };
  const tables = () =>
    read("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_stat%'").map(
      ({ name }) => name,
    );
  const expected = await record(
    `file:${path}`,
    () => !tables().includes('search_blocks') || read('SELECT 1 FROM search_blocks').length > 0,
  );
  const [{ user_version: version }] = read('PRAGMA user_version');
  const statements = read("SELECT sql FROM sqlite_master WHERE sql <> '' AND name NOT LIKE 'sqlite_%'").map(
    ({ sql }) => sql,
  );
  for (const table of tables()) {
    const columns = read(`PRAGMA table_info(${table})`).map(({ name }) => `quote("${name}")`);
    for (const { row } of read(`SELECT concat_ws(',', ${columns}) AS row FROM ${table}`))
      statements.push(`INSERT INTO ${table} VALUES (${row})`);
  }
  write('sqlite', version, [...statements, `PRAGMA user_version = ${version}`], expected);
}

const TABLES = `
  SELECT oid, relname AS name, ' WITH (' || array_to_string(reloptions, ', ') || ')' AS options FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY oid`;
/** The definitions of a table's columns; {table} is its oid. */
const COLUMNS = `
  SELECT attname AS name, concat_ws(' ', attname, format_type(atttypid, atttypmod),
    CASE WHEN attcollation NOT IN (0, (SELECT typcollation FROM pg_type WHERE oid = atttypid)) THEN 'COLLATE ' || attcollation::regcollation END,
    CASE WHEN attnotnull THEN 'NOT NULL' END,
    CASE WHEN attidentity = 'a' THEN 'GENERATED ALWAYS AS IDENTITY' END,
    'DEFAULT ' || (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = attrelid AND adnum = attnum)) AS text,
    attstorage <> (SELECT typstorage FROM pg_type WHERE oid = atttypid) AS external
  FROM pg_attribute WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped ORDER BY attnum`;
const KEYS = `
  SELECT pg_get_constraintdef(oid) AS text FROM pg_constraint WHERE conrelid = $1 AND contype IN ('p', 'u') ORDER BY oid`;
const INDEXES = `
  SELECT pg_get_indexdef(indexrelid, 0, true) AS text FROM pg_index
  WHERE indrelid = $1 AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid) ORDER BY indexrelid`;

const FUNCTIONS = `
  SELECT pg_get_functiondef(oid) AS text FROM pg_proc AS p WHERE pronamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e') ORDER BY oid`;
/** The sequences that belong to no column. */
const OWN_SEQUENCES = `
  SELECT relname AS name FROM pg_class AS c WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = c.oid AND deptype IN ('a', 'i')) ORDER BY oid`;
const TRIGGERS = 'SELECT pg_get_triggerdef(oid, true) AS text FROM pg_trigger WHERE NOT tgisinternal ORDER BY oid';

async function recordPostgres() {
  const postgres = await startPostgres();
  const client = new pg.Client({ connectionString: postgres.url });
  try {
    await client.connect();
    const read = async (sql, ...values) => (await client.query(sql, values)).rows;
    const expected = await record(postgres.url, async () => {
      if ((await read("SELECT to_regclass('customer_search') AS found"))[0].found === null) return true;
      return (await read('SELECT FROM customer_search LIMIT 1')).length > 0;
    });
    const statements = ['CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public'];
    for (const { name } of await read(OWN_SEQUENCES)) statements.push(`CREATE SEQUENCE ${name}`);
    for (const { oid, name, options } of await read(TABLES)) {
      const columns = await read(COLUMNS, oid);
      const names = columns.map((column) => column.name);
      const keys = await read(KEYS, oid);
      statements.push(
        `CREATE TABLE ${name} (${[...columns, ...keys].map(({ text }) => text).join(', ')})${options ?? ''}`,
      );
      for (const column of columns.filter(({ external }) => external))
        statements.push(`ALTER TABLE ${name} ALTER COLUMN ${column.name} SET STORAGE EXTERNAL`);
      for (const { text } of await read(INDEXES, oid)) statements.push(text);
      const row = names.map((column) => `quote_nullable("${column}"::text)`).join(", ',', ");
      for (const { values } of await read(`SELECT concat(${row}) AS values FROM ${name}`))
        statements.push(`INSERT INTO ${name} OVERRIDING SYSTEM VALUE VALUES (${values})`);
    }
    for (const { text } of [...(await read(FUNCTIONS)), ...(await read(TRIGGERS))]) statements.push(text);
    const sequences = 'SELECT sequencename AS name, last_value FROM pg_sequences WHERE last_value IS NOT NULL';
    for (const { name, last_value: last } of await read(sequences))
      statements.push(`SELECT setval('${name}', ${last})`);
    const [{ version }] = await read('SELECT max(version) AS version FROM roster_migrations');
    write('postgres', version, statements, expected);
  } finally {
    await client.end();
    await postgres.stop();
  }
}

try {
  if (process.argv[2] === undefined) await build('server');
  copyFileSync(join(FIXTURES, 'messages.jsonl'), join(folder, 'messages.jsonl'));
  await recordSqlite();
  await recordPostgres();
} finally {
  rmSync(folder, { recursive: true });
}
