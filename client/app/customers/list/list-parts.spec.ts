import { ChangeDetectionStrategy, Component } from '@angular/core';
import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';

import { HTTP, Screen, heard, render } from '../../../../test/support/component';
import { VIEWER } from '../../../../test/support/viewer';
import { SessionStore } from '../../core/session';
import { SegmentsStore } from '../state/segments-store';
import { BulkBar } from './bulk-bar';
import { Pager } from './pager';
import { SearchBox } from './search-box';
import { SegmentBar } from './segment-bar';
import { SegmentNav } from './segment-nav';

describe('BulkBar', () => {
  it('is a region that says how many are selected', async () => {
    const screen = await render(BulkBar, { picked: 1234, total: 5678, mayPickAll: false });
    expect([screen.root.role, screen.root.ariaLabel]).toEqual(['region', 'Selected customers']);
    expect(screen.texts('[data-testid=picked]')).toEqual(['1,234 selected']);
  });

  it('tells which action is wanted', async () => {
    const screen = await render(BulkBar, { picked: 1, total: 1, mayPickAll: false });
    const chosen = heard(screen.component.chosen);
    const cleared = heard(screen.component.cleared);
    for (const name of ['Set attribute', 'Remove attribute', 'Export', 'Delete'])
      await screen.click(screen.button(name));
    expect(chosen).toEqual(['set', 'remove', 'export', 'delete']);
    expect(cleared).toEqual([]);
    await screen.click(screen.button('Clear the selection'));
    expect(cleared).toHaveLength(1);
  });

  it.each([
    [
      ['read', 'write'],
      ['Set attribute', 'Remove attribute'],
    ],
    [['read', 'export'], ['Export']],
    [['read', 'delete'], ['Delete']],
  ] as const)('offers only what one may do: %j', async (permissions, offered) => {
    const screen = await render(BulkBar, { picked: 1, total: 1, mayPickAll: false });
    TestBed.inject(SessionStore).set({ ...VIEWER, permissions });
    await screen.settle();
    expect(screen.texts('[data-testid^=bulk-]').filter(Boolean)).toEqual(offered);
  });

  it('compares two customers', async () => {
    const screen = await render(BulkBar, { picked: 2, total: 2, mayPickAll: false });
    expect(screen.all('[data-testid=compare]')).toEqual([]);
    await screen.set({ isPair: true });
    const chosen = heard(screen.component.chosen);
    await screen.click(screen.button('Compare'));
    expect(chosen).toEqual(['compare']);
  });

  it('offers all customers of the list only where that adds some', async () => {
    const screen = await render(BulkBar, { picked: 25, total: 5678, mayPickAll: true });
    const all = heard(screen.component.all);
    await screen.click(screen.button('Select all 5,678'));
    expect(all).toHaveLength(1);
    await screen.set({ mayPickAll: false });
    expect(screen.all('[data-testid=pick-all]')).toEqual([]);
  });
});

describe('Pager', () => {
  const show = (page: number, perPage: number, total: number, atLeast = false) =>
    render(Pager, { page, perPage, total, atLeast }, [provideRouter([])]);

  it.each([
    [1, 25, 1, false, '1–1 of 1'],
    [2, 10, 12, false, '11–12 of 12'],
    [11, 100, 12_345, false, '1,001–1,100 of 12,345'],
    [1, 25, 10_000, true, '1–25 of 10,000+'],
  ])('on page %d by %d of %d (at least: %s) shows “%s”', async (page, perPage, total, atLeast, range) => {
    const screen = await show(page, perPage, total, atLeast);
    expect(screen.texts('[data-testid=range]')).toEqual([range]);
  });

  it.each([
    ['the only page', 1, 25, []],
    ['the first page', 1, 26, ['Next page']],
    ['a page between', 2, 51, ['Previous page', 'Next page']],
    ['the last page', 3, 51, ['Previous page']],
  ])('leads from %s to where there are pages', async (_, page, total, names) => {
    const screen = await show(page, 25, total);
    expect(screen.names('a[href]')).toEqual(names);
  });

  it('leads to the page before and after, of the same size', async () => {
    const screen = await show(3, 10, 100);
    expect(screen.link('Previous page').getAttribute('href')).toBe('/?page=2&per_page=10');
    expect(screen.link('Next page').getAttribute('href')).toBe('/?page=4&per_page=10');
  });

  it('offers the sizes in order, one of the address among them', async () => {
    const screen = await show(1, 30, 100);
    const select = screen.select('Rows per page');
    expect([...select.options].map(({ value }) => value)).toEqual(['10', '25', '30', '50', '100']);
    expect(select.value).toBe('30');
  });

  it.each([
    ['10', '/?search=a&page=6&per_page=10'],
    ['50', '/?search=a&page=2&per_page=50'],
    ['100', '/?search=a&page=1&per_page=100'],
  ])('goes on with %s rows from the page that shows the first row of now', async (size, url) => {
    const screen = await show(3, 25, 500);
    const router = TestBed.inject(Router);
    await router.navigateByUrl('/?search=a&page=3');
    await screen.choose(screen.select('Rows per page'), size);
    expect(router.url).toBe(url);
  });
});

