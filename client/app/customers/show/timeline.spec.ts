import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';

import { HTTP, Screen, render } from '../../../../test/support/component';
import { Connection } from '../../core/connection';
import { LastLooks } from '../state/last-looks';
import { Timeline } from './timeline';

const FILE = { kind: 'file', ingestion: 1, name: 'shop.data', line: 12, offset: 99 };
const event = (entry: string, time = '2020-01-31T12:00:00.000Z', some: object = {}) => ({
  ...{ entry, kind: 'event', time, id: `m-${entry}`, name: 'buy', source: FILE },
  ...some,
});
const edit = (entry: string, some: object = {}) => ({
  ...{ entry, kind: 'edit', time: '2020-01-31T12:00:00.000Z', action: 'updated' },
  source: { kind: 'edit', client: 'admin', by: { kind: 'user', id: 1, name: 'Ada' } },
  changes: [{ name: 'plan', from: 'basic', to: 'gold' }],
  ...some,
});
const PATH = '/customers/a%2Fb/timeline';
const FIRST = `${PATH}?limit=50`;

describe('Timeline', () => {
  let screen: Screen<Timeline>;
  let http: HttpTestingController;

  beforeEach(() => localStorage.clear());
  const open = async (id = 'a/b') => {
    screen = await render(Timeline, { id }, HTTP);
    http = TestBed.inject(HttpTestingController);
  };
  const answer = async (entries: object[], meta: object = { complete: true }, url = FIRST) => {
    http.expectOne(url).flush({ entries, meta });
    await screen.settle();
  };
  const lines = () => screen.texts('.line');

  it('shows a skeleton, then what happened, by day, with its origin', async () => {
    await open();
    expect(screen.all('app-skeleton')).toHaveLength(1);
    await answer([
      event('3', '2020-02-02T12:00:00.000Z'),
      edit('2'),
      event('1', undefined, {
        kind: 'attributes',
        name: undefined,
        data: { plan: 'basic', city: null, old: '' },
        source: { kind: 'live', source: 7, name: 'Shop' },
      }),
    ]);
    expect(screen.all('app-skeleton')).toEqual([]);
    expect(screen.texts('h3')).toEqual(['Sunday, February 2, 2020', 'Friday, January 31, 2020']);
    expect(screen.texts('.line strong')).toEqual(['buy', 'Updated', 'Attributes']);
    expect(screen.texts('.line .source')).toEqual([
      'from shop.data, line 12',
      'by Ada in the admin',
      'live, from Shop',
    ]);
    expect(screen.texts('li li .values')).toEqual(['from basicto gold', 'to basic', 'removed', 'removed']);
    expect(screen.all('time')[1].getAttribute('datetime')).toBe('2020-01-31T12:00:00.000Z');
    expect(screen.all('[data-testid=older], [data-testid=cut]')).toEqual([]);
  });

  it('folds the data of an event, and asks for data that is long', async () => {
    await open();
    await answer([
      event('2', undefined, { data: { total: 3 } }),
      event('1', undefined, { data: '{"a":1', data_truncated: true }),
    ]);
    expect(screen.texts('app-json-tree summary')).toEqual(['total 3']);
    await screen.click(screen.button('Show all of it, which is long'));
    http.expectOne('/customers/a%2Fb/timeline/1').flush({ entry: event('1', undefined, { data: { a: 1, b: 2 } }) });
    await screen.settle();
    expect(screen.texts('app-json-tree .fact')).toEqual(['total 3', 'a 1', 'b 2']);
  });

  it('names the file of an entry without its folders, which are in the title', async () => {
    await open();
    await answer([event('1', undefined, { source: { ...FILE, name: '/srv/data/shop.data' } })]);
    expect(screen.texts('.line .source')).toEqual(['from shop.data, line 12']);
    expect(screen.one('.line .source bdi').title).toBe('/srv/data/shop.data');
  });

  it('folds an entry of more than six attributes', async () => {
    await open();
    const changes = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `a${i}`, to: i }));
    await answer([edit('2', { changes: changes(7) }), edit('1', { changes: changes(6) })]);
    expect(screen.texts('summary')).toEqual(['7 attributes']);
    expect(screen.all('details li')).toHaveLength(7);
  });

  it('says that nothing is known, that nothing matches, or that older entries have ended', async () => {
    await open();
    await answer([]);
    expect(screen.text).toContain('Nothing is known of what this customer did.');
    await screen.click(screen.button('Events'));
    await answer([], { complete: false }, `${PATH}?kind=event&limit=50`);
    expect(screen.text).toContain('Nothing in the timeline matches.');
    expect(screen.all('[data-testid=cut]')).toHaveLength(1);
  });

  it('narrows by kind, name and day, and shows all again', async () => {
    await open();
    await answer([event('1')]);
    await screen.click(screen.button('Events'));
    expect(screen.button('Events').getAttribute('aria-pressed')).toBe('true');
    await answer([event('1')], undefined, `${PATH}?kind=event&limit=50`);
    await screen.click(screen.button('Edits'));
    await answer([], undefined, `${PATH}?kind=event&kind=edit&limit=50`);
    const since = screen.one<HTMLInputElement>('[data-testid=timeline-since]');
    since.value = '2020-01-31';
    since.dispatchEvent(new Event('change'));
    await screen.settle();
    const start = encodeURIComponent(new Date('2020-01-31T00:00').toISOString());
    await answer([], undefined, `${PATH}?since=${start}&kind=event&kind=edit&limit=50`);
    await screen.click(screen.button('Show all'));
    await answer([event('1')]);
    expect(screen.all('[aria-pressed=true]')).toEqual([]);
  });

  it('shows older ones on demand, below, and keeps them when that fails', async () => {
    await open();
    await answer([event('40')], { next: 'P1', complete: true });
    const older = screen.button('Show older');
    await screen.click(older);
    expect(older.getAttribute('aria-busy')).toBe('true');
    // A second click asks no second time.
    await screen.click(older);
    http
      .expectOne(`${PATH}?before=P1&limit=50`)
      .flush({ code: 'busy', message: 'Not now.' }, { status: 503, statusText: 'x' });
    await screen.settle();
    expect(screen.one('[role=alert]').textContent).toContain('Not now.');
    await screen.click(screen.button('Show older'));
    await answer([event('20')], { complete: true }, `${PATH}?before=P1&limit=50`);
    expect(screen.all('[data-testid=timeline-entry]')).toHaveLength(2);
    expect(screen.all('[role=alert], [data-testid=older]')).toEqual([]);
  });

  it('marks what is new since the last look', async () => {
    await open();
    await answer([event('1')]);
    expect(screen.all('[data-testid=new]')).toEqual([]);
    const soon = new Date(Date.now() + 60_000).toISOString();
    await screen.set({ id: '7' });
    await answer([], undefined, '/customers/7/timeline?limit=50');
    await screen.set({ id: 'a/b' });
    await answer([event('2', soon), event('1')]);
    expect(screen.all('[data-testid=new]')).toHaveLength(1);
  });

  it('says why it could not be loaded, and tries again', async () => {
    await open();
    http.expectOne(FIRST).flush({ code: 'busy', message: 'Not now.' }, { status: 503, statusText: 'x' });
    await screen.settle();
    expect(screen.one('[role=alert]').textContent).toContain('Not now.');
    await screen.click(screen.button('Try again'));
    await answer([event('1')]);
    expect(lines()).toHaveLength(1);
  });

  it('loads anew for another record, another customer, or a server that is back', async () => {
    await open();
    await answer([]);
    await screen.set({ customer: { id: 'a/b', attributes: {}, events: {}, last_updated: 2 } });
    await answer([event('1')]);
    TestBed.inject(Connection).lose();
    TestBed.inject(Connection).recover();
    await screen.settle();
    await answer([event('2'), event('1')]);
    expect(lines()).toHaveLength(2);
    await screen.set({ id: '7' });
    await answer([], undefined, '/customers/7/timeline?limit=50');
    http.verify();
  });
});

describe('LastLooks', () => {
  beforeEach(() => localStorage.clear());

  it('remembers the last look at 200 customers', () => {
    const looks = TestBed.inject(LastLooks);
    for (let id = 0; id < 201; id++) expect(looks.look(String(id), 1000 + id)).toBeNull();
    expect(looks.look('0', 5000)).toBeNull();
    expect(looks.look('200', 5001)).toBe(1200);
    expect(looks.look('200', 5002)).toBe(5001);
  });

  it('starts anew where the browser holds something else', () => {
    localStorage.setItem('roster.looked', '{"a":1}');
    expect(TestBed.inject(LastLooks).look('1', 5)).toBeNull();
    localStorage.setItem('roster.looked', '[');
    expect(TestBed.inject(LastLooks).look('1', 6)).toBe(5);
  });
});
