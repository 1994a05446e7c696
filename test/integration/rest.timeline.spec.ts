import { ENGINES, itOnce, type Engine } from '../support/engine.js';
import { attributes, event, ingestLines, TIME } from '../support/messages.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';

const ADMIN = { 'x-roster-client': 'admin' };

interface Entry {
  readonly entry: string;
  readonly kind: string;
  readonly id?: string;
  readonly [member: string]: unknown;
}

const iso = (second: number): string => new Date((TIME + second) * 1_000).toISOString();

describe.each(ENGINES)('the timeline over %s', (name, open) => {
  const once = itOnce(name);
  let engine: Engine;
  let app: RestApp;

  beforeEach(async () => {
    engine = await open();
    app = await startRestApp(engine);
  });
  afterEach(() => app.close());

  const page = async (query = ''): Promise<{ entries: Entry[]; meta: { next?: string; complete: boolean } }> => {
    const answer = await app.get(`/customers/1/timeline${query}`);
    expect(answer.statusCode).toBe(200);
    return answer.json();
  };
  const ids = async (query: string): Promise<unknown[]> =>
    (await page(query)).entries.map(({ id, entry }) => id ?? entry);
  const why = async (name: string): Promise<Record<string, unknown> & { entry: Entry | null; won_over: Entry[] }> =>
    (await app.get(`/customers/1/why?name=${encodeURIComponent(name)}`)).json();
  const patch = (values: object): Promise<unknown> =>
    app.patch('/customers/1', { customer: { attributes: values } }, ADMIN);

  it('tells what a customer did, in which line of which source', async () => {
    const lines = [
      event({ id: 'e', name: 'page', data: { n: 1.0 }, timestamp: TIME + 1 }).replace('{"n":1}', '{"n" : 1.0}'),
      attributes({ plan: 'pro' }, { id: 'a', timestamp: TIME + 2 }),
    ];
    await ingestLines(engine, ['', ...lines]);
    const { entries, meta } = await page();
    expect(meta).toEqual({ complete: true });
    const source = { kind: 'file', ingestion: 1, name: 'test' };
    expect(entries).toMatchObject([
      {
        kind: 'attributes',
        id: 'a',
        time: iso(2),
        data: { plan: 'pro' },
        source: { ...source, line: 3, offset: lines[0].length + 2 },
      },
      { kind: 'event', id: 'e', time: iso(1), name: 'page', source: { ...source, line: 2, offset: 1 } },
    ]);
    expect((await app.get('/customers/1/timeline')).body).toContain('"data":{"n" : 1.0}');
    expect((await app.get('/customers/2/timeline')).statusCode).toBe(404);
  });

  it('has edits among the messages, and goes on behind a page', async () => {
    await app.post(
      '/messages',
      [JSON.parse(event({ id: 'one' })), JSON.parse(event({ id: 'two', timestamp: TIME + 1 }))],
      {
        'content-type': 'application/json',
      },
    );
    await patch({ plan: 'pro' });
    await patch({ plan: 'pro' });
    await patch({ plan: 'free', city: 'Rom' });
    expect((await page()).entries).toMatchObject([
      {
        entry: 'h2',
        kind: 'edit',
        action: 'updated',
        changes: [
          { name: 'city', to: 'Rom' },
          { name: 'plan', from: 'pro', to: 'free' },
        ],
      },
      { entry: 'h1', kind: 'edit', source: { kind: 'edit' } },
      { id: 'two', source: { kind: 'live', source: 1, name: 'default' } },
      { id: 'one' },
    ]);
    const seen: unknown[] = [];
    for (let next: string | undefined = ''; next !== undefined;) {
      const { entries, meta } = await page(`?limit=1&before=${next}`);
      seen.push(...entries.map(({ id, entry }) => id ?? entry));
      ({ next } = meta);
    }
    expect(seen).toEqual(['h2', 'h1', 'two', 'one']);
    expect(await ids('?kind=edit')).toEqual(['h2', 'h1']);
    expect(await ids('?kind=edit&kind=event')).toEqual(['h2', 'h1', 'two', 'one']);
    expect(await ids('?kind=event,attributes')).toEqual(['two', 'one']);
    expect(await ids('?name=city')).toEqual(['h2']);
    expect(await ids('?name=page')).toEqual(['two', 'one']);
    expect(await ids(`?since=${iso(1)}&until=${TIME + 1}`)).toEqual(['two']);
    expect(await ids(`?until=${iso(0).slice(0, 10)}`)).toEqual(['two', 'one']);
  });

  once.each(['before=x', 'before=MXx8', 'kind=edits', 'since=yesterday', 'until=2026-02-30'])(
    'refuses %s',
    async (query) => {
      await app.post('/messages', event(), { 'content-type': 'application/json' });
      const answer = await app.get(`/customers/1/timeline?${query}`);
      const details = [{ field: query.split('=')[0] }];
      expect([answer.statusCode, answer.json()]).toMatchObject([400, { code: 'invalid_request', details }]);
    },
  );

  it('cuts what is long in the list, and shows it whole by itself', async () => {
    const long = { text: 'é'.repeat(10_000) };
    await ingestLines(engine, [
      event({ id: 'long', data: long }),
      attributes({ n: 1 }, { id: 'short', timestamp: TIME + 1 }),
    ]);
    await patch({ a: 'a'.repeat(9_000), b: 'b'.repeat(9_000) });
    const { entries } = await page();
    const [edit, short, cut] = entries;
    expect(cut.data_truncated).toBe(true);
    expect(Buffer.byteLength(cut.data as string)).toBeLessThanOrEqual(16_384);
    expect(JSON.stringify(long)).toMatch(cut.data as string);
    expect(short).not.toHaveProperty('data_truncated');
    expect(edit).toMatchObject({ changes_truncated: true, changes: [{ name: 'a' }] });
    const whole = async ({ entry }: Entry): Promise<unknown> =>
      (await app.get(`/customers/1/timeline/${entry}`)).json();
    expect(await whole(cut)).toMatchObject({ entry: { id: 'long', data: long } });
    expect(await whole(edit)).toMatchObject({ entry: { changes: [{ name: 'a' }, { name: 'b' }] } });
    for (const entry of ['h9', 'x', '1-1-1', 'h0']) {
      expect((await app.get(`/customers/1/timeline/${entry}`)).json()).toMatchObject({ code: 'entry_not_found' });
    }
  });

  it('says which entry made a value, and which it won over', async () => {
    await ingestLines(engine, [
      attributes({ plan: 'free' }, { id: 'first' }),
      attributes({ plan: 'pro' }, { id: 'winner', timestamp: TIME + 9 }),
      attributes({ plan: 'late' }, { id: 'late', timestamp: TIME + 5 }),
      attributes({ city: 'Rom' }, { id: 'other' }),
    ]);
    expect(await why('plan')).toMatchObject({
      ...{ name: 'plan', value: 'pro', time: iso(9), entry: { id: 'winner', source: { line: 2 } } },
      won_over: [{ id: 'late' }, { id: 'first' }],
    });
    await patch({ plan: null });
    const removed = await why('plan');
    expect(removed).toMatchObject({
      entry: { entry: 'h1', kind: 'edit' },
      won_over: [{ id: 'winner' }, { id: 'late' }, { id: 'first' }],
    });
    expect(removed).not.toHaveProperty('value');
    expect((await app.get('/customers/1/attributes/plan/why')).json()).toEqual(removed);
    expect((await app.get('/customers/1/why?name=never')).json()).toMatchObject({ code: 'attribute_not_found' });
    expect((await app.get('/customers/1/why')).statusCode).toBe(400);
    await engine.log.end({ entries: 1, before: undefined });
    expect(await why('city')).toMatchObject({ value: 'Rom', time: iso(0), entry: null, won_over: [] });
    expect((await page()).meta.complete).toBe(false);
    expect((await page(`?since=${iso(8)}`)).meta.complete).toBe(true);
  });

  it('names an edit that left the value as it was', async () => {
    await ingestLines(engine, [attributes({ plan: 'pro' }, { id: 'message' })]);
    await patch({ plan: 'pro' });
    expect(await why('plan')).toMatchObject({
      value: 'pro',
      entry: { kind: 'edit', changes: [] },
      won_over: [{ id: 'message' }],
    });
  });

  it('shows the customer as it was', async () => {
    await ingestLines(engine, [
      attributes({ plan: 'free' }),
      attributes({ plan: 'pro' }, { timestamp: TIME + 9 }),
      event({ timestamp: TIME + 20 }),
    ]);
    const at = async (time: string | number): Promise<unknown> => {
      const { statusCode, body } = await app.get(`/customers/1?at=${time}`);
      return statusCode === 200 ? (JSON.parse(body) as { customer: unknown }).customer : [statusCode, JSON.parse(body)];
    };
    const free = { id: 1, attributes: { plan: 'free' }, events: {}, last_updated: TIME };
    expect(await at(TIME - 1)).toMatchObject([404, { code: 'customer_not_found' }]);
    for (const time of [TIME, iso(8), `${iso(8).slice(0, 19)}%2B00:00`, (TIME + 8) * 1_000])
      expect(await at(time)).toEqual(free);
    expect(await at(iso(9))).toMatchObject({ attributes: { plan: 'pro' }, events: {}, last_updated: TIME + 9 });
    expect(await at(iso(0).slice(0, 10))).toMatchObject({ events: { page: 1 } });
    expect(await at('soon')).toMatchObject([400, { code: 'invalid_request', details: [{ field: 'at' }] }]);
    await engine.log.end({ entries: 1, before: undefined });
    expect(await at(iso(8))).toMatchObject([409, { code: 'log_incomplete' }]);
    expect(await at(iso(9))).toMatchObject({ attributes: { plan: 'pro' } });
    await app.inject({ method: 'DELETE', url: '/customers/1' });
    expect(await at(Date.now())).toMatchObject([404, { code: 'customer_not_found' }]);
    expect(await at(iso(20))).toMatchObject({ events: { page: 1 } });
    expect((await app.get('/customers/1/timeline')).statusCode).toBe(404);
    expect((await app.get('/customers/1/why?name=plan')).statusCode).toBe(404);
  });

  it('begins anew with a customer, and is whole again when it is restored', async () => {
    await ingestLines(engine, [event({ id: 'old' })]);
    await app.inject({ method: 'DELETE', url: '/customers/1' });
    const now = Math.floor(Date.now() / 1_000) + 60;
    await ingestLines(engine, [attributes({ n: 1 }, { id: 'new', timestamp: now })]);
    expect(await ids('')).toEqual(['new']);
    await app.inject({ method: 'POST', url: '/trash/1/restore' });
    expect(await ids('')).toEqual(['new', 'h2', 'h1', 'old']);
  });
});