describe('SearchBox', () => {
  const TYPING_MS = 120;

  let screen: Screen<SearchBox>;
  let searched: string[];
  let submitted: string[];

  const open = async (text: string, state: Record<string, unknown> = {}) => {
    const router = { currentNavigation: () => ({ extras: { state } }) };
    screen = await render(SearchBox, { text }, [{ provide: Router, useValue: router }]);
    searched = heard(screen.component.searched);
    submitted = heard(screen.component.submitted);
  };
  const field = () => screen.input('Search customers');
  const pause = () => jest.advanceTimersByTimeAsync(TYPING_MS);

  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('shows what is searched for, in a search landmark', async () => {
    await open('söfia');
    expect(field().value).toBe('söfia');
    expect(screen.names('form[role=search]')).toEqual(['Customers']);
    expect(document.activeElement).not.toBe(field());
  });

  it('searches once after a pause in typing, without white space at the ends', async () => {
    await open('');
    for (const text of ['s', 'so', ' so ']) await screen.type(field(), text);
    expect(searched).toEqual([]);
    await pause();
    expect(searched).toEqual(['so']);
    await screen.type(field(), 'so');
    await pause();
    expect(searched).toEqual(['so']);
  });

  it('is not overwritten by its own search, but by another one', async () => {
    await open('');
    await screen.type(field(), 'so ');
    await pause();
    await screen.set({ text: 'so' });
    expect(field().value).toBe('so ');
    await screen.set({ text: 'before' });
    expect(field().value).toBe('before');
  });

  it('searches at once on Enter, and says that the result is wanted', async () => {
    await open('');
    field().value = ' 1004 ';
    await screen.submit();
    expect([searched, submitted]).toEqual([['1004'], ['1004']]);
    await screen.submit();
    expect([searched, submitted]).toEqual([['1004'], ['1004', '1004']]);
  });

  it('clears on Escape, and is left by a second one', async () => {
    await open('sofia');
    field().focus();
    expect(await screen.press(field(), 'Escape')).toBe(true);
    expect([field().value, searched]).toEqual(['', ['']]);
    expect(document.activeElement).toBe(field());
    await screen.press(field(), 'Escape');
    expect(document.activeElement).not.toBe(field());
    expect(searched).toEqual(['']);
  });

  it('takes the focus and selects its text, also for a navigation that asks for it', async () => {
    await open('sofia', { search: true });
    expect(document.activeElement).toBe(field());
    expect([field().selectionStart, field().selectionEnd]).toEqual([0, 5]);
  });
});

@Component({ template: '', changeDetection: ChangeDetectionStrategy.OnPush })
class Page {}

describe('SegmentNav', () => {
  const gold = { id: 2, name: 'Gold', search: '', filters: ['attribute:plan:is:gold'], sort: 'id', order: 'asc' };
  const known = { ...gold, id: 3, name: 'Known', customers: 1234, customers_is_minimum: true };

  it('links to each segment from any page, marks the open one, and counts one when it is pointed at', async () => {
    const routes = ['overview', 'customers'].map((path) => ({ path, component: Page }));
    TestBed.configureTestingModule({ providers: [...HTTP, provideRouter(routes)] });
    const router = TestBed.inject(Router);
    await router.navigateByUrl('/overview');
    const screen = await render(SegmentNav);
    const http = TestBed.inject(HttpTestingController);
    http.expectOne('/segments').flush({ segments: [gold, known] });
    await screen.settle();
    expect(screen.names('[role=group]')).toEqual(['Segments']);
    expect(screen.texts('a')).toEqual(['Gold', 'Known1,234+']);
    expect(screen.all('[aria-current]')).toEqual([]);
    http.verify();
    screen.link('Gold').dispatchEvent(new FocusEvent('focus'));
    http.expectOne('/segments/2').flush({ segment: { ...gold, customers: 7 } });
    await screen.settle();
    expect(screen.texts('a')).toEqual(['Gold7', 'Known1,234+']);
    await screen.click(screen.one('a:first-of-type'));
    await screen.settle();
    expect(router.url).toBe('/customers?filter=attribute:plan:is:gold&segment=2');
    expect(screen.texts('[aria-current=page]')).toEqual(['Gold7']);
    http.verify();
  });
});

