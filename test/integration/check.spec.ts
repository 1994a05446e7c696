import { DatabaseSync } from '@photostructure/sqlite';
import { join } from 'node:path';
import type { Database } from '../../server/config/config.js';
import { commandEntry } from '../../server/domain/access/audit.js';
import { noCounts } from '../../server/domain/ingestion/ingestion.js';
import { deleteCustomer, patchAttributes, suppressCustomer } from '../../server/domain/customer/edit.js';
import { DEFAULT_SOURCE } from '../../server/domain/sources/source.js';
import type { DatabaseCheck } from '../../server/storage/check/differences.js';
import { recordSum } from '../../server/storage/copy/checksum.js';
import { copyContents } from '../../server/storage/copy/copier.js';
import { openContents } from '../../server/storage/open-contents.js';
import { openPostgres } from '../../server/storage/postgres/open.js';
import { SqliteDatabase } from '../../server/storage/sqlite/database/database.js';
import { openNewSqlite, temporaryFolder, type Engine } from '../support/engine.js';
import { catchUp, indexerOf, SMALL_BLOCKS } from '../support/indexed-engine.js';
import { attributes, event, ingestLines, UPDATED } from '../support/messages.js';
import { newPostgresSchema } from '../support/postgres-schema.js';
import { until } from '../support/until.js';

const NOW = 1_600_000_000_000;
const IDS = Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? `id ${i}` : String(i)));

/** Fills a database by every way: messages, edits, a deletion, and an ingestion that is not finished. */
async function fill(engine: Engine): Promise<void> {
  const lines = IDS.flatMap((user_id, i) => [
    attributes({ email: `A${i}@x.example`, plan: `plan ${i % 4}`, [`only ${i}`]: 'x'.repeat(i * 3) }, { user_id }),
    event({ user_id, id: `a${i}`, name: 'page' }),
    event({ user_id, id: `b${i}`, name: i % 2 ? 'page' : 'buy' }),
  ]);
  await ingestLines(engine, lines);
  for (const id of ['1', 'id 3', 'id 3', '5'])
    await engine.customers.change(
      id,
      (state) => patchAttributes(state, [{ name: 'city', value: `"${state.attributes.size}"` }], NOW),
      UPDATED,
    );
  await engine.customers.change('7', (state) => deleteCustomer(state, NOW), UPDATED);
  const { id } = await engine.ingestions.begin({ name: 'b', path: undefined, size: undefined, fingerprint: undefined });
  await engine.customers.apply([], { ingestionId: id, counts: noCounts(), rejects: [] });
  await engine.ingestions.finish(id, { state: 'interrupted' });
  await engine.access.record(commandEntry('a test', 'command', 'check'), NOW);
  await engine.customers.change('never', (state) => suppressCustomer(state, NOW), UPDATED);
  const reject = { reason: 'invalid_id', field: undefined, message: 'No.' };
  const call = { source: DEFAULT_SOURCE, arrival: NOW, text: () => '{}' };
  await engine.customers.accept([], [{ ...call, outcome: 'rejected', reject, userId: undefined }]);
}

/** The tables that differ, and whether they can be mended. */
async function differing(check: DatabaseCheck): Promise<Record<string, boolean>> {
  const tables = (await check.run()).filter(({ differences }) => differences > 0);
  for (const { first, differences } of tables) expect(first.length).toBe(Math.min(differences, 10));
  return Object.fromEntries(tables.map(({ table, mendable }) => [table, mendable]));
}

interface Doctored {
  readonly engine: Engine & { readonly check: DatabaseCheck };
  readonly place: Database;
  /** Runs statements past the engine. */
  doctor(statements: string): Promise<void>;
  /** Indexes everything that waits for it. */
  index(): Promise<void>;
  sum(): Promise<string>;
  close(): Promise<void>;
}

async function sqlite(): Promise<Doctored> {
  const folder = temporaryFolder();
  const path = join(folder.path, 'roster.db');
  const engine = await openNewSqlite(path);
  await fill(engine);
  const place: Database = { kind: 'sqlite', path };
  return {
    engine,
    place,
    doctor: async (statements) => {
      const database = new DatabaseSync(path);
      database.exec(statements);
      database.close();
    },
    index: async () => {
      const database = new SqliteDatabase(path);
      await catchUp(indexerOf(database, SMALL_BLOCKS));
      await database.close();
    },
    sum: () => sumOf(place),
    close: async () => {
      await engine.close();
      folder.remove();
    },
  };
}

