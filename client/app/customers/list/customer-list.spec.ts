import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRouter, withComponentInputBinding } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';

import { VIEWER } from '../../../../test/support/viewer';
import { SessionStore } from '../../core/session';
import { CustomerPage } from '../model/customer';
import { CustomerList } from './customer-list';

const page: CustomerPage = {
  customers: [
    {
      id: 1004,
      attributes: { email: 'sofia@example.com', created_at: '1542474417' },
      events: {},
      last_updated: 1560964022,
    },
    { id: 'a/b c', attributes: {}, events: {}, last_updated: 1560964022 },
  ],
  meta: { page: 2, per_page: 10, total: 12 },
};

describe('CustomerList', () => {
  let harness: RouterTestingHarness;
  let http: HttpTestingController;
  const expectPage = (page: number, perPage: number) =>
    http.expectOne(
      ({ method, url, params }) =>
        method === 'GET' &&
        url === '/customers' &&
        params.get('page') === `${page}` &&
        params.get('per_page') === `${perPage}`,
    );
  const noSegments = () => http.expectOne('/segments').flush({ segments: [] });
  const shown = () => harness.routeNativeElement?.textContent ?? '';

  const open = async (url: string, segments: (() => void) | null = noSegments) => {
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(),
        provideHttpClientTesting(),
        provideRouter([{ path: 'customers', component: CustomerList }], withComponentInputBinding()),
      ],
    });
    harness = await RouterTestingHarness.create();
    http = TestBed.inject(HttpTestingController);
    await harness.navigateByUrl(url);
    segments?.();
  };

  it('shows the page of the address, with a link to each customer', async () => {
    await open('/customers?page=2&per_page=10');
    expectPage(2, 10).flush(page);
    await harness.fixture.whenStable();
    const links = harness.routeNativeElement?.querySelectorAll('[data-testid=customer-link]') ?? [];
    expect([...links].map((link) => link.getAttribute('href'))).toEqual(['/customers/1004', '/customers/a%2Fb%20c']);
    expect(shown()).toContain('sofia@example.com');
    expect(shown()).toContain('11–12 of 12');
  });

  it.each(['/customers', '/customers?page=0&per_page=many', '/customers?page=-1'])(
    'takes the defaults for %s',
    async (url) => {
      await open(url);
      expectPage(1, 25).flush({ customers: [], meta: { page: 1, per_page: 25, total: 0 } });
      await harness.fixture.whenStable();
      expect(shown()).toContain('No customers yet');
    },
  );

  it('asks the server for what the address says, and shows it', async () => {
    await open('/customers?search=sofia&filter=attribute:plan:is:pro&filter=event:buy:never&sort=email&order=desc');
    const { params } = expectPage(1, 25).request;
    expect([params.get('search'), params.get('sort'), params.get('order')]).toEqual(['sofia', 'email', 'desc']);
    expect(params.getAll('filter')).toEqual(['attribute:plan:is:pro', 'event:buy:never']);
    await harness.fixture.whenStable();
    const chips = harness.routeNativeElement?.querySelectorAll('[data-testid=filter-chip] .text') ?? [];
    expect([...chips].map((chip) => chip.ariaLabel)).toEqual([
      'Change the filter plan is pro',
      'Change the filter buy never',
    ]);
    expect(harness.routeNativeElement?.querySelector<HTMLInputElement>('[data-testid=search]')?.value).toBe('sofia');
  });

  it('keeps the room of segments until they have arrived, unless there were none at the last visit', async () => {
    const bar = () => harness.routeNativeElement?.querySelector('app-segment-bar nav') ?? null;
    const visit = async (segments: readonly object[]) => {
      await open('/customers', null);
      await harness.fixture.whenStable();
      const early = bar() !== null;
      http.expectOne('/segments').flush({ segments });
      await harness.fixture.whenStable();
      const late = bar() !== null;
      TestBed.resetTestingModule();
      return [early, late];
    };
    localStorage.clear();
    expect(await visit([])).toEqual([true, true]);
    expect(await visit([])).toEqual([false, false]);
    const segment = { id: 1, name: 'Free', search: '', filters: [], sort: 'id', order: 'asc', customers: 3 };
    expect(await visit([segment])).toEqual([false, true]);
    expect(await visit([segment])).toEqual([true, true]);
  });

  it('shows a viewer the customers, with nothing to select, change, save or export', async () => {
    await open('/customers');
    TestBed.inject(SessionStore).set(VIEWER);
    expectPage(1, 25).flush(page);
    await harness.fixture.whenStable();
    const found = (selector: string) => harness.routeNativeElement?.querySelectorAll(selector).length;
    expect(found('[data-testid=customer-link]')).toBe(2);
    expect(found('[data-testid=add-filter], [data-testid=columns]')).toBe(2);
    expect(found('input[type=checkbox], [data-testid=export], app-segment-actions, app-bulk-bar')).toBe(0);
    const names = [...(harness.routeNativeElement?.querySelectorAll('app-customer-table :is(a, button)') ?? [])];
    expect(names.map((one) => `${one.ariaLabel}${one.textContent}`).filter((name) => /Edit|Delete/.test(name))).toEqual(
      [],
    );
  });

  it('tells a viewer of an empty list nothing that only others may do', async () => {
    await open('/customers');
    TestBed.inject(SessionStore).set(VIEWER);
    expectPage(1, 25).flush({ customers: [], meta: { page: 1, per_page: 25, total: 0 } });
    await harness.fixture.whenStable();
    expect(shown()).toContain('No customers yet');
    expect(shown()).not.toMatch(/[Ii]ngest|[Cc]reate/);
  });

  it('offers to try again after an error', async () => {
    await open('/customers');
    expectPage(1, 25).flush(null, { status: 500, statusText: 'Server Error' });
    await harness.fixture.whenStable();
    expect(shown()).toContain('could not be loaded');
    harness.routeNativeElement?.querySelector<HTMLButtonElement>('app-empty-state button')?.click();
    expectPage(1, 25).flush(page);
    await harness.fixture.whenStable();
    expect(shown()).toContain('sofia@example.com');
  });
});
