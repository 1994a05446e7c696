import { AnswerCache } from '../../server/customers/answer-cache.js';
import { CustomersService } from '../../server/customers/customers.service.js';
import type { CustomerRepository, DatedJson } from '../../server/domain/customer/customer-repository.js';
import { UPDATED_BY_API } from '../../server/domain/customer/customer-repository.js';
import { mergeAttributes } from '../../server/domain/customer/edit.js';
import { DatedCustomerRepository, MOST_AGE_MS } from '../../server/storage/cached/dated-customer.repository.js';
import type { KeptReads } from '../../server/storage/cached/kept-reads.js';
import { openDated } from '../../server/storage/cached/open.js';
import { openSqlite } from '../../server/storage/sqlite/open.js';
import { ENGINES, temporaryFolder, type Engine } from '../support/engine.js';
import { gateReads } from '../support/gated-repository.js';
import { attributes, ingestLines, TIME } from '../support/messages.js';
import { startRestApp } from '../support/rest-app.js';

const ON = { cacheMb: 1 };
const IN_PROCESS = { bytes: 512 * 1024, url: undefined, database: '/roster' };

/** An engine whose reads may be served again, also where that is not so by itself. */
async function dated(name: string, open: () => Promise<Engine>): Promise<Engine> {
  const engine = await open();
  if (name === 'sqlite') return engine;
  const { customers } = await openDated(engine.customers, IN_PROCESS, () => undefined);
  return { ...engine, customers };
}

const serviceOver = (customers: CustomerRepository): CustomersService =>
  new CustomersService(customers, new AnswerCache(ON));
const bodyOf = async (service: CustomersService, id = '1'): Promise<string> => (await service.show(id)).body;
const setPlan = (customers: CustomerRepository, plan: string): Promise<unknown> =>
  customers.change('1', (state) => mergeAttributes(state, [{ name: 'plan', value: JSON.stringify(plan) }], TIME + 1));

describe.each(ENGINES)('answers that are kept, on %s', (name, open) => {
  let engine: Engine;
  beforeEach(async () => {
    engine = await dated(name, open);
    await ingestLines(engine, [attributes({ email: 'a@b.example', plan: 'old' })]);
  });
  afterEach(() => engine.close());

  const CHANGES: readonly (readonly [what: string, change: () => Promise<unknown>])[] = [
    ['an edit', () => setPlan(engine.customers, 'new')],
    [
      'a bulk edit',
      () =>
        engine.customers.changeEach(
          ['1'],
          (state) => mergeAttributes(state, [{ name: 'plan', value: '"new"' }], TIME + 1),
          UPDATED_BY_API,
        ),
    ],
    ['an ingestion', () => ingestLines(engine, [attributes({ plan: 'new' }, { timestamp: TIME + 1 })])],
    [
      'a deletion and a new start',
      async () => {
        await serviceOver(engine.customers).remove('1', { ifMatch: undefined, ifNoneMatch: undefined });
        await setPlan(engine.customers, 'new');
      },
    ],
  ];

  it.each(CHANGES.map(([what], at) => [what, at] as const))(
    '%s is seen by whoever reads after it',
    async (_what, at) => {
      const service = serviceOver(engine.customers);
      for (let again = 0; again < 2; again++) expect(await bodyOf(service)).toContain('"plan":"old"');
      expect(await service.list({})).toContain('"plan":"old"');
      await CHANGES[at][1]();
      expect(await bodyOf(service)).toContain('"plan":"new"');
      expect(await service.list({})).toContain('"plan":"new"');
    },
  );

  it.each(CHANGES.map(([what], at) => [what, at] as const))(
    '%s is not undone by a read that began before it and arrives after it',
    async (_what, at) => {
      const gate = gateReads(name === 'sqlite' ? engine.customers : innerOf(engine.customers));
      const service = serviceOver(engine.customers);
      const held = gate.holdNextRead();
      const early = bodyOf(service);
      await held.found;
      // It has read what is old; whoever asks after the change must not get it.
      await CHANGES[at][1]();
      held.release();
      expect(await early).toContain('"plan":"old"');
      expect(await bodyOf(service)).toContain('"plan":"new"');
    },
  );

  it('the REST API serves what its own writes left', async () => {
    const app = await startRestApp(engine, { config: ON });
    const plan = async (): Promise<unknown> =>
      (await app.get('/customers/1')).json<{ customer: { attributes: { plan?: string } } }>().customer.attributes.plan;
    expect([await plan(), await plan()]).toEqual(['old', 'old']);
    for (const next of ['silver', 'gold']) {
      await app.patch('/customers/1', { customer: { attributes: { plan: next } } });
      expect([await plan(), await plan()]).toEqual([next, next]);
    }
    await app.inject({ method: 'DELETE', url: '/customers/1' });
    expect((await app.get('/customers/1')).statusCode).toBe(404);
    expect((await app.get('/customers')).json()).toMatchObject({ customers: [] });
    engine = await dated(name, open);
    await app.close();
  });
});

/** What is behind the dates. */
function innerOf(customers: CustomerRepository): CustomerRepository {
  return (customers as unknown as { inner: CustomerRepository }).inner;
}

