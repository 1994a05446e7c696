import type { StoredCustomer } from '../../server/domain/customer/customer.js';
import { ENGINES, type Engine } from '../support/engine.js';
import { attributes, event, ingestLines, TIME } from '../support/messages.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';

/** The first customers of an engine, as they are stored. */
function firstOf({ stored }: Engine): Promise<readonly StoredCustomer[]> {
  return stored.snapshot((all) => all.after(undefined, 9));
}

const EMAIL = 'a@b';
/** RFC 3339 in UTC, with milliseconds. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe.each(ENGINES)('times of the API on %s', (_name, open) => {
  let app: RestApp;
  beforeEach(async () => {
    app = await startRestApp(await open());
  });
  afterEach(() => app.close());
  // The clock of the process alone: timers go on.
  const at = (now: number): unknown => jest.spyOn(Date, 'now').mockReturnValue(now);
  afterEach(() => jest.restoreAllMocks());

  const ingest = (...lines: string[]) => ingestLines(app.engine, lines);
  const customerOf = async (id: string) => (await app.get(`/customers/${id}`)).json<Record<string, unknown>>();

  it('serves the last update in whole seconds, rounded down, on every way', async () => {
    await ingest(attributes({ plan: 'pro' }, { timestamp: TIME * 1000 + 999 }));
    const customer = { id: 1, attributes: { plan: 'pro' }, events: {}, last_updated: TIME };
    expect(await customerOf('1')).toEqual({ customer });
    for (const query of ['', '?sort=last_updated', '?search=pro', `?filter=last_updated:before:${TIME + 1}`])
      expect((await app.get(`/customers${query}`)).json()).toMatchObject({ customers: [customer] });
    expect((await app.get(`/customers?filter=last_updated:after:${TIME}`)).json()).toMatchObject({ customers: [] });
    expect((await app.get('/exports/customers.csv?for=programs')).body).toBe(
      `id,last_updated,plan\r\n1,${TIME},pro\r\n`,
    );
    at(TIME * 1000 + 1_999);
    const patched = await app.patch('/customers/1', { customer: { attributes: { plan: 'free' } } });
    expect(patched.json()).toMatchObject({ customer: { last_updated: TIME + 1 } });
  });

  it('edits and deletes at the millisecond of the clock', async () => {
    const now = TIME * 1000 + 500;
    at(now);
    expect((await app.post('/customers', { customer: { id: 1, attributes: { email: EMAIL } } })).json()).toEqual({
      customer: { id: 1, attributes: { created_at: String(TIME), email: EMAIL }, events: {}, last_updated: TIME },
    });
    await ingest(attributes({ email: 'old', n: 1 }, { timestamp: now - 1 }));
    expect(await customerOf('1')).toMatchObject({ customer: { attributes: { email: EMAIL, n: 1 } } });
    await ingest(attributes({ email: 'new' }, { timestamp: now + 1 }));
    expect(await customerOf('1')).toMatchObject({ customer: { attributes: { email: 'new' } } });
    at(now + 2);
    await app.inject({ method: 'DELETE', url: '/customers/1' });
    expect(await ingest(event({ timestamp: now + 2 }))).toMatchObject({ stale: 1 });
    expect(await ingest(event({ timestamp: now + 3 }))).toMatchObject({ events: 1 });
    expect(await customerOf('1')).toMatchObject({ customer: { attributes: {}, events: { page: 1 } } });
  });

  it('exports messages with their milliseconds, from which another database has the same times', async () => {
    await ingest(
      attributes({ a: 'x', b: 'x' }, { timestamp: 99_999_999.001 }),
      attributes({ b: 'y', c: null }, { timestamp: TIME * 1000 + 120 }),
      event({ timestamp: TIME }),
      event({ timestamp: TIME + 0.5 }),
    );
    const exported = (await app.get('/exports/customers.jsonl')).body.trim().split('\n');
    const times = exported.map((line) => /"timestamp":([^,}]+)\}$/.exec(line)?.[1]);
    expect(new Set(times)).toEqual(new Set(['99999999.001', `${TIME}`, `${TIME}.120`, `${TIME}.500`]));
    expect(times).toHaveLength(4);
    const other = await open();
    await ingestLines(other, exported);
    expect(await firstOf(other)).toEqual(await firstOf(app.engine));
    await other.close();
  });

  it('serves every other time as RFC 3339 text in UTC with milliseconds', async () => {
    await ingest(attributes({ plan: 'pro' }));
    const from = Date.now();
    await app.patch('/customers/1', { customer: { attributes: { plan: 'free' } } });
    const { history } = (await app.get('/customers/1/history')).json<{ history: { at: string }[] }>();
    expect(history).toMatchObject([{ at: expect.stringMatching(MOMENT) as string }]);
    expect(Date.parse(history[0].at)).toBeGreaterThanOrEqual(from - 1);
    expect((await app.get('/ingestions/1')).json()).toMatchObject({
      ingestion: {
        started_at: expect.stringMatching(MOMENT) as string,
        finished_at: expect.stringMatching(MOMENT) as string,
      },
    });
  });
});
