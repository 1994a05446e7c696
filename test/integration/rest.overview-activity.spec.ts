import { deleteCustomer, patchAttributes } from '../../server/domain/customer/edit.js';
import { ENGINES, itOnce, type Engine } from '../support/engine.js';
import { attributes, event, ingestLines, UPDATED } from '../support/messages.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';

interface Answer {
  readonly activity: readonly Readonly<Record<string, string | number>>[];
  readonly last_day: Readonly<Record<string, number>>;
  readonly meta: Readonly<Record<string, unknown>>;
}

const HOUR = 3_600;
const DAY = 24 * HOUR;
const NOTHING = { new_customers: 0, events: 0, edits: 0, deletions: 0, rejects: 0, ingestions: 0 };

describe.each(ENGINES)('the activity of all customers over %s', (name, open) => {
  const once = itOnce(name);
  let engine: Engine;
  let app: RestApp;

  beforeEach(async () => {
    engine = await open();
    app = await startRestApp(engine);
  });
  afterEach(() => app.close());

  const now = (): number => Math.floor(Date.now() / 1_000);
  const activity = async (query = ''): Promise<Answer> => {
    const answer = await app.get(`/overview/activity?${query}`);
    expect(answer.statusCode).toBe(200);
    return answer.json();
  };
  const total = ({ activity: spans }: Answer, name: string): number =>
    spans.reduce((sum, span) => sum + Number(span[name]), 0);

  it('is empty at first, and has every day', async () => {
    const { activity: days, last_day: lastDay, meta } = await activity('range=7');
    expect(days.map(({ start, ...counts }) => [typeof start, counts])).toEqual(
      Array.from({ length: 7 }, () => ['string', NOTHING]),
    );
    expect(lastDay).toEqual(NOTHING);
    expect(meta).toMatchObject({ range: '7', by: 'day', tz: 'UTC', indexing: false });
    expect((await activity()).activity).toHaveLength(30);
    expect((await activity('range=90')).activity).toHaveLength(90);
    expect((await activity('range=all')).activity).toHaveLength(7);
  });

  it('counts what is within, each by its own time', async () => {
    const time = now();
    await ingestLines(engine, [
      attributes({ created_at: time - HOUR }, { user_id: '1' }),
      attributes({ created_at: String(time - 40 * DAY) }, { user_id: '2' }),
      attributes({ plan: 'free' }, { user_id: '3' }),
      event({ user_id: '1', timestamp: time - HOUR }),
      event({ user_id: '2', timestamp: time - 2 * DAY }),
      event({ user_id: '2', timestamp: time - 40 * DAY }),
      'no message',
    ]);
    await engine.customers.change(
      '3',
      (state) => patchAttributes(state, [{ name: 'plan', value: '"pro"' }], Date.now()),
      UPDATED,
    );
    await engine.customers.change('3', (state) => deleteCustomer(state, Date.now()), UPDATED);
    const month = await activity('range=30');
    const day = { new_customers: 1, events: 1, edits: 1, deletions: 1, rejects: 1, ingestions: 1 };
    expect(month.last_day).toEqual(day);
    expect(Object.keys(day).map((name) => total(month, name))).toEqual([1, 2, 1, 1, 1, 1]);
    const all = await activity('range=all');
    expect(Object.keys(day).map((name) => total(all, name))).toEqual([2, 3, 1, 1, 1, 1]);
    expect(all.meta).toMatchObject({ by: 'day' });
  });

  it.each([
    [120, 'week'],
    [5 * 365, 'month'],
  ])('comes by longer spans when there is more of it: %d days', async (days, by) => {
    await ingestLines(engine, [event({ timestamp: now() - days * DAY }), event({ timestamp: now() - DAY })]);
    const all = await activity('range=all&tz=Europe/Berlin');
    expect(all.meta).toMatchObject({ by, tz: 'Europe/Berlin' });
    expect(all.activity[0].events).toBe(1);
    expect(total(all, 'events')).toBe(2);
    expect(all.activity.length).toBeGreaterThan(12);
    expect(all.activity.length).toBeLessThan(70);
  });

  it('begins its days by the clock of a place', async () => {
    const { activity: days, meta } = await activity('range=7&tz=Asia/Kathmandu');
    expect(String(meta.since)).toMatch(/T18:15:00\.000Z$/);
    const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Kathmandu' }).format(new Date());
    expect(days[6].start).toBe(today);
  });

  it('tells from when on all events are counted', async () => {
    const early = now() - 3 * DAY;
    await ingestLines(engine, [event({ timestamp: early }), event({ timestamp: now() - HOUR })]);
    expect((await activity('range=7')).meta).not.toHaveProperty('events_complete_since');
    await engine.log.end({ entries: 1, before: undefined });
    const ended = await activity('range=30');
    expect(ended.meta.events_complete_since).toBe(new Date(early * 1_000 + 1).toISOString());
    expect(total(ended, 'events')).toBe(1);
  });

  once.each([
    ['range=8', 'range'],
    ['range=7&range=30', 'range'],
    ['tz=Mars', 'tz'],
    ['week_start=friday', 'week_start'],
  ])('refuses %s', async (query, field) => {
    const answer = await app.get(`/overview/activity?${query}`);
    expect([answer.statusCode, answer.json()]).toMatchObject([400, { code: 'invalid_request', details: [{ field }] }]);
  });
});

describe('the kept answers of the activity', () => {
  it('are counted once for requests that come together', async () => {
    const [, open] = ENGINES[0];
    const engine = await open();
    const counted = jest.spyOn(engine.search, 'timeCounts');
    const app = await startRestApp(engine);
    try {
      await Promise.all(Array.from({ length: 5 }, () => app.get('/overview/activity?range=7')));
      // One for the days, one for the last 24 hours.
      expect(counted).toHaveBeenCalledTimes(2);
    } finally {
      await app.close();
    }
  });
});