describe('answers that are kept over SQLite', () => {
  it('are served again until anybody writes to the file, another process included', async () => {
    const folder = temporaryFolder();
    const [own, other] = [openSqlite(`${folder.path}/r.db`), openSqlite(`${folder.path}/r.db`)];
    await ingestLines(own, [attributes({ plan: 'old' })]);
    const gate = gateReads(own.customers);
    const service = serviceOver(own.customers);
    const read = async (): Promise<string> => {
      await new Promise(setImmediate);
      return bodyOf(service);
    };
    expect([await read(), await read()].join()).toContain('"plan":"old"');
    expect(gate.reads).toBe(1);
    await setPlan(other.customers, 'new');
    expect(await read()).toContain('"plan":"new"');
    await Promise.all([own.close(), other.close()]);
    folder.remove();
  });
});

describe('two processes over one database', () => {
  let now = 0;
  let engine: Engine;
  beforeEach(async () => {
    now = 1_000;
    engine = await ENGINES[1][1]();
    await ingestLines(engine, [attributes({ plan: 'old' })]);
  });
  afterEach(() => engine.close());

  const process = async (
    kept?: KeptReads,
  ): Promise<{ customers: DatedCustomerRepository; service: CustomersService }> => {
    const clock = (): number => now;
    const customers = kept
      ? new DatedCustomerRepository(engine.customers, kept, clock)
      : (await openDated(engine.customers, IN_PROCESS, () => undefined, clock)).customers;
    return { customers, service: serviceOver(customers) };
  };

  it('without anything shared: what one writes the other sees within a second, at once where it wrote itself', async () => {
    const gate = gateReads(engine.customers);
    const [one, two] = [await process(), await process()];
    await bodyOf(one.service);
    expect(await bodyOf(one.service)).toContain('"old"');
    now++;
    expect(await bodyOf(one.service)).toContain('"old"');
    expect(gate.reads).toBe(2);
    await setPlan(two.customers, 'new');
    now = 1_000 + MOST_AGE_MS;
    expect(await bodyOf(one.service)).toContain('"old"');
    now++;
    expect(await bodyOf(one.service)).toContain('"new"');
    expect(MOST_AGE_MS).toBeLessThan(1_000);
  });

  it('a customer that is asked for less than once in that time is not kept', async () => {
    const gate = gateReads(engine.customers);
    const { service } = await process();
    for (let round = 1; round <= 3; round++) {
      await bodyOf(service);
      now += MOST_AGE_MS + 1;
    }
    await bodyOf(service);
    await bodyOf(service);
    expect(gate.reads).toBe(5);
    await bodyOf(service);
    expect(gate.reads).toBe(5);
  });

  it('a customer that another has read and kept is as old as it was read there', async () => {
    const kept = new KeptInMemory();
    const [one, two] = [await process(kept), await process(kept)];
    await bodyOf(one.service);
    expect(await bodyOf(one.service)).toContain('"old"');
    kept.losesWhatIsTold = true;
    await setPlan(two.customers, 'new');
    // Nobody told the third, which takes what the first has read; but not longer than the first may.
    const third = await process(kept);
    now = 1_000 + MOST_AGE_MS;
    expect(await bodyOf(third.service)).toContain('"old"');
    now++;
    expect(await bodyOf(third.service)).toContain('"new"');
  });

  it('who wrote takes nothing that was read before, also when it is kept after', async () => {
    const kept = new KeptInMemory();
    const [one, two] = [await process(kept), await process(kept)];
    await bodyOf(one.service);
    const gate = gateReads(engine.customers);
    const held = gate.holdNextRead();
    const late = bodyOf(one.service);
    await held.found;
    await setPlan(two.customers, 'new');
    held.release();
    // It is kept after the write, and says what was before.
    expect(await late).toContain('"old"');
    expect(kept.size).toBe(1);
    expect(await bodyOf(two.service)).toContain('"new"');
  });

  it('who is told of a write sees it at once, of its own read under way as well', async () => {
    const kept = new KeptInMemory();
    const [one, two] = [await process(kept), await process(kept)];
    await bodyOf(one.service);
    const gate = gateReads(engine.customers);
    const held = gate.holdNextRead();
    const late = bodyOf(one.service);
    await held.found;
    now++;
    await setPlan(two.customers, 'new');
    held.release();
    expect(await late).toContain('"old"');
    now++;
    expect(await bodyOf(one.service)).toContain('"new"');
  });

  it('where nothing is kept any more is no error', async () => {
    const kept = new KeptInMemory();
    const { service, customers } = await process(kept);
    kept.isGone = true;
    expect(await bodyOf(service)).toContain('"old"');
    await setPlan(customers, 'new');
    expect(await bodyOf(service)).toContain('"new"');
  });
});

/** What processes share, in this process, by one clock; it may lose what it is told. */
class KeptInMemory implements KeptReads {
  isGone = false;
  losesWhatIsTold = false;
  private readonly reads = new Map<string, DatedJson>();
  private readonly listeners: ((ids: readonly string[] | undefined) => void)[] = [];

  get size(): number {
    return this.reads.size;
  }

  near(): undefined {
    return undefined;
  }

  async look(id: string): Promise<DatedJson | undefined> {
    return this.isGone ? undefined : this.reads.get(id);
  }

  keep(id: string, json: Uint8Array, at: number): DatedJson {
    const read: DatedJson = { json, at, from: 'database' };
    this.reads.set(id, read);
    return read;
  }

  drop(ids: readonly string[] | undefined): void {
    if (this.isGone || this.losesWhatIsTold) return;
    for (const id of ids ?? []) this.reads.delete(id);
    for (const listener of this.listeners) listener(ids);
  }

  onDropped(listener: (ids: readonly string[] | undefined) => void): void {
    this.listeners.push(listener);
  }

  async close(): Promise<void> {
    this.reads.clear();
  }
}
