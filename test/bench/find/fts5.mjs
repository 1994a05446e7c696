// node test/bench/find/fts5.mjs --customers N [--dir FOLDER] [--rounds N] [--variant full|none|glob] [--most N]
// Measures SQLite's FTS5 with trigrams instead of the index of blocks. The figures are in docs/decisions/0009-search-blocks.md.
// Reads the database of bench.mjs, which must have run before, and writes its own.
import { DatabaseSync } from '@photostructure/sqlite';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measure } from './measure.mjs';

const { values } = parseArgs({
  options: {
    customers: { type: 'string', default: '1000000' },
    dir: { type: 'string', default: join(tmpdir(), 'roster-bench') },
    rounds: { type: 'string', default: '20' },
    // full: with positions, a text is a phrase. none: without positions, this script reads candidates. glob: SQLite reads candidates.
    variant: { type: 'string', default: 'full' },
    // The most customers that are counted for a total.
    most: { type: 'string', default: 'Infinity' },
    only: { type: 'string' },
  },
});
const [customers, rounds, most] = [Number(values.customers), Number(values.rounds), Number(values.most)];
const { parseFilter: readFilter } = await import('../../../dist/modules/domain/search/customer-filter.js');
const { resolveConditions } = await import('../../../dist/modules/domain/search/written-query.js');
const { readSearchText } = await import('../../../dist/modules/domain/search/search-text.js');
const parseFilter = (text) => resolveConditions({ filters: [readFilter(text)] }, Date.now())[0];
const { CustomerMatcher } = await import('../../../dist/modules/domain/search/customer-matcher.js');
const { foldText } = await import('../../../dist/modules/domain/search/fold-text.js');
const { OpenRecord } = await import('../../../dist/modules/domain/search/open-record.js');

/** The limits of the index of blocks: the most customers read for an exact total and for a deep page, and customers per read. */
const [MOST_READ, MOST_WALKED, WALK] = [2_000, 10_000, 500];
const SEPARATOR = '\u001f';

const path = join(values.dir, `fts5-${values.variant}-${customers}.db`);
const isNew = !existsSync(path);
const db = new DatabaseSync(path);
db.exec('PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -32768');
db.exec(`PRAGMA mmap_size = 4294967296; ATTACH '${join(values.dir, `find-${customers}.db`)}' AS roster`);
const all = (sql, ...parameters) => {
  const statement = db.prepare(sql);
  statement.setReturnArrays(true);
  return statement.all(...parameters);
};
if (isNew) build();
const names = new Map(all('SELECT name, number FROM main.names'));
const statements = new Map();
const rows = await measure(search, { customers, rounds, only: values.only, parseFilter });
console.table(rows);
console.log(
  `variant ${values.variant}, most ${most}: worst p95 ${Math.max(...rows.map((row) => row.p95))} ms, CPU ${Math.max(...rows.map((row) => row.cpu95))} ms`,
);
db.close();

