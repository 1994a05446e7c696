import { deleteCustomer } from '../../server/domain/customer/edit.js';
import { ENGINES } from '../support/engine.js';
import { attributes, event, ingestLines, TIME, UPDATED } from '../support/messages.js';
import { startRestApp, type Answer, type RestApp } from '../support/rest-app.js';

const DAY_MS = 86_400_000;

interface Entry {
  readonly id: number | string;
  readonly deleted_at: string;
  readonly ends_at: string;
}

interface Page {
  readonly entries: readonly Entry[];
  readonly meta: { readonly next?: string };
}

describe.each(ENGINES)('the trash on %s', (_name, open) => {
  let app: RestApp;
  beforeEach(async () => {
    app = await startRestApp(await open());
  });
  afterEach(() => app.close());

  const remove = (id: string): Promise<Answer> =>
    app.inject({ method: 'DELETE', url: `/customers/${encodeURIComponent(id)}` });
  const restore = (id: string): Promise<Answer> => app.post(`/trash/${encodeURIComponent(id)}/restore`, undefined);
  const pageOf = async (query = ''): Promise<Page> => (await app.get(`/trash${query}`)).json();

  it('has a deleted customer as it was, until it ends', async () => {
    await ingestLines(app.engine, [attributes({ email: 'a@b', n: 1.5 }), event()]);
    const from = Date.now();
    expect((await remove('1')).statusCode).toBe(201);
    const answer = await app.get('/trash/1');
    expect(answer.statusCode).toBe(200);
    const { entry } = answer.json<{ entry: Entry }>();
    expect(entry).toEqual({
      id: 1,
      display_name: 'a@b',
      deleted_at: expect.any(String) as string,
      ends_at: expect.any(String) as string,
      source: 'api',
      attributes: { email: 'a@b', n: 1.5 },
      events: { page: 1 },
      last_updated: TIME,
    });
    const deletedAt = Date.parse(entry.deleted_at);
    expect(deletedAt).toBeGreaterThanOrEqual(from);
    expect(Date.parse(entry.ends_at) - deletedAt).toBe(30 * DAY_MS);
    expect(await pageOf()).toEqual({ entries: [entry], meta: {} });
  });

  it('restores a customer once, and says who did', async () => {
    await ingestLines(app.engine, [attributes({ email: 'a@b' }, { user_id: 'é/1' }), event({ user_id: 'é/1' })]);
    const before = await app.get('/customers/%C3%A9%2F1');
    await remove('é/1');
    for (const path of ['', '/history']) expect((await app.get(`/customers/%C3%A9%2F1${path}`)).statusCode).toBe(404);
    const answer = await restore('é/1');
    expect([answer.statusCode, answer.body]).toEqual([200, before.body]);
    expect(answer.headers.etag).toBe(before.headers.etag);
    expect((await app.get('/customers/%C3%A9%2F1')).body).toBe(before.body);
    expect((await restore('é/1')).json()).toMatchObject({ statusCode: 404, code: 'not_in_trash' });
    const { history } = (await app.get('/customers/%C3%A9%2F1/history')).json<{ history: { action: string }[] }>();
    expect(history.map(({ action }) => action)).toEqual(['restored', 'deleted']);
    const audit = await app.engine.access.audit({ limit: 10 });
    expect(audit.map(({ action, target }) => [action, target])).toEqual([
      ['customer.restored', 'é/1'],
      ['customer.deleted', 'é/1'],
    ]);
  });

  it('goes through all pages, the last deleted first', async () => {
    const ids = Array.from({ length: 25 }, (_, at) => `c${at}`);
    await ingestLines(
      app.engine,
      ids.map((id) => event({ user_id: id })),
    );
    for (const id of ids) await remove(id);
    const found: unknown[] = [];
    let next: string | undefined = '';
    while (next !== undefined) {
      const page: Page = await pageOf(`?limit=12&before=${next}`);
      expect(page.entries.length).toBeLessThanOrEqual(12);
      found.push(...page.entries.map(({ id }) => id));
      ({ next } = page.meta);
    }
    expect(found).toHaveLength(25);
    expect(new Set(found)).toEqual(new Set(ids));
    expect((await pageOf(`?id=${ids[3]}`)).entries.map(({ id }) => id)).toEqual([ids[3]]);
    const times = (await pageOf()).entries.map((entry) => entry.deleted_at);
    expect(times).toEqual([...times].sort().reverse());
  });
});

describe('the trash', () => {
  const [[, open]] = ENGINES;

  describe('of a server', () => {
    let app: RestApp;
    beforeAll(async () => {
      app = await startRestApp(await open());
    });
    afterAll(() => app.close());

    it.each(['x', 'MQ', '1', 'MTIzNA'])('refuses the place %s', async (before) => {
      expect((await app.get(`/trash?before=${before}`)).json()).toMatchObject({
        statusCode: 400,
        code: 'invalid_request',
        details: [{ field: 'before' }],
      });
    });

    it.each(['7', '__proto__', '%00', '%F0%9F%98%80'])('has no customer %s', async (id) => {
      expect((await app.get(`/trash/${id}`)).json()).toMatchObject({ statusCode: 404, code: 'not_in_trash' });
      expect((await app.get(`/trash?id=${id}`)).json()).toEqual({ entries: [], meta: {} });
      expect((await app.post(`/trash/${id}/restore`, undefined)).statusCode).toBe(404);
    });
  });

  it('keeps nothing for 0 days', async () => {
    const engine = await open();
    await ingestLines(engine, [event()]);
    const app = await startRestApp(engine, { config: { trashDays: 0 } });
    try {
      await app.inject({ method: 'DELETE', url: '/customers/1' });
      expect((await app.get('/trash')).json()).toEqual({ entries: [], meta: {} });
      expect((await app.get('/trash/1')).statusCode).toBe(404);
      expect((await app.post('/trash/1/restore', undefined)).statusCode).toBe(404);
    } finally {
      await app.close();
    }
  });

  it('is rid of what has ended when a server starts', async () => {
    const engine = await open();
    await ingestLines(engine, [event(), event({ user_id: '2' })]);
    const remove = (id: string, at: number): Promise<unknown> =>
      engine.customers.change(id, (state) => deleteCustomer(state, at), UPDATED);
    await remove('1', Date.now() - 7 * DAY_MS - 1);
    await remove('2', Date.now() - 6 * DAY_MS);
    const app = await startRestApp(engine, { config: { trashDays: 7 } });
    try {
      expect((await engine.trash.page(10)).map(({ stored }) => stored.id)).toEqual(['2']);
    } finally {
      await app.close();
    }
  });
});
