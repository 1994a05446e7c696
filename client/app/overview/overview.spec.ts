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
  last_updated: [
    { day: '2020-01-31', from: '2020-01-31', to: '2020-01-31', customers: 1999 },
    { from: '2020-02-01', to: '2020-02-29', customers: 1 },
  ],
  mistaken_ids: [] as string[],
  ingestions: [
    ingestion,
    { ...ingestion, id: 2, state: 'interrupted', lines: 1, rejected: {} },
    { ...ingestion, id: 3, state: 'running', lines: 0, rejected: {} },
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
  const open = async () => {
    screen = await render(Overview, {}, [...HTTP, provideRouter([])]);
    http = TestBed.inject(HttpTestingController);
  };
  const answer = async (body: object | null, status = 200) => {
    http.expectOne('/overview').flush(body, { status, statusText: 'x' });
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
    expect(screen.all('dl, table')).toEqual([]);
  });

  it('shows the totals', async () => {
    await open();
    await answer(numbers);
    expect(screen.texts('[data-testid=totals] dt')).toEqual(['Customers', 'Events', 'Event names', 'Attribute names']);
    expect(screen.texts('[data-testid=totals] dd')).toEqual(['2,000', '12,345,678', '21', '3']);
  });

  it('plots the events, and lists them with their share', async () => {
    await open();
    await answer(numbers);
    expect(await drawn('events')).toEqual(['page:viewed: 9259259 events; : 1 events']);
    await asTable('events');
    expect(table('events')).toEqual([
      ['page:viewed', '9,259,259', '75%', '1,500'],
      ['', '1', '0%', '1'],
    ]);
    expect(screen.names('[data-testid=events] th [role=img]')).toEqual(['1 space']);
  });

  it('plots the days in UTC, one or from and to, and lists them', async () => {
    await open();
    await answer(numbers);
    expect(await drawn('updated')).toEqual(['Jan 31, 2020: 1999 customers; Feb 1 – 29, 2020: 1 customers']);
    await asTable('updated');
    expect(table('updated').map(([, customers]) => customers)).toEqual(['1,999', '1']);
  });

  it('says of a figure whether it is a plot or a table', async () => {
    await open();
    await answer(numbers);
    const views = () =>
      screen.all('[data-testid=events] [aria-pressed=true]').map(({ textContent }) => textContent.trim());
    expect(views()).toEqual(['Plot']);
    expect(screen.names('[data-testid=events] [role=group]')).toEqual(['Events by name']);
    await asTable('events');
    expect(views()).toEqual(['Table']);
    expect(screen.names('[data-testid=events] [role=region]')).toEqual(['Events by name']);
    // The other figure stays as it was.
    expect(screen.all('[data-testid=updated] app-plot')).toHaveLength(1);
  });

  it('leads from a name to the customers that have it', async () => {
    await open();
    await answer(numbers);
    await asTable('events');
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
      ['data/<a>.jsonl', '12,345 lines', '3 rejected'],
      ['data/<a>.jsonl', '1 line', 'interrupted'],
      ['data/<a>.jsonl', '0 lines', 'running'],
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
