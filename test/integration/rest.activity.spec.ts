import { deleteCustomer } from '../../server/domain/customer/edit.js';
import { ENGINES, itOnce, type Engine } from '../support/engine.js';
import { attributes, event, ingestLines, UPDATED } from '../support/messages.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';

const ADMIN = { 'x-roster-client': 'admin' };
const at = (time: string): number => Date.parse(time) / 1_000;

describe.each(ENGINES)('the activity of a customer over %s', (name, open) => {
  const once = itOnce(name);
  let engine: Engine;
  let app: RestApp;

  beforeEach(async () => {
    engine = await open();
    app = await startRestApp(engine);
    await ingestLines(engine, [
      event({ timestamp: at('2026-03-29T00:30:00Z') }),
      event({ timestamp: at('2026-03-29T21:59:59Z'), id: 'b' }),
      attributes({ plan: 'pro' }, { timestamp: at('2026-03-29T22:00:00Z') }),
      event({ timestamp: at('2026-04-05T12:00:00Z'), id: 'c' }),
    ]);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await app.close();
  });

  const activity = async (query: string): Promise<{ activity: unknown[]; meta: Record<string, unknown> }> => {
    const answer = await app.get(`/customers/1/activity?${query}`);
    expect(answer.statusCode).toBe(200);
    return answer.json();
  };

  it('is counted by the days of a place, also when its clocks change', async () => {
    expect(await activity('since=2026-03-29&until=2026-04-30&tz=Europe/Berlin')).toEqual({
      activity: [
        { start: '2026-03-29', event: 2, attributes: 0, edit: 0 },
        { start: '2026-03-30', event: 0, attributes: 1, edit: 0 },
        { start: '2026-04-05', event: 1, attributes: 0, edit: 0 },
      ],
      meta: {
        ...{ by: 'day', tz: 'Europe/Berlin', complete: true },
        ...{ since: '2026-03-28T23:00:00.000Z', until: '2026-05-01T22:00:00.000Z' },
      },
    });
    const utc = await activity('since=2026-03-29&until=2026-03-29');
    expect(utc.activity).toEqual([{ start: '2026-03-29', event: 2, attributes: 1, edit: 0 }]);
  });

  it('is counted by weeks and months', async () => {
    const span = 'since=2026-03-29&until=2026-04-05';
    expect((await activity(`by=week&${span}`)).activity).toEqual([
      { start: '2026-03-23', event: 2, attributes: 1, edit: 0 },
      { start: '2026-03-30', event: 1, attributes: 0, edit: 0 },
    ]);
    expect((await activity(`by=week&${span}&week_start=sunday`)).activity).toEqual([
      { start: '2026-03-29', event: 2, attributes: 1, edit: 0 },
      { start: '2026-04-05', event: 1, attributes: 0, edit: 0 },
    ]);
    const months = await activity(`by=month&${span}`);
    expect(months.activity).toEqual([
      { start: '2026-03-01', event: 2, attributes: 1, edit: 0 },
      { start: '2026-04-01', event: 1, attributes: 0, edit: 0 },
    ]);
    expect(months.meta).toMatchObject({ since: '2026-03-01T00:00:00.000Z', until: '2026-05-01T00:00:00.000Z' });
  });

  it('has the edits, and ends now', async () => {
    jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-06-01T23:59:59Z'));
    await app.patch('/customers/1', { customer: { attributes: { city: 'Rome' } } }, ADMIN);
    const { activity: days, meta } = await activity('');
    expect(days.at(-1)).toEqual({ start: '2026-06-01', event: 0, attributes: 0, edit: 1 });
    expect(Date.parse(String(meta.until)) - Date.parse(String(meta.since))).toBe(90 * 86_400_000);
  });

  it('says where messages are missing, and counts none from before a deletion', async () => {
    await engine.log.end({ entries: 1, before: undefined });
    const cut = await activity('by=month&since=2026-03-01&until=2026-04-30');
    expect(cut.activity).toEqual([{ start: '2026-04-01', event: 1, attributes: 0, edit: 0 }]);
    expect(cut.meta.complete).toBe(false);
    await engine.customers.change('1', (state) => deleteCustomer(state, Date.now()), UPDATED);
    expect((await app.get('/customers/1/activity')).statusCode).toBe(404);
    await ingestLines(engine, [event({ id: 'new', timestamp: Date.now() / 1_000 + 1 })]);
    const [month] = (await activity('by=month&since=2026-03-01')).activity as { event: number }[];
    expect(month.event).toBe(1);
  });

  once.each([
    ['by=year', 'by'],
    ['tz=Nowhere', 'tz'],
    ['since=yesterday', 'since'],
    ['since=2026-02-01&until=2026-01-01', 'since'],
    ['since=2020-01-01&until=2026-01-01', 'since'],
    ['week_start=friday', 'week_start'],
  ])('of a wrong query (%s) is refused by name', async (query, field) => {
    const answer = await app.get(`/customers/1/activity?${query}`);
    expect([answer.statusCode, answer.json()]).toMatchObject([400, { details: [{ field }] }]);
  });
});