async function postgres(): Promise<Doctored> {
  const schema = await newPostgresSchema();
  const engine = await openPostgres({ url: schema.url, connections: 4 });
  await fill(engine);
  const place: Database = { kind: 'postgres', url: schema.url };
  return {
    engine,
    place,
    doctor: async (statements) => {
      await schema.query(statements);
    },
    index: async () => {
      await engine.search.count({ search: 'a', filters: [] });
      await until(async () => (await schema.query('SELECT 1 FROM search_pending LIMIT 1')).length === 0);
    },
    sum: () => sumOf(place),
    close: async () => {
      await engine.close();
      await schema.drop();
    },
  };
}

async function sumOf(database: Database): Promise<string> {
  const contents = await openContents(database);
  try {
    return await contents.snapshot((reader) => recordSum(reader));
  } finally {
    await contents.close();
  }
}

type Damage = readonly [what: string, statements: string, table: string, mendable: boolean];

const INDEX = 'search index';
const TRIGGERS = 'audit triggers';
/** Doubles of the columns of the first block, with the bytes of two documents exchanged. */
const EXCHANGED = `CAST(substr(numbers, 9, 8) || substr(numbers, 1, 8) || substr(numbers, 17) AS BLOB)`;
const SOURCES: readonly Damage[] = [
  ['a reject that was not counted', 'UPDATE source_counts SET hour = hour + 3600000', 'sources', false],
  ['a number of a reject that will come again', 'UPDATE source_state SET last_reject = 0', 'sources', false],
  ['no default source', 'DELETE FROM sources', 'sources', false],
  ['no numbers of sources', 'DELETE FROM source_state', 'sources', false],
];
const LOG: readonly Damage[] = [
  ['a log from a moment to come', 'UPDATE log_blocks SET moment = moment + 1000', 'log', false],
  ['an edit from a moment to come', 'UPDATE log_edits SET moment = moment + 1000', 'log', false],
];
const SQLITE: readonly Damage[] = [
  ...SOURCES,
  ['a suppressed customer that exists', 'INSERT INTO suppressed VALUES (1, 1)', 'customers', false],
  [
    'a label of a customer that is nowhere',
    "INSERT INTO label_edits VALUES (1, 'gone', 'vip', 1, 1)",
    'label_edits',
    false,
  ],
  ['an audit that can be changed', 'DROP TRIGGER audit_is_not_changed', TRIGGERS, true],
  [
    'an audit without two triggers',
    'DROP TRIGGER audit_is_not_removed; DROP TRIGGER audit_is_not_replaced',
    TRIGGERS,
    true,
  ],
  [
    'an audit with a trigger that refuses nothing',
    'DROP TRIGGER audit_is_not_removed; CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit BEGIN SELECT 1; END',
    TRIGGERS,
    true,
  ],
  ['a count of a range', 'UPDATE customer_ranges SET customers = customers + 1', 'customer_ranges', true],
  ['no range at all', 'DELETE FROM customer_ranges', 'customer_ranges', true],
  [
    'an attribute that is counted too often',
    "UPDATE attribute_counts SET customers = 99 WHERE name = 'email'",
    'statistics',
    true,
  ],
  ['an attribute that is not counted', "DELETE FROM attribute_counts WHERE name = 'only 1'", 'statistics', true],
  ['a count of nothing', "INSERT INTO event_counts VALUES ('stray', 1, 1)", 'statistics', true],
  ['another sum of events', 'UPDATE event_counts SET events = events - 1', 'statistics', true],
  ['another day', 'UPDATE day_counts SET day = day + 1', 'statistics', true],
  [
    'another time of an event in the index',
    `UPDATE search_terms SET packed = CAST(substr(packed, 1, length(packed) - 4) || x'01000000' AS BLOB)
     WHERE (block, first) IN (SELECT block, max(first) FROM search_terms GROUP BY block)`,
    INDEX,
    true,
  ],
  [
    'customers outside of the index',
    'DELETE FROM search_blocks WHERE block = (SELECT max(block) FROM search_blocks)',
    INDEX,
    true,
  ],
  ['a customer that is indexed and gone', 'UPDATE search_blocks SET dead = zeroblob(length(dead))', INDEX, true],
  [
    'an index without some terms',
    'DELETE FROM search_terms WHERE first = (SELECT max(first) FROM search_terms)',
    INDEX,
    true,
  ],
  [
    'an index of another block',
    'UPDATE search_terms SET packed = (SELECT packed FROM search_terms ORDER BY block DESC, first LIMIT 1) WHERE (block, first) = (SELECT min(block), min(first) FROM search_terms)',
    INDEX,
    true,
  ],
  ['columns that are exchanged', `UPDATE search_columns SET numbers = ${EXCHANGED} WHERE name = 'email'`, INDEX, true],
  ['a block that breaks off', "UPDATE search_columns SET numbers = x'00'", INDEX, true],
  ['labels in another order', 'UPDATE search_labels SET label = 3e12 - label', INDEX, true],
  ['names that are gone from a block', "UPDATE search_blocks SET names = '[]'", INDEX, true],
  ['an entry of the history that is gone', 'DELETE FROM history WHERE id = 1', 'history', false],
  ['blocks of the log that break off', 'UPDATE log_blocks SET packed = substr(packed, 1, 60)', 'log', false],
  ['a block of the log with other times', 'UPDATE log_blocks SET last_time = last_time + 1', 'log', false],
  ...LOG,
  ['bytes of the log of no block', "INSERT INTO log_packed (packed) VALUES (x'00')", 'log', false],
  ['a log of nobody', "INSERT INTO log_edits VALUES (12345, 1, 1, 'set', '{}')", 'customers', false],
  [
    'identities in another order',
    'UPDATE applied_messages SET identities = CAST(substr(identities, 17) || substr(identities, 1, 16) AS BLOB)',
    'applied_messages',
    false,
  ],
  [
    'a run that breaks off',
    'UPDATE applied_messages SET identities = substr(identities, 2)',
    'applied_messages',
    false,
  ],
  ['a customer with the key of another', "UPDATE text_keys SET id = 'id 999' WHERE id = 'id 3'", 'customers', false],
  ['a time that is gone', "UPDATE customers SET attribute_times = '{}' WHERE key = 1", 'customers', false],
  ['identities of nobody', "INSERT INTO applied_messages VALUES (12345, x'', zeroblob(16))", 'customers', false],
  [
    'an ingestion that counts others',
    'INSERT INTO ingestion_customers SELECT max(id), 1 FROM ingestions',
    'ingestions',
    false,
  ],
];