describe('SegmentBar', () => {
  const gold = {
    id: 2,
    name: 'Gold & <b>more</b>',
    customers: 12_345,
    customers_is_minimum: true,
    search: 'so fia',
    filters: ['attribute:plan:is:gold', 'event:buy:never'],
    sort: 'email',
    order: 'desc',
  };
  const all = { id: 1, name: 'ärger', customers: 0, search: '', filters: [], sort: 'id', order: 'asc' };

  const show = async (active: number | null, everybody: boolean): Promise<Screen<SegmentBar>> => {
    TestBed.configureTestingModule({ providers: [...HTTP, provideRouter([])] });
    const loaded = TestBed.inject(SegmentsStore).load();
    TestBed.inject(HttpTestingController)
      .expectOne('/segments')
      .flush({ segments: [gold, all] });
    await loaded;
    return render(SegmentBar, { active, everybody });
  };
  it('lists many segments in a menu as well, each in words', async () => {
    TestBed.configureTestingModule({ providers: [...HTTP, provideRouter([])] });
    const loaded = TestBed.inject(SegmentsStore).load();
    const week = { ...all, id: 9, name: 'Week', filters: ['last_updated:after:-7d'], tz: 'Asia/Tokyo' };
    const some = [1, 2, 3].map((id) => ({ ...all, id, name: `s${id}` }));
    TestBed.inject(HttpTestingController)
      .expectOne('/segments')
      .flush({ segments: [gold, week, ...some] });
    await loaded;
    const screen = await render(SegmentBar, { active: 9, everybody: false });
    expect(screen.button('All 5').getAttribute('popovertarget')).toBe(screen.one('[popover]').id);
    const lines = screen.texts('[data-testid=segment-line]');
    expect(lines[0]).toBe('Gold & <b>more</b>12,345+“so fia” · plan is gold and buy never');
    expect(lines[4]).toBe('Week0Last updated after 7 days ago · changes with time · times of Asia/Tokyo');
    const link = screen.one('[data-testid=segment-line][aria-current]');
    expect(link.getAttribute('href')).toContain('tz=Asia%2FTokyo');
    expect(screen.all('[data-testid=segment] app-icon')).toHaveLength(1);
  });

  const current = (screen: Screen) => screen.names('[aria-current=page]');

  it('lists all customers and every segment by name, with how many it holds', async () => {
    const screen = await show(null, true);
    expect(screen.names('nav')).toEqual(['Segments']);
    expect(screen.texts('a')).toEqual(['All customers', 'ärger0', 'Gold & <b>more</b>12,345+']);
  });

  it('shows a segment before it is counted, keeps its number until it is counted again, and counts one at a time', async () => {
    const screen = await show(null, true);
    const store = TestBed.inject(SegmentsStore);
    const http = TestBed.inject(HttpTestingController);
    const uncounted = { customers: undefined, customers_is_minimum: undefined };
    const names = [gold, all, { ...all, id: 3, name: 'new' }].map((segment) => ({ ...segment, ...uncounted }));
    const loaded = store.load();
    http.expectOne('/segments').flush({ segments: names });
    await loaded;
    await screen.settle();
    expect(screen.texts('a')).toEqual(['All customers', 'ärger0', 'Gold & <b>more</b>12,345+', 'new…']);
    const order: unknown[] = [];
    for (let next = store.nextToCount(); next !== null; next = store.nextToCount()) {
      order.push(next);
      const counted = store.count(next);
      expect(store.nextToCount()).toBeNull();
      const request = http.expectOne(`/segments/${next}`);
      if (next === 2) request.flush({ code: 'segment_not_found' }, { status: 404, statusText: 'Not Found' });
      else request.flush({ segment: { ...names[next === 1 ? 1 : 2], customers: 10 * next } });
      await counted;
    }
    await screen.settle();
    expect(order).toEqual([1, 2, 3]);
    expect(screen.texts('a')).toEqual(['All customers', 'ärger10', 'Gold & <b>more</b>12,345+', 'new30']);
  });

  it('leads to the list that a segment holds', async () => {
    const screen = await show(null, true);
    const address = screen.link('Gold & <b>more</b>12,345+').getAttribute('href') ?? '';
    const { searchParams } = new URL(address, 'http://localhost');
    expect([...searchParams]).toEqual([
      ['search', 'so fia'],
      ['filter', 'attribute:plan:is:gold'],
      ['filter', 'event:buy:never'],
      ['sort', 'email'],
      ['order', 'desc'],
      ['segment', '2'],
    ]);
    expect(screen.link('ärger0').getAttribute('href')).toBe('/?segment=1');
    expect(screen.link('All customers').getAttribute('href')).toBe('/');
  });

  it('says which one is open', async () => {
    const screen = await show(2, false);
    expect(current(screen)).toEqual(['Gold & <b>more</b>12,345+']);
    await screen.set({ active: null });
    expect(current(screen)).toEqual([]);
    await screen.set({ everybody: true });
    expect(current(screen)).toEqual(['All customers']);
  });
});
