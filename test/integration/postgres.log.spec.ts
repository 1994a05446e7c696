import { Client } from 'pg';
import { NOWHERE } from '../../server/domain/access/audit.js';
import { deleteCustomer, patchAttributes } from '../../server/domain/customer/edit.js';
import { restoration } from '../../server/domain/customer/trash.js';
import type { LogEntry } from '../../server/domain/log/log-entry.js';
import { openPostgres, type PostgresStorage } from '../../server/storage/postgres/open.js';
import { liveMessages } from '../contracts/live-messages.contract.js';
import { expectAgreement } from '../support/agreement.js';
import { attributes, event, ingestLines, TIME, UPDATED } from '../support/messages.js';
import { newPostgresSchema, type PostgresSchema } from '../support/postgres-schema.js';
import { until } from '../support/until.js';
import { expectRefolded } from '../support/refolded.js';

const ALL = { limit: 100_000 };
const NEVER = new AbortController().signal;
const AUDIT = {
  author: { kind: 'user', id: 7, name: 'anna@example.com' },
  origin: NOWHERE,
  action: 'customer.erased',
  details: {},
} as const;
const LOG_TABLES = ['log_blocks', 'log_edits', 'log_baselines'] as const;

let schema: PostgresSchema;
const opened: PostgresStorage[] = [];

beforeEach(async () => {
  schema = await newPostgresSchema();
});
afterEach(async () => {
  for (const storage of opened) await expectAgreement(storage);
  for (const storage of opened.splice(0)) await storage.close();
  await schema.drop();
});

async function open(keepsLog = true): Promise<PostgresStorage> {
  const storage = await openPostgres({ url: schema.url, connections: 2, keepsLog });
  opened.push(storage);
  return storage;
}

async function send(storage: PostgresStorage, lines: readonly string[]): Promise<void> {
  await storage.customers.accept(await liveMessages(storage, lines));
}

function edit(storage: PostgresStorage, id: string, value: string, second = 0): Promise<unknown> {
  const patch = [{ name: 'plan', value: JSON.stringify(value) }];
  return storage.customers.change(id, (state) => patchAttributes(state, patch, (TIME + second) * 1000), UPDATED);
}

function remove(storage: PostgresStorage, id: string): Promise<unknown> {
  return storage.customers.change(id, (state) => deleteCustomer(state, TIME * 1000), UPDATED);
}

async function restore(storage: PostgresStorage, id: string): Promise<void> {
  const entry = await storage.trash.get(id);
  if (!entry) throw new Error(`${id} is not in the trash.`);
  await storage.customers.change(id, restoration(entry), { ...UPDATED, action: 'restored' });
}

/** Events of one customer at seconds in no order. */
function linesOf(id: string, count: number): string[] {
  const second = (at: number): number => (at * 37) % count;
  return Array.from({ length: count }, (_, at) =>
    event({ id: `${id} ${at}`, user_id: id, timestamp: TIME + second(at), data: { page: `/${at}` } }),
  );
}

async function formats(): Promise<readonly unknown[]> {
  const rows = await schema.query('SELECT DISTINCT format FROM log_blocks ORDER BY 1');
  return rows.map(({ format }) => Number(format));
}

async function rowsOf(id: string): Promise<number> {
  const counts = LOG_TABLES.map((table) => `(SELECT count(*) FROM ${table} WHERE customer_id = '${id}')`);
  return Number((await schema.query(`SELECT ${counts.join(' + ')} AS rows`))[0].rows);
}