const POSTGRES: readonly Damage[] = [
  ...SOURCES,
  [
    'a suppressed customer that exists',
    "UPDATE customers SET suppressed_at = 1 WHERE customer_id = '1'",
    'customers',
    false,
  ],
  ['an audit that can be changed', 'DROP TRIGGER audit_is_not_changed ON audit', TRIGGERS, true],
  ['an audit without its function', 'DROP FUNCTION refuse_audit_change CASCADE', TRIGGERS, true],
  [
    'a function that refuses nothing',
    'CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN OLD; END$$',
    TRIGGERS,
    true,
  ],
  [
    'a trigger of some columns',
    'DROP TRIGGER audit_is_not_changed ON audit; CREATE TRIGGER audit_is_not_changed BEFORE DELETE OR UPDATE OF id ON audit FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()',
    TRIGGERS,
    true,
  ],
  ['a trigger that is disabled', 'ALTER TABLE audit DISABLE TRIGGER audit_is_not_emptied', TRIGGERS, true],
  ['a count of a range', 'UPDATE customer_ranges SET customers = customers + 1', 'customer_ranges', true],
  ['no range at all', 'DELETE FROM customer_ranges', 'customer_ranges', true],
  [
    'a change that is lost',
    'DELETE FROM customer_changes; UPDATE customer_ranges SET customers = 0',
    'customer_ranges',
    true,
  ],
  ['changes of numbers that are lost', 'DELETE FROM statistics_changes; DELETE FROM statistics', 'statistics', true],
  ['a count of nothing', "INSERT INTO statistics VALUES ('event', 'stray', 1, 1)", 'statistics', true],
  ['a customer outside of the index', "DELETE FROM customer_search WHERE customer_id = '1'", 'customer_search', true],
  [
    'a customer that is indexed and gone',
    "INSERT INTO customer_search SELECT 'gone', position, folded, attributes, folded_attributes, events, email, created_at, last_updated FROM customer_search LIMIT 1",
    'customer_search',
    true,
  ],
  [
    'another value in the index',
    `UPDATE customer_search SET attributes = attributes || '{"plan":"x"}'`,
    'customer_search',
    true,
  ],
  ['another fold in the index', "UPDATE customer_search SET folded = 'x'", 'customer_search', true],
  [
    'another count in the index',
    `UPDATE customer_search SET events = events || '{"page":77}'`,
    'customer_search',
    true,
  ],
  ['another time of an event', 'UPDATE event_times SET times = array_append(times, 1)', 'customer_search', true],
  ['no times of events', 'DELETE FROM event_times', 'customer_search', true],
  [
    'a label of a customer that is nowhere',
    "INSERT INTO label_edits VALUES (1, 'gone', 'vip', 1, 1)",
    'label_edits',
    false,
  ],
  [
    'times of events of a customer that is gone',
    "INSERT INTO event_times VALUES ('gone', 'page', 1, '{1}')",
    'customer_search',
    true,
  ],
  ['an entry of the history that is gone', 'DELETE FROM history WHERE id = 1', 'history', false],
  [
    'identities in another order',
    'UPDATE applied_messages SET identities = substr(identities, 17) || substr(identities, 1, 16)',
    'applied_messages',
    false,
  ],
  ...LOG,
  ['a last moment that comes again', "SELECT setval('log_moments', max(moment), false) FROM log_edits", 'log', false],
  [
    'a customer at the place of another',
    "UPDATE customers SET position = '1zz' WHERE customer_id = '1'",
    'customers',
    false,
  ],
  ['a time that is gone', "UPDATE customers SET attribute_times = '{}' WHERE customer_id = '1'", 'customers', false],
  [
    'an ingestion that counts others',
    "UPDATE customers SET touched_by = ARRAY[2] WHERE customer_id = '1'",
    'ingestions',
    false,
  ],
];

