import { MIGRATIONS as POSTGRES_MIGRATIONS } from '../../server/storage/postgres/database/schema.js';
import { MIGRATIONS as SQLITE_MIGRATIONS } from '../../server/storage/sqlite/database/schema.js';
import type { StoredCustomer } from '../../server/domain/customer/customer.js';
import { openMemory } from '../../server/storage/memory/open.js';
import {
  expectationOf,
  openEarlierPostgres,
  openEarlierSqlite,
  readFixture,
  schemasOf,
  type MigratedDatabase,
} from '../support/earlier-schemas.js';
import { attributes, event, ingestLines } from '../support/messages.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';

interface Customer {
  readonly id: string | number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: Readonly<Record<string, number>>;
  readonly last_updated: number | null;
}

const ENGINES = [
  ['sqlite', SQLITE_MIGRATIONS.length, openEarlierSqlite],
  ['postgres', POSTGRES_MIGRATIONS.length, openEarlierPostgres],
] as const;
/** The first schema of each engine whose server kept the characters of numbers. */
const KEEPS_DIGITS = { sqlite: 6, postgres: 5 } as const;
const SCHEMAS = ENGINES.flatMap(([engine, , open]) =>
  schemasOf(engine).map((version) => [engine, version, open] as const),
);
const MESSAGES = readFixture('messages.jsonl').trimEnd().split('\n');
const CUSTOMERS = JSON.parse(readFixture('customers.json')) as readonly Customer[];
/** Earlier versions kept the nearest double of a number, and the identity of its message was computed from that. */
const NO_DOUBLE = MESSAGES.filter((line) => line.includes('12345678901234567890'));
const DELETED = 'to delete';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Servers up to the schemas 4 of SQLite and 3 of PostgreSQL served the time of an entry as a number of ms. */
function withText(entry: Readonly<Record<string, unknown>>): unknown {
  return { ...entry, at: new Date(entry.at as number | string).toISOString() };
}

/** Earlier versions kept 0 where the messages say -0. JSON writes both as 0. */
function withoutSigns(all: readonly Customer[]): readonly Customer[] {
  return JSON.parse(JSON.stringify(all)) as readonly Customer[];
}

/** Number of customers with each name, and the sum of its values, by name. */
function countNames(
  records: readonly Readonly<Record<string, unknown>>[],
): Map<string, { customers: number; sum: number }> {
  const counts = new Map<string, { customers: number; sum: number }>();
  for (const [name, value] of records.flatMap((record) => Object.entries(record))) {
    const count = counts.get(name) ?? { customers: 0, sum: 0 };
    counts.set(name, { customers: count.customers + 1, sum: count.sum + Number(value) });
  }
  return counts;
}

let ofMessages: Promise<readonly StoredCustomer[]> | undefined;

/** The customers that the messages make today. */
function customersOfMessages(): Promise<readonly StoredCustomer[]> {
  return (ofMessages ??= (async () => {
    const fresh = openMemory();
    await ingestLines(fresh, MESSAGES);
    return fresh.stored.snapshot((snapshot) => snapshot.after(undefined, 10_000));
  })());
}

const definitions = new Map<string, Promise<unknown>>();

/** The definitions in a new database of an engine, which is made once. */
function definitionsOfNew(engine: string): Promise<unknown> {
  const read = async (): Promise<unknown> => {
    const [, , open] = ENGINES.find(([name]) => name === engine) ?? ENGINES[0];
    const fresh = await open(undefined);
    return fresh.definitions().finally(() => fresh.close());
  };
  const known = definitions.get(engine) ?? read();
  definitions.set(engine, known);
  return known;
}

it.each(ENGINES)('every schema of %s has a database: see test/fixtures/schemas/README.md', (engine, latest) => {
  expect(schemasOf(engine)).toEqual(Array.from({ length: latest }, (_, i) => i + 1));
});

