import { giveToken, makeUser } from '../support/credentials.js';
import { ENGINES } from '../support/engine.js';
import { basic, makeSource } from '../support/live-sources.js';
import { startRestApp, type Answer, type RestApp } from '../support/rest-app.js';

const [[, open]] = ENGINES;
const HOUR = 3_600_000;
const TEXT: unknown = expect.any(String);
const NONE = { accepted: 0, duplicates: 0, stale: 0, anonymous: 0, ignored: 0, rejected: 0 };

interface SourceBody {
  readonly source: { readonly id: number; readonly week: object; readonly old_key_until?: string };
  readonly key: string;
}

describe('the sources of live messages', () => {
  let app: RestApp;

  beforeEach(async () => {
    app = await startRestApp(await open());
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await app.close();
  });

  const create = async (source: object): Promise<SourceBody> => (await app.post('/sources', { source })).json();
  const send = (key: string, body: unknown): Promise<Answer> => app.post('/messages', body, basic(key));
  const event = { type: 'event', name: 'page', user_id: '1' };

  it('begin with the default one, which has no key and stays', async () => {
    expect((await app.get('/sources')).json()).toEqual({
      sources: [
        {
          ...{ id: 1, name: 'default', kind: 'http', is_on: true, keeps_empty_text: false, may_create: true },
          ...{ may_delete: false, created_by: '', has_key: false, today: NONE, week: NONE },
          created_at: TEXT,
        },
      ],
    });
    for (const answer of [
      await app.post('/sources/1/key', {}),
      await app.inject({ method: 'DELETE', url: '/sources/1' }),
    ]) {
      expect([answer.statusCode, answer.json()]).toMatchObject([409, { code: 'default_source' }]);
    }
  });

  it.each([
    ['http', /^rsk_[\dA-Za-z]{32}$/],
    ['segment', /^rsk_[\dA-Za-z]{32}$/],
    ['rudderstack', /^rsk_[\dA-Za-z]{32}$/],
    ['customerio', /^[\dA-Za-z]{20}:[\dA-Za-z]{20}$/],
  ])('of the kind %s are made with a key, which is shown once', async (kind, form) => {
    const answer = await app.post('/sources', { source: { name: ' shop ', kind } });
    expect([answer.statusCode, answer.json()]).toEqual([
      201,
      {
        source: {
          ...{ id: 2, name: 'shop', kind, is_on: true, keeps_empty_text: false, may_create: true },
          // The clients of Customer.io mean it; in Segment `User Deleted` is an ordinary name.
          ...{ may_delete: kind === 'customerio', created_by: '', has_key: true, today: NONE, week: NONE },
          created_at: TEXT,
        },
        key: expect.stringMatching(form) as unknown,
      },
    ]);
    const { key } = answer.json<SourceBody>();
    for (const url of ['/sources', '/sources/2', '/audit']) expect((await app.get(url)).body).not.toContain(key);
  });

  it.each([
    [{ name: '', kind: 'http' }, 'source.name'],
    [{ name: ' \u2003', kind: 'http' }, 'source.name'],
    [{ name: 'x'.repeat(101), kind: 'http' }, 'source.name'],
    [{ name: 'a\nb', kind: 'http' }, 'source.name'],
    [{ name: 'shop', kind: 'posthog' }, 'source.kind'],
    [{ name: 'shop' }, 'source.kind'],
    [{ name: 'shop', kind: 'http', is_on: 'yes' }, 'source.is_on'],
    [{ name: 'shop', kind: 'http', may_delete: null }, 'source.may_delete'],
  ])('of %j are refused for %s', async (source, field) => {
    const answer = await app.post('/sources', { source });
    expect([answer.statusCode, answer.json()]).toMatchObject([400, { code: 'invalid_request', details: [{ field }] }]);
  });

  it('have a name each', async () => {
    await create({ name: 'shop', kind: 'http' });
    const answer = await app.post('/sources', { source: { name: 'shop', kind: 'segment' } });
    expect([answer.statusCode, answer.json()]).toMatchObject([409, { code: 'source_name_taken' }]);
  });

  it('are changed by what is named, and the change holds for the next request', async () => {
    const { key } = await create({ name: 'shop', kind: 'http', keeps_empty_text: true });
    expect((await send(key, event)).statusCode).toBe(200);
    const change = async (source: object): Promise<unknown> => (await app.patch('/sources/2', { source })).json();
    expect(await change({ is_on: false })).toMatchObject({ source: { is_on: false, keeps_empty_text: true } });
    expect((await send(key, event)).statusCode).toBe(401);
    expect(await change({ is_on: true, may_create: false })).toMatchObject({ source: { is_on: true } });
    expect((await send(key, { ...event, user_id: 'unknown' })).json()).toMatchObject({
      rejected: [{ reason: 'unknown_customer' }],
    });
    expect(await change({ keeps_empty_text: false, name: 'kiosk' })).toMatchObject({ source: { name: 'kiosk' } });
    expect(await change({})).toMatchObject({ source: { name: 'kiosk', may_create: false } });
  });

  it.each(['9', '0', '-1', 'x', '1e1'])('are 404 for %s', async (id) => {
    for (const answer of [
      await app.get(`/sources/${id}`),
      await app.patch(`/sources/${id}`, { source: { is_on: false } }),
      await app.post(`/sources/${id}/key`, {}),
      await app.get(`/sources/${id}/counts`),
      await app.get(`/sources/${id}/rejects`),
      await app.inject({ method: 'DELETE', url: `/sources/${id}` }),
    ]) {
      expect([answer.statusCode, answer.json()]).toMatchObject([404, { code: 'source_not_found' }]);
    }
  });

  it('get a new key, while the one before works on for the hours that are asked for', async () => {
    await makeUser(app.engine.access, 'admin');
    const headers = await giveToken(app.engine.access, ['manage']);
    const { key: first } = (
      await app.post('/sources', { source: { name: 'shop', kind: 'http' } }, headers)
    ).json<SourceBody>();
    const second = (await app.post('/sources/2/key', {}, headers)).json<SourceBody>();
    const end = Date.parse(second.source.old_key_until ?? '');
    expect(Math.abs(end - Date.now() - 24 * HOUR)).toBeLessThan(HOUR);
    expect([(await send(first, event)).statusCode, (await send(second.key, event)).statusCode]).toEqual([200, 200]);
    const third = (await app.post('/sources/2/key', { overlap_hours: 0 }, headers)).json<SourceBody>();
    expect(third.source.old_key_until).toBeUndefined();
    const statuses = [];
    for (const key of [first, second.key, third.key]) statuses.push((await send(key, event)).statusCode);
    expect(statuses).toEqual([401, 401, 200]);
  });

  it.each([-1, 721, 1.5, '2', null])('get no new key with an overlap of %j hours', async (overlap_hours) => {
    await create({ name: 'shop', kind: 'http' });
    expect((await app.post('/sources/2/key', { overlap_hours })).statusCode).toBe(400);
  });

  it('are removed with their key, while their messages stay', async () => {
    const { key } = await create({ name: 'shop', kind: 'http' });
    await send(key, event);
    const removed = await app.inject({ method: 'DELETE', url: '/sources/2' });
    expect([removed.statusCode, removed.json()]).toEqual([200, {}]);
    expect((await app.get('/sources/2')).statusCode).toBe(404);
    expect((await app.get('/customers/1')).json()).toMatchObject({ customer: { events: { page: 1 } } });
    // On an open server any key stands for the default source.
    await send(key, event);
    expect((await app.get('/sources')).json()).toMatchObject({ sources: [{ id: 1, week: { accepted: 1 } }] });
  });

  it('tell what became of their calls, by the hour, today and in a week', async () => {
    // The counts of a day and of an hour begin anew with these.
    const now = Date.now();
    jest.spyOn(Date, 'now').mockReturnValue(now);
    const { key } = await create({ name: 'shop', kind: 'http' });
    await send(key, [{ ...event, id: 'a' }, { ...event, id: 'a' }, { type: 'event', name: 'x' }, { type: 'x' }, 7]);
    await app.post('/v1/group', { userId: '1', groupId: 'g' }, basic(key));
    const counts = { accepted: 1, duplicates: 1, stale: 0, anonymous: 1, ignored: 1, rejected: 2 };
    const hour = new Date(now - (now % HOUR)).toISOString();
    expect((await app.get('/sources/2')).json()).toMatchObject({
      source: { today: counts, week: counts, last_hour_at: expect.stringMatching(/:00:00\.000Z$/) as unknown },
    });
    const byHour = (await app.get('/sources/2/counts?hours=3')).json<{ counts: { at: string }[] }>().counts;
    expect(byHour).toHaveLength(3);
    expect(byHour[0]).toEqual({ at: TEXT, ...NONE });
    expect(byHour.filter(({ at }) => at >= hour)).toContainEqual({ at: TEXT, ...counts });
    expect((await app.get('/sources/2/counts')).json<{ counts: object[] }>().counts).toHaveLength(168);
    for (const hours of ['0', '9601', 'x', '1.5']) {
      expect((await app.get(`/sources/2/counts?hours=${hours}`)).statusCode).toBe(400);
    }
  });

  it('keep their rejects with reason and text, the newest first, page by page', async () => {
    const { key } = await create({ name: 'shop', kind: 'http' });
    await send(key, [{ type: 'x' }, { ...event, id: 'b', timestamp: 'soon' }]);
    await app.post('/v1/track', '{"userId":', { ...basic(key), 'content-type': 'text/plain' });
    const page = async (query: string): Promise<{ rejects: { id: number }[]; meta: { next?: number } }> =>
      (await app.get(`/sources/2/rejects${query}`)).json();
    const all = await page('');
    expect(all).toMatchObject({
      rejects: [
        { reason: 'invalid_json', text: '{"userId":' },
        {
          reason: 'invalid_timestamp',
          field: 'timestamp',
          user_id: '1',
          text: JSON.stringify({ ...event, id: 'b', timestamp: 'soon' }),
        },
        { reason: 'unknown_type', field: 'type', text: '{"type":"x"}' },
      ],
      meta: {},
    });
    const first = await page('?limit=2');
    expect(first).toEqual({ rejects: all.rejects.slice(0, 2), meta: { next: all.rejects[1].id } });
    expect(await page(`?limit=2&before=${first.meta.next}`)).toEqual({ rejects: all.rejects.slice(2), meta: {} });
    for (const query of ['?limit=0', '?limit=501', '?before=x']) {
      expect((await app.get(`/sources/2/rejects${query}`)).statusCode).toBe(400);
    }
    expect((await app.get('/sources/1/rejects')).json()).toEqual({ rejects: [], meta: {} });
  });

  it('and what is done to them are in the audit, without a key', async () => {
    await makeUser(app.engine.access, 'admin');
    const headers = await giveToken(app.engine.access, ['manage']);
    await app.post('/sources', { source: { name: 'shop', kind: 'segment', may_delete: true } }, headers);
    await app.patch('/sources/2', { source: { is_on: false } }, headers);
    await app.post('/sources/2/key', { overlap_hours: 2 }, headers);
    await app.inject({ method: 'DELETE', url: '/sources/2', headers });
    const { entries } = (await app.get('/audit', headers)).json<{ entries: object[] }>();
    expect(entries.slice(0, 4)).toMatchObject([
      { action: 'source.removed', target: 'shop', author: { kind: 'token' } },
      { action: 'source.key', target: 'shop', details: { overlap_hours: 2 } },
      { action: 'source.changed', target: 'shop', details: { is_on: false } },
      { action: 'source.created', target: 'shop', details: { kind: 'segment', may_delete: true } },
    ]);
  });

  it('of another process that is changed holds within half a second', async () => {
    const { key, source } = await makeSource(app.engine);
    expect((await send(key, event)).statusCode).toBe(200);
    await app.engine.sources.changeSource(
      source.id,
      { isOn: false },
      {
        ...{
          author: { kind: 'anyone', id: undefined, name: '' },
          origin: { address: undefined, requestId: undefined },
        },
        ...{ action: 'source.changed', target: source.name, details: {} },
      },
    );
    const changed = performance.now();
    jest.spyOn(performance, 'now').mockImplementation(() => changed + 500);
    expect((await send(key, event)).statusCode).toBe(401);
  });
});