function build() {
  const content = {
    full: "content = '', contentless_delete = 1, detail = full",
    none: "content = '', contentless_delete = 1, detail = none",
    glob: "content = 'texts', content_rowid = 'key', detail = none",
  };
  db.exec(`CREATE TABLE names (name TEXT PRIMARY KEY, number INTEGER) WITHOUT ROWID;
    CREATE TABLE texts (key INTEGER PRIMARY KEY, folded TEXT);
    CREATE VIRTUAL TABLE fts USING fts5 (folded, tokenize = 'trigram case_sensitive 1', ${content[values.variant]});
    CREATE TABLE sorts (key INTEGER PRIMARY KEY, position INTEGER, email TEXT, created_at REAL, last_updated INTEGER);
    CREATE TABLE customer_values (name INTEGER, hash INTEGER, key INTEGER, PRIMARY KEY (name, hash, key)) WITHOUT ROWID;
    CREATE TABLE customer_event_counts (name INTEGER, count INTEGER, key INTEGER, PRIMARY KEY (name, count, key)) WITHOUT ROWID;
    CREATE TEMP TABLE new_values (name, hash, key); CREATE TEMP TABLE new_events (name, count, key)`);
  const timed = (what, work) => {
    const used = process.cpuUsage();
    const started = performance.now();
    work();
    const { user, system } = process.cpuUsage(used);
    console.log(
      `${what}: ${((performance.now() - started) / 1e3).toFixed(1)} s, CPU ${((user + system) / 1e6).toFixed(1)} s`,
    );
  };
  const numbers = new Map();
  const numberOf = (name) => numbers.get(name) ?? numbers.set(name, numbers.size + 1).get(name);
  const [text, sort, value, event] = [
    'texts VALUES (?, ?)',
    'sorts VALUES (?, ?, ?, ?, ?)',
    'new_values VALUES (?, ?, ?)',
    'new_events VALUES (?, ?, ?)',
  ].map((into) => db.prepare(`INSERT INTO ${into}`));
  db.exec('BEGIN');
  timed('texts, values, events and orders', () => {
    let texts = 0;
    const customer = db.prepare('SELECT key, id, attributes, events, last_updated FROM roster.customers ORDER BY id');
    customer.setReturnArrays(true);
    for (const [key, id, attributes, events, lastUpdated] of customer.iterate()) {
      const open = new OpenRecord({ id: String(id), attributes, events, lastUpdated });
      const pairs = open.attributeTexts();
      text.run(key, foldText([open.id, ...pairs.map((pair) => pair[1])].join(SEPARATOR)));
      const position = typeof id === 'number' ? id : 2 ** 52 + texts++;
      sort.run(
        key,
        position,
        open.sortValue('email') ?? null,
        open.sortValue('created_at') ?? null,
        open.sortValue('last_updated'),
      );
      for (const [name, one] of pairs) value.run(numberOf(`a${name}`), hashOf(one), key);
      for (const [name, count] of Object.entries(open.events)) event.run(numberOf(`e${name}`), count, key);
    }
    for (const [name, number] of numbers) db.prepare('INSERT INTO names VALUES (?, ?)').run(name, number);
    db.exec(`INSERT INTO customer_values SELECT * FROM new_values ORDER BY 1, 2, 3; INSERT INTO customer_event_counts SELECT * FROM new_events ORDER BY 1, 2, 3;
      CREATE UNIQUE INDEX by_position ON sorts (position); CREATE INDEX by_email ON sorts (email, position);
      CREATE INDEX by_created_at ON sorts (created_at, position); CREATE INDEX by_last_updated ON sorts (last_updated, position)`);
  });
  timed('trigrams', () => {
    db.exec('INSERT INTO fts (rowid, folded) SELECT key, folded FROM texts');
    db.exec('COMMIT');
    db.exec("INSERT INTO fts (fts) VALUES ('optimize'); ANALYZE main");
  });
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  console.table(
    all(
      "SELECT name, round(sum(pgsize) / 1048576.0, 1) FROM dbstat WHERE schema = 'main' GROUP BY name HAVING sum(pgsize) > 1e6 ORDER BY 2 DESC",
    ),
  );
  db.exec('DROP TABLE new_values; DROP TABLE new_events');
}

