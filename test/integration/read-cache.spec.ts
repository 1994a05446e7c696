import { platform } from 'node:process';
import { LogTraces } from '../../server/domain/log/log-traces.js';
import { CustomersService } from '../../server/customers/customers.service.js';
import { API_CLIENT } from '../../server/domain/actor.js';
import { type CustomerRepository } from '../../server/domain/customer/customer-repository.js';
import { patchAttributes } from '../../server/domain/customer/edit.js';
import { ageClock, CachedCustomers, MAX_AGE_MS } from '../../server/storage/cached-customers.js';
import { openSqlite } from '../../server/storage/sqlite/open.js';
import { draft, NOW } from '../support/access.js';
import { ENGINES, temporaryFolder, type Engine } from '../support/engine.js';
import { gateReads } from '../support/gated-repository.js';
import { attributes, ingestLines, TIME, UPDATED } from '../support/messages.js';
import { startRestApp } from '../support/rest-app.js';

const MIB = 1024 * 1024;

const bodyOf = async (service: CustomersService, id = '1'): Promise<string> => (await service.show(id)).body;
const setPlan = (customers: CustomerRepository, plan: string): Promise<unknown> =>
  customers.change(
    '1',
    (state) => patchAttributes(state, [{ name: 'plan', value: JSON.stringify(plan) }], (TIME + 1) * 1000),
    UPDATED,
  );

describe.each([...ENGINES.map(([name, open]) => ({ name, open }))])('cached reads on $name', ({ open }) => {
  let inner: CustomerRepository;
  let engine: Engine;
  let service: CustomersService;

  beforeEach(async () => {
    const opened = await open();
    inner = opened.customers;
    engine = { ...opened, customers: new CachedCustomers(inner, ageClock(), MIB) };
    service = new CustomersService(engine.customers, new LogTraces(engine.log));
    await ingestLines(engine, [attributes({ email: 'a@b.example', plan: 'old' })]);
  });
  afterEach(() => engine.close());

  const CHANGES: readonly { what: string; change: () => Promise<unknown> }[] = [
    { what: 'an edit', change: () => setPlan(engine.customers, 'new') },
    {
      what: 'a bulk edit',
      change: () =>
        engine.customers.changeEach(
          ['1'],
          (state) => patchAttributes(state, [{ name: 'plan', value: '"new"' }], (TIME + 1) * 1000),
          UPDATED,
        ),
    },
    {
      what: 'an ingestion',
      change: () => ingestLines(engine, [attributes({ plan: 'new' }, { timestamp: TIME + 1 })]),
    },
    {
      what: 'a deletion and a new start',
      change: async () => {
        await service.remove('1', { ifMatch: undefined, ifNoneMatch: undefined }, API_CLIENT);
        await setPlan(engine.customers, 'new');
      },
    },
  ];

  it.each(CHANGES)('$what is seen by every read after it', async ({ change }) => {
    for (let again = 0; again < 2; again++) expect(await bodyOf(service)).toContain('"plan":"old"');
    expect((await service.list({ page: 1, perPage: 25 })).text).toContain('"plan":"old"');
    await change();
    expect(await bodyOf(service)).toContain('"plan":"new"');
    expect((await service.list({ page: 1, perPage: 25 })).text).toContain('"plan":"new"');
  });

  it.each(CHANGES)('$what is not undone by a read that began before it and arrives after it', async ({ change }) => {
    const held = gateReads(inner).holdNextRead();
    const early = bodyOf(service);
    await held.found;
    await change();
    held.release();
    expect(await early).toContain('"plan":"old"');
    expect(await bodyOf(service)).toContain('"plan":"new"');
  });

  it('a write that failed drops what it may have changed, as its commit may have gone through', async () => {
    await bodyOf(service);
    const change = inner.change.bind(inner);
    inner.change = async (...edit) => {
      await change(...edit);
      throw new Error('The answer to COMMIT was lost.');
    };
    await expect(setPlan(engine.customers, 'new')).rejects.toThrow('lost');
    expect(await bodyOf(service)).toContain('"plan":"new"');
  });

  it('a customer that does not exist is looked for every time', async () => {
    const gate = gateReads(inner);
    for (let again = 0; again < 2; again++) await expect(service.show('nobody')).rejects.toThrow('no customer');
    expect(gate.reads).toBe(2);
  });
});

describe('the REST API over SQLite, whose reads are cached by default', () => {
  it('serves what its own writes left', async () => {
    const app = await startRestApp(await ENGINES[0][1](), { config: { cacheMb: 1 } });
    const { engine } = app;
    const gate = gateReads(engine.customers);
    await ingestLines(engine, [attributes({ plan: 'old' })]);
    const plan = async (): Promise<unknown> =>
      (await app.get('/customers/1')).json<{ customer: { attributes: { plan?: string } } }>().customer.attributes.plan;
    expect([await plan(), await plan()]).toEqual(['old', 'old']);
    expect(gate.reads).toBe(1);
    for (const next of ['silver', 'gold']) {
      await app.patch('/customers/1', { customer: { attributes: { plan: next } } });
      expect([await plan(), await plan()]).toEqual([next, next]);
    }
    await app.inject({ method: 'DELETE', url: '/customers/1' });
    expect((await app.get('/customers/1')).statusCode).toBe(404);
    expect((await app.get('/customers')).json()).toMatchObject({ customers: [] });
    await app.close();
  });
});

describe('a cached read over SQLite', () => {
  it('is served again until any process writes to the file', async () => {
    const folder = temporaryFolder();
    const [own, other] = [openSqlite(`${folder.path}/r.db`), openSqlite(`${folder.path}/r.db`)];
    await ingestLines(own, [attributes({ plan: 'old' })]);
    const gate = gateReads(own.customers);
    const service = new CustomersService(
      new CachedCustomers(own.customers, own.readClock, MIB),
      new LogTraces(own.log),
    );
    const read = async (): Promise<string> => {
      await new Promise(setImmediate);
      return bodyOf(service);
    };
    expect([await read(), await read()].join()).toContain('"plan":"old"');
    expect(gate.reads).toBe(1);
    await own.access.record(draft('export'), NOW);
    expect(await read()).toContain('"plan":"old"');
    // Elsewhere SQLite does not say how many commits there were.
    expect(gate.reads).toBe(platform === 'linux' ? 1 : 2);
    await setPlan(other.customers, 'new');
    expect(await read()).toContain('"plan":"new"');
    await Promise.all([own.close(), other.close()]);
    folder.remove();
  });
});

describe('two processes over one database that do not hear of each other', () => {
  it('see a write of the other one within a second, and their own at once', async () => {
    let now = 1_000;
    const engine = await ENGINES[1][1]();
    await ingestLines(engine, [attributes({ plan: 'old' })]);
    const gate = gateReads(engine.customers);
    const [one, two] = [0, 1].map(
      () =>
        new CachedCustomers(
          engine.customers,
          ageClock(() => now),
          MIB,
        ),
    );
    const service = new CustomersService(one, new LogTraces(engine.log));
    for (let again = 0; again < 2; again++) expect(await bodyOf(service)).toContain('"old"');
    expect(gate.reads).toBe(1);
    await setPlan(two, 'new');
    now += MAX_AGE_MS;
    expect(await bodyOf(service)).toContain('"old"');
    now++;
    expect(await bodyOf(service)).toContain('"new"');
    expect(MAX_AGE_MS).toBeLessThan(1_000);
    await setPlan(one, 'newest');
    expect(await bodyOf(service)).toContain('"newest"');
    await engine.close();
  });
});
