import { ENGINES } from '../support/engine.js';
import { giveToken } from '../support/credentials.js';
import { attributes, event, ingestLines, TIME } from '../support/messages.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';

/** The customers of a selection come in no promised order. */
function inAnyOrder(...items: readonly unknown[]): unknown {
  return expect.arrayContaining([...items]);
}

describe.each(ENGINES)('previews and the catalogue of attributes on %s', (_name, open) => {
  let app: RestApp;
  beforeEach(async () => {
    app = await startRestApp(await open());
    await ingestLines(app.engine, [
      attributes({ name: 'Zoë', plan: 'free', email: 'a@b', n: 1 }, { user_id: '1' }),
      `{"id":"x","type":"attributes","user_id":"2","timestamp":${TIME},"data":{"plan":"free","n":1.0,"tariff":"t"}}`,
      attributes({ plan: 'pro', n: [1], yes: true }, { user_id: '3', timestamp: TIME + 9 }),
      event({ user_id: 'é' }),
    ]);
  });
  afterEach(() => app.close());

  const preview = async (action: object, selection: object = { filters: [] }): Promise<unknown> => {
    const before = (await app.get('/customers')).body;
    const answer = await app.post('/bulk-edits/preview', { selection, action });
    expect((await app.get('/customers')).body).toBe(before);
    return answer.json();
  };

  it('sorts attributes by name, by customers and by when they were last seen', async () => {
    const names = async (query: string): Promise<unknown> => {
      const { attributes: list } = (await app.get(`/attributes?${query}`)).json<{ attributes: { name: string }[] }>();
      return list.map(({ name }) => name);
    };
    expect(await names('')).toEqual(['n', 'plan', 'email', 'name', 'tariff', 'yes']);
    expect(await names('sort=customers&order=asc')).toEqual(['yes', 'tariff', 'name', 'email', 'plan', 'n']);
    expect(await names('sort=name')).toEqual(['email', 'n', 'name', 'plan', 'tariff', 'yes']);
    expect(await names('sort=name&order=desc&per_page=2&page=2')).toEqual(['name', 'plan'].reverse());
    const latest = await names('sort=last_seen&per_page=3');
    expect(latest).toEqual(inAnyOrder('n', 'plan', 'yes'));
    const refused = await app.get('/attributes?sort=share');
    expect([refused.statusCode, refused.json()]).toMatchObject([400, { code: 'invalid_request' }]);
  });

  it('sorts by a time only as many names as are sampled', async () => {
    const many = Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`x${i}`, i]));
    await ingestLines(app.engine, [attributes(many, { user_id: '9' })]);
    const refused = await app.get('/attributes?sort=last_seen&search=x');
    expect([refused.statusCode, refused.json()]).toMatchObject([400, { code: 'invalid_request' }]);
    expect(refused.body).toContain('Search for a part of the name');
    expect((await app.get('/attributes?sort=last_seen&search=x20')).statusCode).toBe(200);
  });

  it('leaves out customers that are excepted, and counts only those that are selected', async () => {
    const label = { add_label: 'vip' };
    const paying = { filters: ['attribute:plan:exists'] };
    expect(await preview(label, { ...paying, except: [1, 'é', 'nobody'] })).toMatchObject({ total: 2, examined: 2 });
    expect(await preview(label, { filters: [], except: ['nobody'] })).toMatchObject({ total: 4, examined: 4 });
    expect(await preview(label, { ids: [1, 2, 3], except: [2, 9] })).toMatchObject({ total: 2, examined: 2 });
    expect(await preview(label, { ...paying, ids: [1, 2], except: [2, 3] })).toMatchObject({ total: 1, examined: 1 });
  });

  it('says what a value would replace', async () => {
    expect(await preview({ set: { name: 'plan', value: 'free' } })).toEqual({
      total: 4,
      examined: 4,
      changed: 2,
      unchanged: 2,
      failed: 0,
      have: 3,
      refusals: [],
      values: [{ value: 'free', customers: 2 }, { value: 'pro', customers: 1 }, { customers: 1 }],
      sample: inAnyOrder(
        { id: 3, display_name: '3', from: 'pro', to: 'free' },
        { id: 'é', display_name: 'é', to: 'free' },
      ),
    });
  });

  it('keeps the characters of numbers', async () => {
    const answer = await app.post('/bulk-edits/preview', { selection: { ids: [2] }, action: { remove: 'n' } });
    expect(answer.body).toContain('"values":[{"value":1.0,"customers":1}]');
    expect(answer.body).toContain('"from":1.0}');
  });

  it('says who would be left as they are, and why', async () => {
    const selection = { ids: ['1', '2', 'é', 'nobody'] };
    expect(await preview({ rename: { from: 'plan', to: 'tariff' } }, selection)).toMatchObject({
      ...{ total: 4, examined: 4, changed: 1, unchanged: 1, failed: 2, have: 2 },
      refusals: expect.arrayContaining([
        { code: 'attribute_exists', customers: 1 },
        { code: 'customer_not_found', customers: 1 },
      ]) as unknown,
      sample: [
        { id: 1, display_name: 'Zoë', from: 'free' },
        { id: 2, code: 'attribute_exists', from: 'free' },
        { id: 'nobody', code: 'customer_not_found' },
      ],
    });
    expect(await preview({ remove: 'email' })).toMatchObject({ changed: 0, failed: 4, have: 1 });
  });

  it('is of deletions and labels, too', async () => {
    expect(await preview({ delete: true })).toMatchObject({ changed: 4, have: 4, values: [] });
    await app.inject({ method: 'PUT', url: '/customers/1/labels/VIP' });
    expect(await preview({ add_label: 'VIP' })).toMatchObject({
      ...{ changed: 3, unchanged: 1, have: 1 },
      sample: inAnyOrder(...[2, 3, 'é'].map((id) => expect.objectContaining({ id, to: 'VIP' }) as unknown)),
    });
  });

  it('has ten of many customers, and agrees with the edit', async () => {
    const ids = Array.from({ length: 500 }, (_, at) => `m${at}`);
    await ingestLines(
      app.engine,
      ids.map((id, at) => attributes({ plan: at % 3 }, { user_id: id })),
    );
    const selection = { filters: ['attribute:plan:is_any_of:0:1:2'] };
    const action = { set: { name: 'plan', value: 1 } };
    const found = (await preview(action, selection)) as Readonly<Record<string, unknown>>;
    expect(found).toMatchObject({ total: 500, examined: 500, unchanged: 167 });
    expect(found.sample).toHaveLength(10);
    const end = (await app.post('/bulk-edits', { selection, action })).body.trim().split('\n').at(-1) ?? '';
    const { changed, unchanged, failed } = found;
    expect(JSON.parse(end)).toMatchObject({ changed, unchanged, failed });
  });

  it('needs the permission that the edit needs', async () => {
    const body = { selection: { filters: [] }, action: { delete: true } };
    for (const [permissions, status] of [
      [['read', 'write'], 403],
      [['delete'], 403],
      [['read', 'delete'], 200],
    ] as const) {
      const headers = await giveToken(app.engine.access, permissions);
      expect((await app.post('/bulk-edits/preview', body, headers)).statusCode).toBe(status);
    }
  });

  it('lists attributes with their types, examples and times', async () => {
    const time = (seconds: number): string => new Date(seconds * 1000).toISOString();
    const answer = await app.get('/attributes');
    expect(answer.body).toContain('1.0');
    const { attributes: all, meta } = answer.json<{ attributes: { name: string }[]; meta: unknown }>();
    expect(meta).toEqual({ page: 1, per_page: 25, total: 6, more: false });
    expect(all.map(({ name }) => name)).toEqual(['n', 'plan', 'email', 'name', 'tariff', 'yes']);
    expect(all[0]).toMatchObject({ customers: 3, sample: 3, types: { number: 2, list: 1 } });
    expect(all[1]).toEqual({
      name: 'plan',
      customers: 3,
      sample: 3,
      types: { text: 3 },
      examples: ['pro', 'free'],
      first_seen: time(TIME),
      last_seen: time(TIME + 9),
    });
    expect(all[5]).toMatchObject({ types: { boolean: 1 }, examples: [true] });
    const second = (await app.get('/attributes?page=2&per_page=4')).json<{ attributes: unknown; meta: unknown }>();
    expect(second).toEqual({ attributes: all.slice(4), meta: { page: 2, per_page: 4, total: 6, more: false } });
    expect((await app.get('/attributes?search=A&per_page=2')).json()).toMatchObject({
      attributes: [{ name: 'plan' }, { name: 'email' }],
      meta: { more: true },
    });
    expect((await app.get('/attributes?page=9')).json()).toMatchObject({ attributes: [], meta: { more: false } });
  });
});