describe('the compaction of a log', () => {
  it('changes nothing that is read, and leaves no loose block that is worth it', async () => {
    const storage = await open();
    await ingestLines(storage, linesOf('1', 3_000));
    for (let at = 0; at < 20; at++) await send(storage, [event({ id: `late ${at}`, timestamp: TIME + at * 100 })]);
    await ingestLines(storage, [...linesOf('2', 40), event({ user_id: '3' })]);
    const read = (): Promise<readonly (readonly LogEntry[])[]> =>
      Promise.all(['1', '2', '3'].map((id) => storage.log.messages(id, ALL)));
    const expected = await read();
    expect(await storage.log.compact(NEVER)).toBe(false);
    expect(await read()).toEqual(expected);
    expect(
      (await schema.query('SELECT DISTINCT customer_id AS id FROM log_blocks WHERE format = 0')).map(({ id }) => id),
    ).toEqual(['3']);
    const [middle] = expected[0].slice(1_500);
    expect(await storage.log.message('1', middle)).toEqual(middle);
    expect(await storage.log.messages('1', { limit: 3, before: middle })).toEqual(expected[0].slice(1_501, 1_504));
    // More messages for compacted blocks.
    await send(storage, linesOf('1', 3_050).slice(3_000));
    const more = await read();
    expect(await storage.log.compact(NEVER)).toBe(false);
    expect(await read()).toEqual(more);
    expect(more[0]).toHaveLength(3_070);
  });

  it('by two processes at once, while others write, loses and doubles no message', async () => {
    const [one, other] = [await open(), await open()];
    const ids = Array.from({ length: 30 }, (_, at) => `${at}`);
    await ingestLines(
      one,
      ids.flatMap((id) => linesOf(id, 60)),
    );
    const writes = ids.map((id) => send(other, linesOf(id, 70).slice(60)));
    const compactions = [one, other, one].map(({ log }) => log.compact(NEVER));
    await Promise.all([...writes, ...compactions]);
    await one.log.compact(NEVER);
    for (const id of ids) expect(await one.log.messages(id, ALL)).toHaveLength(70);
    await expectRefolded(one);
  });

  it('brings back nothing of a customer that is erased meanwhile', async () => {
    const [one, other] = [await open(), await open()];
    const ids = Array.from({ length: 20 }, (_, at) => `${at}`);
    await ingestLines(
      one,
      ids.flatMap((id) => linesOf(id, 60)),
    );
    await Promise.all([
      one.log.compact(NEVER),
      ...ids.map((id) => other.customers.erase(id, { audit: { ...AUDIT, target: id } })),
    ]);
    for (const id of ids) expect(await rowsOf(id)).toBe(0);
  });

  it('does not begin while a file is ingested', async () => {
    const storage = await open();
    await ingestLines(storage, linesOf('1', 50));
    const { id } = await storage.ingestions.begin({ name: 'a', path: '/a', size: 1, fingerprint: 'f' });
    expect(await storage.log.compact(NEVER)).toBe(true);
    expect(await formats()).toEqual([0]);
    await storage.ingestions.finish(id, { state: 'done' });
    expect(await storage.log.compact(NEVER)).toBe(false);
    expect(await formats()).toEqual([1]);
  });
});