/** A hash of 53 bits, so that different values practically never have the same. */
function hashOf(text) {
  let [high, low] = [0x811c9dc5, 0x01000193];
  for (let i = 0; i < text.length; i++) {
    high = Math.imul(high ^ text.charCodeAt(i), 0x01000193);
    low = Math.imul(low ^ text.charCodeAt(i), 0x85ebca6b) ^ (high >>> 15);
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}

function search(query, offset, limit) {
  db.exec('BEGIN');
  try {
    const plan = planOf(query);
    if (query.search !== undefined) {
      const named = all(
        `SELECT key FROM sorts AS s WHERE ${plan.where} AND (s.key IN (SELECT key FROM roster.customers WHERE id = ?) OR s.email = ?)`,
        ...plan.parameters,
        Number.isSafeInteger(Number(query.search)) ? Number(query.search) : query.search,
        foldText(query.search),
      );
      plan.first = named.map(([key]) => key);
      plan.where += ` AND s.key NOT IN (${plan.first.join()})`;
    } else plan.first = [];
    return plan.verify ? read(query, plan, offset, limit) : page(plan, offset, limit);
  } finally {
    db.exec('COMMIT');
  }
}

function page(plan, offset, limit) {
  // A single condition is counted without the other tables.
  const counted = plan.single ?? `SELECT 1 FROM sorts AS s WHERE ${plan.where}`;
  const limited = most === Infinity ? '' : `LIMIT ${most + 1}`;
  const [count] = cached(`SELECT count(*) FROM (${counted} ${limited})`).all(...plan.parameters)[0];
  const total = plan.single ? count : count + plan.first.length;
  const first = plan.first.slice(offset, offset + limit);
  const keys = [...first, ...keysOf(plan, Math.max(0, offset - plan.first.length), limit - first.length)];
  return { customers: keys.map(recordOf), total: Math.min(total, most), totalIsMinimum: total > most };
}

/** Reads the candidates of a plan that is not exact. */
function read(query, plan, offset, limit) {
  const matcher = new CustomerMatcher(query);
  const matches = (record) => matcher.match(new OpenRecord(record)) !== undefined;
  const few = keysOf(plan, 0, MOST_READ + 1);
  if (few.length <= MOST_READ) {
    const found = [...plan.first, ...few].map(recordOf).filter(matches);
    return { customers: found.slice(offset, offset + limit), total: found.length, totalIsMinimum: false };
  }
  const found = plan.first.map(recordOf).filter(matches);
  for (let at = 0; at < MOST_WALKED && found.length < offset + limit; at += WALK) {
    const keys = keysOf(plan, at, WALK);
    found.push(...keys.map(recordOf).filter(matches));
    if (keys.length < WALK)
      return { customers: found.slice(offset, offset + limit), total: found.length, totalIsMinimum: false };
  }
  return { customers: found.slice(offset, offset + limit), total: found.length, totalIsMinimum: true };
}

function keysOf({ where, parameters, order }, offset, limit) {
  return cached(`SELECT key FROM sorts AS s WHERE ${where} ORDER BY ${order} LIMIT ? OFFSET ?`)
    .all(...parameters, limit, offset)
    .map(([key]) => key);
}

function recordOf(key) {
  const [id, attributes, events, lastUpdated] = cached(
    'SELECT id, attributes, events, last_updated FROM roster.customers WHERE key = ?',
  ).all(key)[0];
  return { id: String(id), attributes, events, lastUpdated };
}

function planOf({ search: text, filters, sort, order }) {
  const plan = {
    where: '1',
    parameters: [],
    verify: false,
    order: sort === 'id' ? `s.position ${order}` : `s.${sort} ${order} NULLS LAST, s.position`,
  };
  const add = (condition, ...parameters) => {
    plan.single = plan.where === '1' ? /^s\.key IN \((.*)\)$/.exec(condition)?.[1] : undefined;
    plan.where += ` AND ${condition}`;
    plan.parameters.push(...parameters);
  };
  const needle = (needleText) => {
    const folded = foldText(needleText);
    if (folded.length < 3) return add('s.key IN (SELECT key FROM texts WHERE instr(folded, ?))', folded);
    if (values.variant === 'glob')
      return add('s.key IN (SELECT rowid FROM fts WHERE folded GLOB ?)', `*${folded.replace(/[[*?]/g, '[$&]')}*`);
    const quoted = (phrase) => `"${phrase.replaceAll('"', '""')}"`;
    if (values.variant === 'full') return add('s.key IN (SELECT rowid FROM fts WHERE fts MATCH ?)', quoted(folded));
    plan.verify ||= folded.length > 3;
    const grams = new Set(Array.from({ length: folded.length - 2 }, (_, i) => quoted(folded.slice(i, i + 3))));
    add('s.key IN (SELECT rowid FROM fts WHERE fts MATCH ?)', [...grams].join(' AND '));
  };
  for (const { on, name, is, value, count, seconds } of filters) {
    const number = names.get(`${on[0]}${name}`) ?? -1;
    const VALUES = 'IN (SELECT key FROM customer_values WHERE name = ?';
    const EVENTS = 'IN (SELECT key FROM customer_event_counts WHERE name = ?';
    switch (`${on} ${is}`) {
      case 'attribute is':
        add(`s.key ${VALUES} AND hash = ?)`, number, hashOf(value));
        break;
      case 'attribute is_not':
        add(`s.key NOT ${VALUES} AND hash = ?)`, number, hashOf(value));
        break;
      case 'attribute exists':
        add(`s.key ${VALUES})`, number);
        break;
      case 'attribute not_exists':
        add(`s.key NOT ${VALUES})`, number);
        break;
      case 'attribute contains':
        needle(value);
        plan.verify = true;
        break;
      case 'event at_least':
        if (count > 0) add(`s.key ${EVENTS} AND count >= ?)`, number, count);
        break;
      case 'event at_most':
        add(`s.key NOT ${EVENTS} AND count > ?)`, number, count);
        break;
      case 'event never':
        add(`s.key NOT ${EVENTS})`, number);
        break;
      case 'last_updated undefined':
        add('s.last_updated >= ? AND s.last_updated < ?', seconds.from, seconds.to);
        break;
      default:
        // No table tells: every customer is read.
        plan.verify = true;
    }
  }
  if (text !== undefined) for (const term of readSearchText(text).terms) needle(term);
  return plan;
}

function cached(sql) {
  let statement = statements.get(sql);
  if (!statement) {
    statement = db.prepare(sql);
    statement.setReturnArrays(true);
    statements.set(sql, statement);
  }
  return statement;
}
