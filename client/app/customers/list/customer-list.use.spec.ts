import { HttpTestingController } from '@angular/common/http/testing';
import { ChangeDetectionStrategy, Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter, withComponentInputBinding } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';

import { HTTP, Screen } from '../../../../test/support/component';
import { Arrival } from '../../core/arrival';
import { Shortcuts, keysOf } from '../../core/shortcuts';
import { Confirm } from '../../ui/confirm';
import { Toast } from '../../ui/toast';
import { Customer, CustomerPage, PageMeta } from '../model/customer';
import { CustomerList } from './customer-list';
import { ListDialogs } from './list-dialogs';

@Component({ template: '', changeDetection: ChangeDetectionStrategy.OnPush })
class Elsewhere {}

const sofia: Customer = {
  id: 1004,
  attributes: { email: 'sofia@example.com', created_at: '1542474417' },
  events: {},
  last_updated: 1_560_964_022,
};
const other: Customer = { id: 'a/b c', attributes: {}, events: {}, last_updated: 1_560_964_022 };

describe('the list of customers', () => {
  const found = (customers: Customer[], meta: Partial<PageMeta> = {}): CustomerPage => ({
    customers,
    meta: { page: 1, per_page: 25, total: customers.length, ...meta },
  });
  let harness: RouterTestingHarness;
  let http: HttpTestingController;
  let screen: Screen;
  let bulks: unknown[];
  let began: boolean;

  const at = async (url: string, answer: CustomerPage, segments: object[] = []) => {
    [bulks, began] = [[], true];
    const bulk = (task: unknown) => Promise.resolve(bulks.push(task)).then(() => began);
    const dialogs = {
      bulk,
      export: (task: unknown) => bulk({ does: 'export', task }),
      columns: () => bulk('columns'),
    };
    TestBed.configureTestingModule({
      providers: [
        ...HTTP,
        provideRouter(
          [
            { path: 'customers', component: CustomerList },
            { path: 'customers/:id', component: Elsewhere },
            { path: 'customers/:id/edit', component: Elsewhere },
          ],
          withComponentInputBinding(),
        ),
        { provide: ListDialogs, useValue: dialogs },
        { provide: Confirm, useValue: { choose: () => Promise.resolve('confirm') } },
        { provide: Toast, useValue: { show: () => Promise.resolve() } },
      ],
    });
    harness = await RouterTestingHarness.create();
    http = TestBed.inject(HttpTestingController);
    await harness.navigateByUrl(url);
    http.expectOne('/segments').flush({ segments });
    await harness.fixture.whenStable();
    http.expectNone(({ url }) => url.startsWith('/segments/'));
    screen = new Screen(() => harness.fixture.nativeElement as Element);
    await load(answer);
  };
  /** Answers the list that is asked for; the page that is fetched ahead stays unanswered. */
  const load = async (answer: CustomerPage) => {
    const requests = http.match(({ method, url }) => method === 'GET' && url === '/customers');
    requests.find(({ cancelled }) => !cancelled)?.flush(answer);
    await screen.settle();
  };
  const url = () => TestBed.inject(Router).url;
  const press = (key: string) => screen.press(document.activeElement ?? document.body, key);
  const picked = () => screen.texts('[data-testid=picked]');

  it('says that nobody is like what is searched for, and leads back to all', async () => {
    await at('/customers?search=zzz', found([]));
    expect(screen.texts('app-empty-state h2')).toEqual(['No customer matches “zzz”']);
    expect(screen.texts('h1')).toEqual(['Customers 0']);
    expect(screen.link('Clear the search and the filters').getAttribute('href')).toBe('/customers');
    expect(screen.all('app-pager, app-customer-table')).toEqual([]);
  });

  it('leads from behind the end to the last page', async () => {
    await at('/customers?page=9&search=a', found([], { page: 9, total: 30 }));
    expect(screen.text).toContain('The list of 30 customers ends before page 9.');
    expect(screen.link('Go to the last page').getAttribute('href')).toBe('/customers?page=2&search=a');
  });

  it('says what is wrong with an address, which to try again would not help', async () => {
    await at('/customers?filter=nonsense', found([]));
    await screen.click(screen.button('Remove the filter nonsense is no filter'));
    http
      .expectOne(({ url }) => url === '/customers')
      .flush({ code: 'invalid_request', message: 'No such filter.' }, { status: 400, statusText: 'x' });
    await screen.settle();
    expect(screen.texts('app-empty-state h2')).toEqual(['The address asks for something that is not understood']);
    expect(screen.texts('app-empty-state [role=alert]')).toEqual(['No such filter.']);
    expect(screen.names('app-empty-state button')).toEqual([]);
  });

  it('asks for the numbers of segments after the rows', async () => {
    const gold = { id: 1, name: 'Gold', search: '', filters: [], sort: 'id', order: 'asc' };
    await at('/customers', found([sofia], { total: 30 }), [gold, { ...gold, id: 2, name: 'Pro', customers: 7 }]);
    http.expectOne('/segments/1').flush({ segment: { ...gold, customers: 4 } });
    await screen.settle();
    expect(screen.texts('[data-testid=segment]')).toEqual(['Gold4', 'Pro7']);
    await harness.navigateByUrl('/customers?segment=1');
    await screen.settle();
    expect(document.title).toBe('Gold · Roster');
    await harness.navigateByUrl('/customers');
    await screen.settle();
    expect(document.title).not.toContain('Gold');
    http.expectNone('/segments/2');
  });

  it('says that a total is the least there are, and that some may not be indexed yet', async () => {
    await at('/customers', found([sofia], { total: 10_000, total_is_minimum: true, indexing: true }));
    expect(screen.texts('[data-testid=total]')).toEqual(['10,000+']);
    expect(screen.texts('[data-testid=indexing]')).toEqual([
      'New customers are still being indexed: some may be missing here.',
    ]);
  });

  it('keeps what is shown while the next page loads', async () => {
    await at('/customers', found([sofia], { total: 30 }));
    await screen.click(screen.link('Next page'));
    expect(screen.one('section[aria-label=List]').ariaBusy).toBe('true');
    expect(screen.text).toContain('sofia@example.com');
  });

  it('picks, edits and turns pages by keys', async () => {
    await at('/customers', found([sofia, other], { total: 30 }));
    expect([await press('e'), await press('x'), await press('[')]).toEqual([false, false, false]);
    await press('j');
    await press('j');
    await press('x');
    expect([picked(), screen.input('Select a/b c').checked]).toEqual([['1 selected'], true]);
    await press('Escape');
    expect(picked()).toEqual([]);
    await press('k');
    expect(document.activeElement?.textContent).toBe('sofia@example.com');
    await press(']');
    expect(url()).toBe('/customers?page=2');
    await harness.navigateByUrl('/customers');
    await screen.settle();
    await press('e');
    expect(url()).toBe('/customers/1004/edit');
  });

  it('sorts by keys: by the next column, and the other way round', async () => {
    await at('/customers', found([sofia]));
    const urls: string[] = [];
    for (const key of ['s', 'S', 's', 's', 's']) {
      await press(key);
      await load(found([sofia]));
      urls.push(url());
    }
    expect(urls).toEqual([
      '/customers?sort=email',
      '/customers?sort=email&order=desc',
      '/customers?sort=created_at&order=desc',
      '/customers?sort=last_updated&order=desc',
      '/customers',
    ]);
  });

  it('lists every key of the page, also those that its rows and headings handle', async () => {
    await at('/customers', found([sofia]));
    const [group] = TestBed.inject(Shortcuts).groups();
    expect(group.shortcuts.flatMap((shortcut) => keysOf(shortcut))).toEqual([
      ...['/', 'f', 'j', 'k', 'Enter', 'x', 'e', 's', 'S', ']', '['],
      ...['Alt+ArrowLeft', 'Alt+ArrowRight', 'Escape'],
    ]);
    screen.link('sofia@example.com').focus();
    expect(await press('Enter')).toBe(false);
  });

  it('puts the focus where its keys say: the search, a new filter', async () => {
    await at('/customers', found([sofia]));
    await press('/');
    expect(document.activeElement).toBe(screen.input('Search customers'));
    screen.input('Search customers').blur();
    await press('f');
    expect(document.activeElement).toBe(screen.select('Filter by'));
  });

  it('opens on Enter the only customer that is found, or the one that is named', async () => {
    await at('/customers?search=sofia', found([sofia]));
    await screen.submit('form[role=search]');
    expect(url()).toBe('/customers/1004');
  });

  it('leads on Enter into the list where several are found', async () => {
    await at('/customers?search=a', found([sofia, other]));
    await screen.submit('form[role=search]');
    expect(document.activeElement?.textContent).toBe('sofia@example.com');
  });

  it('does something with the customers that are picked, and loads anew when it began', async () => {
    await at('/customers?search=a', found([sofia, other], { total: 30 }));
    const focusHeading = jest.spyOn(TestBed.inject(Arrival), 'focusHeading');
    await screen.click(screen.input('Select sofia@example.com · 1004'));
    began = false;
    await screen.click(screen.button('Delete'));
    expect(picked()).toEqual(['1 selected']);
    await screen.click(screen.button('Select all 30'));
    expect(picked()).toEqual(['30 selected']);
    expect(focusHeading).not.toHaveBeenCalled();
    began = true;
    await screen.click(screen.button('Set attribute'));
    expect(focusHeading).toHaveBeenCalledTimes(1);
    expect(bulks).toEqual([
      { does: 'delete', count: 1, selection: { ids: [1004] } },
      { does: 'set', count: 30, selection: { search: 'a', filters: [] } },
    ]);
    await load(found([other]));
    expect([picked(), screen.texts('a.open')]).toEqual([[], ['a/b c']]);
  });

  it('exports what is listed, or what is picked', async () => {
    await at('/customers?filter=event:buy:never', found([sofia]));
    await screen.click(screen.one('[data-testid=export]'));
    await screen.click(screen.input('Select sofia@example.com · 1004'));
    await screen.click(screen.one('[data-testid=bulk-export]'));
    expect(bulks).toEqual([
      { does: 'export', task: { count: 1, selection: { filters: ['event:buy:never'] } } },
      { does: 'export', task: { count: 1, selection: { ids: [1004] } } },
    ]);
    expect(picked()).toEqual(['1 selected']);
  });

  it('keeps what is picked over pages and searches, and says how many are not seen', async () => {
    await at('/customers', found([sofia]));
    await screen.click(screen.input('Select sofia@example.com · 1004'));
    await harness.navigateByUrl('/customers?search=a');
    await load(found([other]));
    expect([picked(), screen.texts('[data-testid=picked-elsewhere]')]).toEqual([
      ['1 selected'],
      ['1 not on this page'],
    ]);
  });

  it('picks all but some, and lets go of all when something else is searched for', async () => {
    await at('/customers?search=a', found([sofia, other], { total: 30 }));
    await screen.click(screen.input('Select sofia@example.com · 1004'));
    await screen.click(screen.button('Select all 30'));
    await screen.click(screen.input('Select a/b c'));
    expect([picked(), screen.texts('[data-testid=picked-except]')]).toEqual([['29 selected'], ['all but 1']]);
    await screen.click(screen.button('Set attribute'));
    const selection = { search: 'a', filters: [], except: ['a/b c'] };
    expect(bulks).toEqual([{ does: 'set', count: 29, selection }]);
    await load(found([sofia, other], { total: 30 }));
    await screen.click(screen.input('Select sofia@example.com · 1004'));
    await screen.click(screen.button('Select all 30'));
    await harness.navigateByUrl('/customers');
    await load(found([sofia]));
    expect(picked()).toEqual([]);
  });

  it('deletes a customer, or says why not', async () => {
    await at('/customers', found([sofia, other]));
    const focusHeading = jest.spyOn(TestBed.inject(Arrival), 'focusHeading');
    await screen.click(screen.button('Delete a/b c'));
    const refused = http.expectOne({ method: 'DELETE', url: '/customers/a%2Fb%20c' });
    refused.flush({ code: 'busy', message: 'Not now.' }, { status: 503, statusText: 'x' });
    await screen.settle();
    await load(found([sofia, other]));
    expect(screen.texts('app-notice')).toEqual([expect.stringMatching(/The customer was not deleted\W*Not now\./)]);
    expect(focusHeading).not.toHaveBeenCalled();
    await screen.click(screen.button('Delete sofia@example.com · 1004'));
    http.expectOne({ method: 'DELETE', url: '/customers/1004' }).flush(null, { status: 204, statusText: 'x' });
    await screen.settle();
    expect(screen.texts('a.open')).toEqual(['a/b c']);
    expect(focusHeading).toHaveBeenCalledTimes(1);
  });

  it('orders by a head of the table or by the list of orders, from the first page on', async () => {
    await at('/customers?page=2', found([sofia], { page: 2, total: 30 }));
    await screen.click(screen.button('Email'));
    expect(url()).toBe('/customers?sort=email');
    await screen.choose(screen.select('Sort by'), 'last_updated asc');
    expect(url()).toBe('/customers?sort=last_updated');
  });
});