for (const [name, open, damages] of [
  ['sqlite', sqlite, SQLITE],
  ['postgres', postgres, POSTGRES],
] as const) {
  describe(`a check on ${name}`, () => {
    /** A database that agrees. Damage is mended in it: a new one is made where damage stays. */
    let clean: Doctored | undefined;
    let database: Doctored;
    const filled = async (): Promise<Doctored> => {
      const made = await open();
      await made.index();
      // Some blocks have documents that are dead.
      await made.engine.customers.change('8', (state) => deleteCustomer(state, NOW), UPDATED);
      await made.index();
      return made;
    };
    beforeEach(async () => {
      database = clean ?? (await filled());
      clean = undefined;
    });
    afterEach(async () => {
      if (!clean) await database.close();
    });
    afterAll(() => clean?.close());

    it.each(damages)('finds %s, and mending makes the table anew', async (_what, statements, table, mendable) => {
      const { engine } = database;
      expect(await differing(engine.check)).toEqual({});
      const sum = await database.sum();
      await database.doctor(statements);
      expect(await differing(engine.check)).toMatchObject({ [table]: mendable });
      if (!mendable) return;
      expect(await differing(engine.check)).toEqual({ [table]: true });
      await engine.check.mend([table]);
      expect(await differing(engine.check)).toEqual({});
      await expect(database.doctor('DELETE FROM audit')).rejects.toThrow('never removed');
      expect(await database.sum()).toBe(sum);
      await database.index();
      expect(await differing(engine.check)).toEqual({});
      expect(await engine.search.search({ search: 'a39@', filters: [], sort: 'id', order: 'asc' }, 0, 9)).toMatchObject(
        {
          total: 1,
          indexing: false,
        },
      );
      // Damage names blocks of an index by the numbers of a new one.
      if (table !== INDEX) clean = database;
    });
  });
}

describe('customers that a copy of before left outside of the index', () => {
  it('are found, and searched after mending', async () => {
    const database = await sqlite();
    try {
      await database.doctor('DELETE FROM search_pending WHERE key % 2 = 0');
      const emails = { filters: [{ on: 'attribute', name: 'email', is: 'exists' } as const] };
      const { total } = await database.engine.customers.page(0, 1);
      expect((await database.engine.search.count(emails)).total).toBeLessThan(total);
      expect(await differing(database.engine.check)).toEqual({ [INDEX]: true });
      await database.engine.check.mend([INDEX]);
      expect(await differing(database.engine.check)).toEqual({});
      await database.index();
      expect(await database.engine.search.count(emails)).toMatchObject({ total, indexing: false });
    } finally {
      await database.close();
    }
  });
});

describe('the sum of a database', () => {
  it('is the same on every engine, and another after any edit', async () => {
    const [from, to] = [await sqlite(), await newPostgresSchema()];
    try {
      const sum = await from.sum();
      expect(sum).toMatch(/^[0-9a-f]{64}$/);
      const [source, target] = [await openContents(from.place), await openContents({ kind: 'postgres', url: to.url })];
      await copyContents(source, target, () => undefined);
      expect(await target.snapshot((reader) => recordSum(reader))).toBe(sum);
      await source.close();
      await target.close();
      const copy = await openPostgres({ url: to.url, connections: 2 });
      await copy.customers.change(
        '2',
        (state) => patchAttributes(state, [{ name: 'city', value: '"x"' }], NOW),
        UPDATED,
      );
      await copy.close();
      expect(await sumOf({ kind: 'postgres', url: to.url })).not.toBe(sum);
    } finally {
      await from.close();
      await to.drop();
    }
  });
});