it.each([
  [
    'sqlite',
    openEarlierSqlite,
    7,
    `UPDATE customers SET attributes = '{"o":{"b":1,"a":2}}', attribute_times = '{"o":1}' WHERE id = 'to update';
     DELETE FROM search_pending`,
  ],
  [
    'postgres',
    openEarlierPostgres,
    6,
    `UPDATE customers SET attributes = '{"o":{"b":1,"a":2}}', attribute_times = '{"o":1}' WHERE customer_id = 'to update';
     DELETE FROM search_pending`,
  ],
] as const)(
  'objects in a database of %s are found whatever the order of their members',
  async (_engine, open, version, change) => {
    const database = await open(version, change);
    const app = await startRestApp(database);
    try {
      const filter = encodeURIComponent(`attribute:o:is:${encodeURIComponent('{"a":2,"b":1}')}`);
      expect((await app.get(`/customers?filter=${filter}`)).json()).toMatchObject({ customers: [{ id: 'to update' }] });
    } finally {
      await app.close();
    }
  },
);

describe.each(SCHEMAS)('a database of %s with schema %i', (engine, version, open) => {
  const expected = expectationOf(engine, version);
  const keepsDigits = version >= KEEPS_DIGITS[engine];
  const customers = CUSTOMERS.map((customer) => ({
    ...customer,
    last_updated: customer.last_updated ?? expected.last_updated[customer.id],
  }));
  let database: MigratedDatabase;
  let app: RestApp;

  // One database for all tests, those that change it last: making and migrating one takes longer than any of them.
  beforeAll(async () => {
    database = await open(version);
    app = await startRestApp(database);
  });
  afterAll(() => app.close());

  const list = async (query = ''): Promise<readonly Customer[]> => {
    const { customers: all } = (await app.get(`/customers?per_page=10000${query}`)).json<{ customers: Customer[] }>();
    return withoutSigns(all);
  };
  const historyOf = async (id: string): Promise<readonly unknown[]> =>
    (await app.get(`/customers/${encodeURIComponent(id)}/history`)).json<{ history?: unknown[] }>().history ?? [];

  describe('that nothing has changed', () => {
    it('gets the tables of a new one', async () => {
      expect(await database.definitions()).toEqual(await definitionsOfNew(engine));
    });

    it('keeps its customers, their history, segments and ingestions', async () => {
      expect(await list()).toEqual(customers);
      for (const [id, history] of Object.entries(expected.history)) {
        const deletion = history.findIndex(({ action }) => action === 'deleted');
        const since = deletion === -1 ? history : history.slice(0, deletion);
        expect(await historyOf(id)).toEqual(since.map(withText));
      }
      expect((await database.check?.run())?.filter(({ differences }) => differences > 0)).toEqual([]);
      const { segments } = (await app.get('/segments')).json<{ segments: { id: number }[] }>();
      const counted = segments.map(
        async ({ id }) => (await app.get(`/segments/${id}`)).json<{ segment: unknown }>().segment,
      );
      expect(await Promise.all(counted)).toEqual(expected.segments);
      expect((await app.get('/ingestions')).json()).toMatchObject({ ingestions: [expected.ingestion] });
      // Earlier versions wrote no hints.
      const withoutHints = (await app.get('/ingestions/1/rejects')).body.replaceAll(/"hint":"(?:[^"\\]|\\.)*",/g, '');
      expect(withoutHints).toBe(readFixture('rejects.jsonl'));
    });

    it('has the times of its messages in milliseconds', async () => {
      const all = await customersOfMessages();
      const unedited = all.filter(({ id }) => !(id in expected.history));
      expect(unedited.length).toBeGreaterThan(200);
      const ids = unedited.map(({ id }) => id);
      const migrated = await database.stored.snapshot((snapshot) => snapshot.among(ids));
      const times = ({ id, attributeTimes, lastUpdated }: StoredCustomer): unknown => [id, attributeTimes, lastUpdated];
      expect(migrated.map(times)).toEqual(unedited.map(times));
    });

    it('counts, lists and finds the customers that it holds', async () => {
      const names = countNames(customers.map((customer) => customer.attributes));
      const events = countNames(customers.map((customer) => customer.events));
      const overview = (await app.get('/overview')).json<Record<string, unknown>>();
      expect(overview).toMatchObject({
        customers: customers.length,
        attribute_names: names.size,
        event_names: events.size,
        events: sum([...events.values()].map((count) => count.sum)),
      });
      expect(overview.attributes).toEqual(
        expect.arrayContaining([...names].map(([name, count]) => ({ name, customers: count.customers }))),
      );
      expect(overview.top_events).toEqual(
        expect.arrayContaining(
          [...events].map(([name, count]) => ({ name, customers: count.customers, events: count.sum })),
        ),
      );
      expect(await list('&filter=last_updated:after:0')).toEqual(customers);
      const pages = Array.from({ length: 6 }, (_, i) => app.get(`/customers?per_page=50&page=${i + 1}`));
      const paged = (await Promise.all(pages)).flatMap((page) => page.json<{ customers: Customer[] }>().customers);
      expect(withoutSigns(paged)).toEqual(customers);
      for (const name of names.keys())
        expect(await list(`&filter=attribute:${name}:exists`)).toEqual(
          customers.filter((c) => Object.hasOwn(c.attributes, name)),
        );
      for (const name of events.keys())
        expect(await list(`&filter=event:${name}:at_least:1`)).toEqual(
          customers.filter((c) => Object.hasOwn(c.events, name)),
        );
    });

    it('recognises every message that it has taken, and changes no row', async () => {
      const before = await database.rows();
      const { events, attributes: updates, duplicates } = expected.ingestion as Record<string, number>;
      const known = keepsDigits ? MESSAGES : MESSAGES.filter((line) => !NO_DOUBLE.includes(line));
      const report = await ingestLines(database, known);
      expect(report).toMatchObject({ events: 0, attributes: 0, customers: 0 });
      expect(report.duplicates + report.stale).toBe(events + updates + duplicates - (MESSAGES.length - known.length));
      expect(await database.rows()).toEqual(before);
    });
  });

  describe('that changes', () => {
    it('gets the digits that it lacks from the same messages', async () => {
      const before = keepsDigits ? '12345678901234567890' : '12345678901234567000';
      expect((await app.get('/customers/values')).body).toContain(`"big":${before},`);
      expect(await ingestLines(database, NO_DOUBLE)).toMatchObject({ attributes: keepsDigits ? 0 : 1 });
      expect((await app.get('/customers/values')).body).toContain('"big":12345678901234567890,');
      expect(await ingestLines(database, NO_DOUBLE)).toMatchObject({ attributes: 0, duplicates: 1 });
    });

    it('takes edits and new messages, and still ignores those of a customer that was deleted', async () => {
      await app.patch('/customers/1001', { customer: { attributes: { plan: 'gold' } } });
      await app.inject({ method: 'DELETE', url: '/customers/1002' });
      const tie = { user_id: 'tie' };
      await ingestLines(database, [
        event({ user_id: 'new' }),
        event(tie),
        attributes({ plan: 'later' }, tie),
        event({ user_id: DELETED }),
      ]);
      const now = new Map((await list()).map((customer) => [customer.id, customer]));
      expect(now.size).toBe(customers.length);
      expect(now.get(1001)).toMatchObject({ attributes: { plan: 'gold' }, events: { page: 1 } });
      expect(now.get('new')).toMatchObject({ attributes: {}, events: { page: 1 } });
      expect(now.get('tie')).toMatchObject({ attributes: { plan: 'later' }, events: { page: 1 } });
      expect([now.has(1002), now.has(DELETED)]).toEqual([false, false]);
      expect(await historyOf('1001')).toMatchObject([
        { id: 1, action: 'updated', changes: [{ name: 'plan', to: 'gold' }] },
      ]);
      expect((await app.get('/overview')).json()).toMatchObject({ customers: customers.length });
      expect(await list('&filter=attribute:plan:is:gold')).toEqual(
        (await list()).filter((c) => c.attributes.plan === 'gold'),
      );
    });
  });
});
