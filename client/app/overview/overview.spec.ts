import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';

import { HTTP, Screen, render } from '../../../test/support/component';
import { Connection } from '../core/connection';
import { BarOptions, Point } from './bar-chart';
import { Overview } from './overview';

/** Writes the numbers in the place of the drawing: jsdom has no canvas to draw on. */
jest.mock('./bar-chart', () => ({
  barChart: (canvas: HTMLCanvasElement, points: readonly Point[], { unit }: BarOptions) => {
    canvas.textContent = points.map(({ label, title, value }) => `${title ?? label}: ${value} ${unit}`).join('; ');
    return { destroy: () => undefined };
  },
}));

const ingestion = {
  id: 1,
  source: 'data/<a>.jsonl',
  state: 'done',
  started_at: '2020-01-31T12:00:00.000Z',
  seconds: 1,
  bytes: 100,
  lines: 12_345,
  customers: 3,
  events: 4,
  attributes: 5,
  duplicates: 0,
  anonymous: 0,
  stale: 0,
  blank: 0,
  rejected: { invalid_json: 2, invalid_id: 1 },
};
const numbers = {
  customers: 2000,
  events: 12_345_678,
  event_names: 21,
  attribute_names: 3,
  top_events: [
    { name: 'page:viewed', events: 9_259_259, customers: 1500 },
    { name: ' ', events: 1, customers: 1 },
  ],
  attributes: [
    { name: 'email', customers: 2000 },
    { name: 'plan', customers: 333 },
  ],
  last_updated: [],
  mistaken_ids: [] as string[],
  ingestions: [
    ingestion,
    { ...ingestion, id: 2, state: 'interrupted', lines: 1, rejected: {} },
    { ...ingestion, id: 3, state: 'running', lines: 0, rejected: {} },
  ],
};
const none = { new_customers: 0, events: 0, edits: 0, deletions: 0, rejects: 0, ingestions: 0 };
const activity = {
  activity: [
    { start: '2026-11-27', ...none },
    { start: '2026-11-28', ...none, events: 1_200, new_customers: 3, edits: 2 },
  ],
  last_day: { ...none, new_customers: 2, edits: 1_000, rejects: 4 },
  meta: {
    ...{ range: '30', by: 'day', tz: 'UTC', since: '2026-11-27T00:00:00.000Z', until: '2026-11-29T00:00:00.000Z' },
    counted_at: '2026-11-28T12:00:00.000Z',
    indexing: false,
  },
};
/** An answer for 30 days, of which the first had an edit. */
const usual = {
  ...activity,
  activity: [
    { start: '2026-10-30', ...none, edits: 1 },
    ...Array.from({ length: 5 }, (_, at) => ({ start: `2026-11-2${at}`, ...none })),
    ...activity.activity,
  ],
};
const nothing = {
  ...numbers,
  ...{
    events: 0,
    event_names: 0,
    attribute_names: 0,
    top_events: [],
    attributes: [],
    last_updated: [],
    ingestions: [],
  },
};