describe('a log that begins late', () => {
  const before = [attributes({ plan: 'free', n: 1.0 }), event({ id: 'one' }), event({ id: 'gone', user_id: '2' })];

  it('has the record before its first entry as its baseline, in every way that writes', async () => {
    const [without, storage] = [await open(false), await open()];
    const ids = ['1', '2', '3', '4', '5'];
    await ingestLines(
      without,
      ids.flatMap((id) => [attributes({ plan: 'free' }, { user_id: id, id }), event({ user_id: id })]),
    );
    for (const id of ids) expect(await rowsOf(id)).toBe(0);
    await send(storage, [event({ id: 'new', user_id: '1' })]);
    await edit(storage, '2', 'pro', 5);
    await send(
      storage,
      ['3', '4'].map((id) => event({ id: 'new', user_id: id })),
    );
    await ingestLines(
      storage,
      ids.map((id) => event({ id: 'newer', user_id: id })),
    );
    await remove(storage, '4');
    for (const id of ids) {
      const { baseline } = await storage.log.customer(id);
      expect(baseline).toMatchObject({ time: TIME * 1000, events: new Map([['page', 1]]) });
    }
    await expectRefolded(storage);
  });

  it('begins anew when a deletion from before it is taken back', async () => {
    const [without, storage] = [await open(false), await open()];
    await ingestLines(without, before);
    await remove(without, '1');
    await send(storage, [event({ id: 'second life', timestamp: TIME + 1 })]);
    await restore(storage, '1');
    expect(await storage.log.customer('1')).toMatchObject({ edits: [], baseline: { events: new Map([['page', 2]]) } });
    await expectRefolded(storage);
  });

  it('ends for each customer that changes while no log is kept', async () => {
    const [storage, without] = [await open(), await open(false)];
    await ingestLines(
      storage,
      ['1', '2', '3', '4', '5'].flatMap((id) => linesOf(id, 2)),
    );
    await send(without, [event({ id: 'new', user_id: '1' })]);
    await edit(without, '2', 'pro');
    await send(
      without,
      ['3', '4'].map((id) => event({ id: 'new', user_id: id })),
    );
    expect([await rowsOf('1'), await rowsOf('2'), await rowsOf('3'), await rowsOf('4')]).toEqual([0, 0, 0, 0]);
    expect(await rowsOf('5')).toBe(1);
    await expectRefolded(storage);
    expect(await without.log.end({ entries: 0, before: undefined })).toBe(2);
    expect(await rowsOf('5')).toBe(0);
  });

  it('is kept or ended by what it is once the customer is free, whatever processes with other settings did meanwhile', async () => {
    const [storage, without] = [await open(), await open(false)];
    for (const id of ['1', '2']) await send(id === '1' ? storage : without, [event({ user_id: id })]);
    const other = new Client({ connectionString: schema.url });
    await other.connect();
    const waits = (): Promise<boolean> =>
      schema
        .query(
          "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database() AND query LIKE '%has_log%'",
        )
        .then((rows) => rows.length > 0);
    const meanwhile = async (id: string, write: () => Promise<unknown>, change: string): Promise<void> => {
      await other.query(`BEGIN; SELECT FROM customers WHERE customer_id = '${id}' FOR UPDATE`);
      const written = write();
      await until(waits);
      await other.query(`${change}; UPDATE customers SET position = position WHERE customer_id = '${id}'; COMMIT`);
      await written;
    };
    await meanwhile('1', () => send(storage, [event({ id: 'b' })]), "DELETE FROM log_blocks WHERE customer_id = '1'");
    const log = `INSERT INTO log_edits VALUES ('2', nextval('log_moments'), 1, 'set', '{"x":["1",2]}')`;
    await meanwhile('2', () => send(without, [event({ id: 'c', user_id: '2' })]), log);
    await other.end();
    expect((await storage.log.customer('1')).baseline).toMatchObject({ events: new Map([['page', 1]]) });
    expect(await storage.log.customer('2')).toMatchObject({ exists: false });
    await expectRefolded(storage);
  });
});

describe('the log costs few statements:', () => {
  let sent: string[];

  beforeEach(() => {
    const query = Object.getOwnPropertyDescriptor(Client.prototype, 'query')?.value as (
      ...values: unknown[]
    ) => unknown;
    jest.spyOn(Client.prototype, 'query').mockImplementation(function (this: Client, ...values: unknown[]): undefined {
      const [statement] = values as [string | { readonly text?: string }];
      sent.push(typeof statement === 'string' ? statement : (statement.text ?? ''));
      // Safe: the result is passed on unread.
      return query.apply(this, values) as undefined;
    });
  });
  afterEach(() => jest.restoreAllMocks());

  it.each<readonly [string, number, number, (storage: PostgresStorage) => Promise<unknown>]>([
    ['a message of a known customer', 1, 0, (storage) => send(storage, [event({ id: 'new' })])],
    ['a message of a new customer', 1, 0, (storage) => send(storage, [event({ user_id: 'new' })])],
    [
      'messages of several customers',
      ...([2, 1] as const),
      (storage) => send(storage, [event({ id: 'new' }), event({ id: 'new', user_id: '3' })]),
    ],
    ['an edit', 1, 0, (storage) => edit(storage, '1', 'pro')],
    ['a deletion', 1, 0, (storage) => remove(storage, '1')],
    ['a restoration', 2, 0, (storage) => restore(storage, '2')],
  ])('%s takes %i more, and %i without a log', async (_, withLog, withoutLog, work) => {
    for (const [keepsLog, most] of [
      [false, withoutLog],
      [true, withLog],
    ] as const) {
      sent = [];
      const own = await newPostgresSchema();
      const storage = await openPostgres({ url: own.url, connections: 1, keepsLog });
      await send(storage, [event({}), event({ user_id: '2' }), event({ user_id: '3' })]);
      await remove(storage, '2');
      sent = [];
      await work(storage);
      // The statement that locks a customer also tells whether it has a log.
      const ofLog = sent.filter((text) => text.includes('log_') && !text.endsWith('FOR UPDATE'));
      expect(ofLog).toHaveLength(most);
      await storage.close();
      await own.drop();
    }
  });
});
