import { deleteCustomer } from '../../server/domain/customer/edit.js';
import { ENGINES } from '../support/engine.js';
import { attributes, event, ingestLines, TIME, UPDATED } from '../support/messages.js';
import { liveMessages } from '../contracts/live-messages.contract.js';
import { startRestApp, type Answer, type RestApp } from '../support/rest-app.js';

const REJECTED = '{"id":"r","type":"nothing","user_id":"é/1"}';
const TIME_TEXT = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;

describe.each(ENGINES)('erasing over REST, on %s', (_name, open) => {
  let app: RestApp;
  beforeEach(async () => {
    app = await startRestApp(await open());
  });
  afterEach(() => app.close());

  const pathOf = (id: string): string => `/customers/${encodeURIComponent(id)}`;
  const erase = (id: string, query = '?erase=true', headers = {}): Promise<Answer> =>
    app.inject({ method: 'DELETE', url: `${pathOf(id)}${query}`, headers });

  it('names the sources of the customer, of which nothing is left', async () => {
    await ingestLines(app.engine, [attributes({ email: 'a@b' }, { user_id: 'é/1' }), REJECTED]);
    const answer = await erase('é/1');
    expect([answer.statusCode, answer.json()]).toEqual([
      201,
      { sources: [{ kind: 'ingestion', id: 1, name: 'test' }] },
    ]);
    for (const path of ['', '/history', '/everything'])
      expect((await app.get(`${pathOf('é/1')}${path}`)).statusCode).toBe(404);
    expect((await app.get('/trash')).json()).toEqual({ entries: [], meta: {} });
    expect((await app.get('/ingestions/1/rejects')).body).toBe('');
    expect((await erase('é/1')).statusCode).toBe(404);
    const { entries } = (await app.get('/audit')).json<{ entries: { action: string; target: string | null }[] }>();
    expect(entries.map(({ action, target }) => [action, target])).toContainEqual(['customer.erased', null]);
  });

  it('names the sources that the log has of the customer', async () => {
    await ingestLines(app.engine, [event({ user_id: '3' }), event()]);
    await app.engine.customers.accept(await liveMessages(app.engine, [event({ id: 'live' })]));
    const { sources } = (await erase('1')).json<{ sources: unknown[] }>();
    const live = { kind: 'source', id: 1, name: 'default' };
    expect(sources).toEqual([{ kind: 'ingestion', id: 1, name: 'test' }, live]);
  });

  it('ignores messages up to the newest that the log has, where an edit came after it', async () => {
    const newest = Math.floor(Date.now() / 1000) + 80_000;
    const future = event({ timestamp: newest });
    await ingestLines(app.engine, [attributes({ email: 'a@b' }), future]);
    await app.patch('/customers/1', { customer: { attributes: { plan: 'pro' } } });
    await erase('1');
    const report = await ingestLines(app.engine, [future, event({ timestamp: newest + 1 })]);
    expect(report).toMatchObject({ stale: 1, events: 1 });
  });

  it('erases a customer in the trash, and nobody that was never known', async () => {
    await ingestLines(app.engine, [event()]);
    expect((await erase('1', '')).statusCode).toBe(201);
    expect((await erase('1', '')).statusCode).toBe(404);
    expect((await erase('1')).statusCode).toBe(201);
    expect((await app.get('/trash/1')).statusCode).toBe(404);
    for (const id of ['1', '2', 'x\0', 'long'.repeat(100)]) {
      const answer = await erase(id);
      expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([404, 'customer_not_found']);
    }
  });

  it('does as it is told, and only that', async () => {
    await ingestLines(app.engine, [event(), event({ user_id: '2' })]);
    const refused = await erase('1', '?erase=yes');
    expect([refused.statusCode, refused.json<{ details: unknown[] }>().details]).toEqual([
      400,
      [{ field: 'erase', message: 'erase is "true" or "false".' }],
    ]);
    const changed = await erase('1', '?erase=true', { 'if-match': '"other"' });
    expect([changed.statusCode, changed.json<{ code: string }>().code]).toEqual([412, 'customer_changed']);
    const { etag } = (await app.get('/customers/1')).headers;
    expect((await erase('1', '?erase=true', { 'if-match': etag })).statusCode).toBe(201);
    const deleted = await erase('2', '?erase=false');
    expect([deleted.statusCode, deleted.body]).toEqual([201, '{}']);
    expect((await app.get('/trash/2')).statusCode).toBe(200);
  });

  it('lets a POST make the customer anew, and forgets cached answers', async () => {
    await ingestLines(app.engine, [event({ user_id: '5' })]);
    expect((await app.get('/customers/5')).statusCode).toBe(200);
    await erase('5');
    expect((await app.get('/customers/5')).statusCode).toBe(404);
    const made = await app.post('/customers', { customer: { id: 5, attributes: { email: 'a@b' } } });
    expect(made.statusCode).toBe(201);
    expect(await ingestLines(app.engine, [event({ user_id: '5' })])).toMatchObject({ stale: 1 });
    expect((await app.get('/customers/5')).json()).toMatchObject({
      customer: { attributes: { email: 'a@b' }, events: {} },
    });
  });

  it('gives all that is kept of a customer as one document', async () => {
    expect((await app.get(`${pathOf('é/1')}/everything`)).json<{ code: string }>().code).toBe('customer_not_found');
    await ingestLines(app.engine, [
      attributes({ email: 'a@b', n: 1.5 }, { user_id: 'é/1' }),
      event({ user_id: 'é/1' }),
      REJECTED,
      event({ user_id: 'other' }),
    ]);
    await app.patch(pathOf('é/1'), { customer: { attributes: { n: 2, city: 'Ulm' } } });
    await app.engine.customers.change('é/1', (state) => deleteCustomer(state, (TIME + 5) * 1000), {
      ...UPDATED,
      audit: { ...UPDATED.actor, action: 'customer.deleted', target: 'é/1', details: {} },
    });
    await ingestLines(app.engine, [event({ user_id: 'é/1', timestamp: TIME + 9, name: 'buy' })]);
    const text = () => 'the call';
    const reject = { reason: 'invalid_id', field: undefined, message: 'No.' };
    const call = { source: 1, arrival: Date.now(), text, userId: 'é/1' };
    await app.engine.customers.accept([], [{ ...call, outcome: 'rejected', reject }]);

    const answer = await app.get(`${pathOf('é/1')}/everything`);
    expect(answer.statusCode).toBe(200);
    const document = answer.json<Record<string, unknown>>();
    expect(Object.keys(document)).toEqual([
      ...[
        'id',
        'customer',
        'labels',
        'attribute_times',
        'deleted_at',
        'suppressed_at',
        'trash',
        'identities',
        'log',
        'history',
        'notes',
        'label_edits',
        'audit',
      ],
      ...['rejected_lines', 'rejected_calls', 'sources'],
    ]);
    const seconds = (time: number): string => new Date((TIME + time) * 1000).toISOString();
    expect(document).toMatchObject({
      id: 'é/1',
      customer: { id: 'é/1', attributes: {}, events: { buy: 1 }, last_updated: TIME + 9 },
      attribute_times: {},
      deleted_at: seconds(5),
      suppressed_at: null,
      trash: { attributes: { city: 'Ulm', email: 'a@b', n: 2 }, events: { page: 1 } },
      log: [
        { kind: 'event', name: 'buy', time: seconds(9) },
        { kind: 'event', name: 'page', source: { kind: 'file', ingestion: 1, line: 2 } },
        { kind: 'attributes', data: { email: 'a@b', n: 1.5 } },
      ],
      history: [{ action: 'updated' }, { action: 'deleted' }],
      audit: [{ action: 'customer.exported' }, { action: 'customer.deleted' }],
      rejected_lines: [{ ingestion: 1, line: 3, reason: 'unknown_type', text: REJECTED }],
      rejected_calls: [{ source: 1, at: TIME_TEXT, reason: 'invalid_id', message: 'No.', text: 'the call' }],
    });
    // PostgreSQL remembers the ingestions of a customer for longer.
    const sources = ['ingestion', 'source'].map((kind) => ({
      kind,
      id: 1,
      name: kind === 'source' ? 'default' : 'test',
    }));
    expect(document.sources).toEqual(expect.arrayContaining(sources));
    expect(document.identities).toHaveLength(3);
    for (const identity of document.identities as string[]) expect(identity).toMatch(/^[0-9a-f]{32}$/);
    const kept = (await app.get('/customers/other/everything')).json<Record<string, unknown>>();
    expect(kept).toMatchObject({ deleted_at: null, trash: null, history: [], rejected_lines: [] });
  });
});