describe('Overview', () => {
  let screen: Screen<Overview>;
  let http: HttpTestingController;

  beforeEach(() => Object.assign(globalThis, { matchMedia: () => new EventTarget() }));

  /** Waits for the next frame, in which the plots are drawn. */
  const drawn = async (testid: string) => {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    return screen.texts(`[data-testid=${testid}] canvas`);
  };
  const open = async (range?: string) => {
    screen = await render(Overview, { range }, [...HTTP, provideRouter([])]);
    http = TestBed.inject(HttpTestingController);
  };
  const answer = async (body: object | null, status = 200) => {
    http.expectOne('/overview').flush(body, { status, statusText: 'x' });
    await screen.settle();
  };
  const answerActivity = async (range: string, body: object | null, status = 200) => {
    http
      .expectOne(({ url, params }) => url === '/overview/activity' && params.get('range') === range)
      .flush(body, { status, statusText: 'x' });
    await screen.settle();
  };
  const table = (testid: string) =>
    screen
      .all(`[data-testid=${testid}] tbody tr`)
      .map((row) => [...row.querySelectorAll('th, td')].map(({ textContent }) => textContent.trim()));
  const asTable = (testid: string) => screen.click(screen.one(`[data-testid=${testid}] [data-testid=as-table]`));

  it('is busy until the numbers are here', async () => {
    await open();
    expect(screen.all('[aria-busy=true]')).toHaveLength(1);
    await answer(numbers);
    expect(screen.all('[aria-busy=true]')).toEqual([]);
    expect(screen.texts('h1')).toEqual(['Overview']);
  });

  it('says why it could not be loaded, and tries again', async () => {
    await open();
    await answer({ code: 'busy', message: 'The database is away.' }, 503);
    expect(screen.one('[role=alert]').textContent).toContain('The database is away.');
    await screen.click(screen.button('Try again'));
    expect(screen.all('[aria-busy=true]')).toHaveLength(1);
    await answer(numbers);
    expect(screen.all('[role=alert]')).toEqual([]);
  });

  it('leads to the ingestion while there are no customers', async () => {
    await open();
    await answer({ ...nothing, customers: 0 });
    expect(screen.text).toContain('Nothing to see yet');
    expect(screen.link('Ingest a file').getAttribute('href')).toBe('/ingest');
    expect(screen.all('dl, table, app-figure')).toEqual([]);
  });

  it('shows the totals', async () => {
    await open();
    await answer(numbers);
    expect(screen.texts('[data-testid=totals] dt')).toEqual(['Customers', 'Events', 'Event names', 'Attribute names']);
    expect(screen.texts('[data-testid=totals] dd')).toEqual(['2,000', '12,345,678', '21', '3']);
  });

  it('lists the events with their share, and says that a tiny one is not nothing', async () => {
    await open();
    await answer(numbers);
    expect(table('events')).toEqual([
      ['page:viewed', '9,259,259', '75%'],
      ['', '1', '<0.1%'],
    ]);
    expect(screen.names('[data-testid=events] th [role=img]')).toEqual(['1 space']);
  });

  it('plots what happened on each day, with its sum, and lists it', async () => {
    await open();
    await answer(numbers);
    await answerActivity('30', usual);
    expect(screen.texts('app-figure h2')).toEqual(['Events', 'New customers', 'Edits', 'Rejects']);
    expect(screen.texts('.sum')).toEqual(['1,200', '3', '3', '0'].map((sum) => `${sum} in 30 days, by day`));
    expect((await drawn('activity-events'))[0]).toContain(
      'Friday, November 27, 2026: 0 events; Saturday, November 28, 2026: 1200 events',
    );
    await asTable('activity-events');
    expect(table('activity-events').slice(-2)).toEqual([
      ['Friday, November 27, 2026', '0'],
      ['Saturday, November 28, 2026', '1,200'],
    ]);
    expect(screen.one('[data-testid=activity-rejects]').textContent).toContain('None in this time.');
    expect(screen.all('[data-testid=activity-new_customers] app-plot')).toHaveLength(1);
  });

  it('names longer spans', async () => {
    await open('all');
    await answer(numbers);
    await answerActivity('all', { ...activity, meta: { ...activity.meta, range: 'all', by: 'week' } });
    expect((await drawn('activity-edits'))[0]).toContain('Nov 28 – Dec 4, 2026: 2 edits');
    await screen.set({ range: '90' });
    await answerActivity('90', { ...activity, meta: { ...activity.meta, range: '90', by: 'month' } });
    expect((await drawn('activity-edits'))[0]).toContain('November 2026: 2 edits');
  });

  it('takes the range from the address', async () => {
    await open('90');
    await answer(numbers);
    await answerActivity('90', { ...activity, meta: { ...activity.meta, range: '90' } });
    expect(screen.texts('[data-testid=ranges] [aria-current=true]')).toEqual(['90 days']);
    expect(screen.all<HTMLAnchorElement>('[data-testid=ranges] a').map(({ search }) => search)).toEqual([
      '?range=7',
      '?range=30',
      '?range=90',
      '?range=all',
    ]);
  });

  it('shows all when nothing happened before the last week, unless 30 days are asked for', async () => {
    await open();
    await answer(numbers);
    const empty = { ...activity, activity: [{ start: '2026-11-28', ...none }] };
    await answerActivity('30', empty);
    await answerActivity('all', { ...activity, meta: { ...activity.meta, range: 'all' } });
    expect(screen.texts('[data-testid=ranges] [aria-current=true]')).toEqual(['All']);
    await screen.set({ range: '30' });
    await answerActivity('30', empty);
    expect(screen.texts('[data-testid=ranges] [aria-current=true]')).toEqual(['30 days']);
    expect(screen.all('app-plot')).toEqual([]);
  });

  it('tells what changed in the last 24 hours, and leads there', async () => {
    await open();
    await answer(numbers);
    await answerActivity('30', usual);
    expect(screen.texts('app-last-day li')).toEqual([
      '2 new customers',
      '1,000 edits',
      '0 deletions',
      '4 rejects',
      '0 ingestions',
    ]);
    expect(
      screen.all<HTMLAnchorElement>('app-last-day a').map(({ pathname, search }) => `${pathname}${search}`),
    ).toEqual([
      '/customers?filter=attribute:created_at:after:-24h&sort=created_at&order=desc',
      '/customers?filter=last_updated:after:-24h&sort=last_updated&order=desc',
      '/trash',
      '/ingest',
      '/ingest',
    ]);
    expect(screen.texts('app-last-day .bad')).toEqual(['4']);
  });

  it('says from when on events are known, and that some customers are not counted', async () => {
    await open();
    await answer(numbers);
    const meta = { ...activity.meta, indexing: true, events_complete_since: '2026-11-28T10:00:00.000Z' };
    await answerActivity('30', { ...usual, meta });
    const text = screen.one('[data-testid=counted]').textContent;
    expect(text).toContain('Some customers that have just changed are not counted yet.');
    expect(text).toContain('are only counted as far as the log has them.');
  });

  it('says why the course of time could not be loaded, and tries again', async () => {
    await open();
    await answer(numbers);
    await answerActivity('30', { code: 'busy', message: 'The database is away.' }, 503);
    expect(screen.one('[data-testid=no-activity]').textContent).toContain('The database is away.');
    await screen.click(screen.button('Try again'));
    await answerActivity('30', usual);
    expect(screen.all('[data-testid=no-activity]')).toEqual([]);
  });

  it.each([
    [1_000, 2_000_000, 0],
    [1_001, 2_000_000, 1],
    [51, 100, 1],
    [51, 1_000, 0],
    [50, 10, 0],
  ])('warns of names that must be values: %d names of %d customers', async (names, customers, notices) => {
    await open();
    await answer({ ...numbers, attribute_names: names, customers });
    expect(screen.all('[data-testid=many-names]')).toHaveLength(notices);
    if (notices > 0) expect(screen.link('See the attributes').getAttribute('href')).toBe('/attributes');
  });

  it('leads from a name to the customers that have it', async () => {
    await open();
    await answer(numbers);
    const filters = (testid: string) =>
      screen
        .all<HTMLAnchorElement>(`[data-testid=${testid}] a`)
        .map(({ href }) => new URL(href).searchParams.get('filter'));
    expect(filters('events')).toEqual(['event:page%3Aviewed:at_least:1', 'event:%20:at_least:1']);
    expect(filters('attributes')).toEqual(['attribute:email:exists', 'attribute:plan:exists']);
  });

  it('lists the attributes by how many customers have them', async () => {
    await open();
    await answer(numbers);
    expect(table('attributes')).toEqual([
      ['email', '2,000', '100%'],
      ['plan', '333', '16.7%'],
    ]);
    expect(screen.all('[data-testid=attributes] .fill').map(({ style }) => style.inlineSize)).toEqual([
      '100%',
      '16.65%',
    ]);
  });

  it('lists the last ingestions, with what went wrong', async () => {
    await open();
    await answer(numbers);
    const parts = screen
      .all('.ingestions li')
      .map((li) => [...li.children].slice(0, -1).map((e) => e.textContent.trim()));
    expect(parts).toEqual([
      ['<a>.jsonl', '12,345 lines', '3 rejected'],
      ['<a>.jsonl', '1 line', 'interrupted'],
      ['<a>.jsonl', '0 lines', 'running'],
    ]);
    expect(screen.all('.ingestions time')[0].getAttribute('datetime')).toBe('2020-01-31T12:00:00.000Z');
  });

  it('names customers whose id looks like a mistake, and leads to them', async () => {
    await open();
    await answer({ ...numbers, mistaken_ids: ['[object Object]', 'undefined'] });
    const links = screen.all<HTMLAnchorElement>('[data-testid=mistaken] a');
    expect(links.map(({ textContent }) => textContent.trim())).toEqual(['[object Object]', 'undefined']);
    expect(links.map(({ pathname }) => decodeURIComponent(pathname))).toEqual([
      '/customers/[object Object]',
      '/customers/undefined',
    ]);
  });

  it('says nothing of mistaken ids when there are none', async () => {
    await open();
    await answer(numbers);
    expect(screen.all('[data-testid=mistaken]')).toEqual([]);
  });

  it('says what there is none of', async () => {
    await open();
    await answer(nothing);
    for (const text of ['No events yet.', 'No attributes yet.', 'None yet.']) expect(screen.text).toContain(text);
  });

  it('loads anew when the server is back, and keeps what it has until then', async () => {
    await open();
    await answer(numbers);
    const connection = TestBed.inject(Connection);
    connection.lose();
    connection.recover();
    await screen.settle();
    expect(screen.texts('dd')[0]).toBe('2,000');
    await answer(null, 500);
    expect(screen.texts('dd')[0]).toBe('2,000');
    connection.lose();
    connection.recover();
    await screen.settle();
    await answer({ ...numbers, customers: 2001 });
    expect(screen.texts('dd')[0]).toBe('2,001');
  });
});
