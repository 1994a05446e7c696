import { ENGINES } from '../support/engine.js';
import { attributes, event, ingestLines } from '../support/messages.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';

const HOUR = 3_600_000;
const NOW = Date.now();
const RECENT = NOW - HOUR;
const EARLY = NOW - 10 * 24 * HOUR;

describe.each(ENGINES)('events within a time over REST, on %s', (_name, open) => {
  let app: RestApp;
  beforeEach(async () => {
    app = await startRestApp(await open());
    await ingestLines(app.engine, [
      ...['1', '2', '3'].map((id) => attributes({ email: `${id}@example.com` }, { user_id: id, timestamp: EARLY - 1 })),
      event({ user_id: '1', name: 'buy:now', timestamp: RECENT }),
      event({ user_id: '1', name: 'buy:now', timestamp: EARLY }),
      event({ user_id: '2', name: 'buy:now', timestamp: EARLY }),
    ]);
  });
  afterEach(() => app.close());

  interface Found {
    readonly ids: readonly unknown[];
    readonly meta: Readonly<Record<string, unknown>>;
  }
  const ask = async (query: string): Promise<Found> => {
    const answer = await app.get(`/customers?${query}`);
    expect(answer.statusCode).toBe(200);
    const { customers, meta } = answer.json<{ customers: { id: unknown }[]; meta: Found['meta'] }>();
    return { ids: customers.map(({ id }) => id), meta };
  };
  const filter = (rest: string): string => `filter=${encodeURIComponent(`event:buy%3Anow:${rest}`)}`;
  const selection = { filters: ['event:buy%3Anow:never:within:-7d'] };
  const remove = { selection, action: { delete: true } };

  it('are counted in lists, groups and walks', async () => {
    expect((await ask(filter('at_least:1:within:-7d'))).ids).toEqual([1]);
    expect((await ask(filter('at_least:2:within:-11d'))).ids).toEqual([1]);
    expect((await ask(filter('at_most:1:within:-11d'))).ids).toEqual([2, 3]);
    expect((await ask(filter('never:within:-7d'))).ids).toEqual([2, 3]);
    const where = { any: ['event:buy%3Anow:at_least:1:within:-2h', { all: ['event:buy%3Anow:never:within:-11d'] }] };
    expect((await ask(`where=${encodeURIComponent(JSON.stringify(where))}&tz=Asia/Kathmandu`)).ids).toEqual([1, 3]);
    expect(await ask(`${filter('never:within:-7d')}&after=&per_page=1`)).toMatchObject({
      ids: [2],
      meta: { total: 2 },
    });
    expect((await ask(`${filter('never:within:-7d')}&per_page=1000`)).meta).toEqual({
      page: 1,
      per_page: 1000,
      total: 2,
    });
    const refused = await app.get(`/customers?${filter('never:within:2026-11-28')}`);
    expect([refused.statusCode, refused.json<{ code: string }>().code]).toEqual([400, 'invalid_request']);
    expect(refused.body).toContain(':within:-7d');
  });

  it('select the customers of bulk edits, exports and segments', async () => {
    const exported = await app.get(`/exports/customers.csv?for=programs&${filter('never:within:-7d')}`);
    expect(exported.body.split('\r\n').map((line) => line.split(',')[0])).toEqual(['id', '2', '3', '']);
    const made = await app.post('/segments', { segment: { name: 'idle', ...selection, tz: 'Europe/Berlin' } });
    expect(made.json()).toMatchObject({ segment: { filters: selection.filters, customers: 2 } });
    const namesOf = async (id: string): Promise<string[]> => {
      const { segments } = (await app.get(`/customers/${id}/segments`)).json<{ segments: { name: string }[] }>();
      return segments.map(({ name }) => name);
    };
    expect([await namesOf('1'), await namesOf('2')]).toEqual([[], ['idle']]);
    await ingestLines(app.engine, [event({ user_id: '2', name: 'buy:now', timestamp: RECENT })]);
    expect(await namesOf('2')).toEqual([]);
    const edited = await app.post('/bulk-edits', remove);
    expect(edited.body).toContain('"finished":true,"done":1,"changed":1');
    expect((await app.get('/customers/3')).statusCode).toBe(404);
  });

  it('say from when on the log has them, and refuse what would change or give out customers', async () => {
    await app.engine.log.end({ entries: 'all', before: EARLY + 1 });
    const since = new Date(EARLY + 1).toISOString();
    expect((await ask(filter('never:within:-7d'))).meta).not.toHaveProperty('log_incomplete_since');
    const found = await ask(filter('never:within:-11d'));
    expect(found).toEqual({
      ids: [2, 3],
      meta: { page: 1, per_page: 25, total: 2, log_incomplete_since: since },
    });
    expect((await ask(`${filter('never:within:-11d')}&after=`)).meta).toMatchObject({ log_incomplete_since: since });
    expect((await ask(`${filter('never:within:-11d')}&per_page=500`)).meta).toMatchObject({
      log_incomplete_since: since,
    });
    const filters = ['event:buy%3Anow:never:within:-11d'];
    const made = await app.post('/segments', { segment: { name: 'idle', filters } });
    expect(made.json()).toMatchObject({ segment: { log_incomplete_since: since } });
    expect((await app.get('/segments')).json()).toMatchObject({ segments: [{ log_incomplete_since: since }] });

    const old = { ...remove, selection: { filters } };
    const refusals = [
      await app.get(`/exports/customers.csv?${filter('never:within:-11d')}`),
      await app.get(`/exports/customers.jsonl?${filter('never:within:-11d')}&allow_incomplete=false`),
      await app.post('/exports/customers.csv', { selection: { filters } }),
      await app.post('/exports/customers.jsonl', { selection: { where: { any: filters } } }),
      await app.post('/bulk-edits', old),
    ];
    expect(refusals.map((answer) => [answer.statusCode, answer.json<{ code: string }>().code])).toEqual(
      refusals.map(() => [409, 'log_incomplete']),
    );
    expect(refusals[0].json<{ message: string }>().message).toContain(since);
    expect((await ask('')).ids).toEqual([1, 2, 3]);

    const allowed = [
      await app.get(`/exports/customers.csv?${filter('never:within:-11d')}&allow_incomplete=true`),
      await app.get(`/exports/customers.jsonl?${filter('never:within:-11d')}&allow_incomplete=true`),
      await app.post('/exports/customers.csv?allow_incomplete=true', { selection: { filters } }),
      await app.post('/exports/customers.jsonl', { selection: { filters }, allow_incomplete: true }),
      await app.post('/bulk-edits', { ...old, allow_incomplete: true }),
    ];
    expect(allowed.map(({ statusCode }) => statusCode)).toEqual(allowed.map(() => 200));
    expect((await ask('')).ids).toEqual([1]);
    const wrong = await app.post('/bulk-edits?allow_incomplete=yes', old);
    expect([wrong.statusCode, wrong.json<{ code: string }>().code]).toEqual([400, 'invalid_request']);
    expect((await app.post('/bulk-edits?allow_incomplete=true', old)).statusCode).toBe(200);
  });
});
