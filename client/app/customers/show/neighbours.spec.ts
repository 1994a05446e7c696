import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';

import { HTTP, Screen, render } from '../../../../test/support/component';
import { CustomerQuery } from '../model/customer-query';
import { CustomerListStore } from '../state/customer-list-store';
import { Neighbours } from './neighbours';

const QUERY: CustomerQuery = { search: 'a', filters: [], sort: 'id', order: 'asc', page: 1, perPage: 2 };
const urlOf = (page: number) => `/customers?search=a&page=${page}&per_page=2`;

describe('the neighbours of a customer in a result', () => {
  let screen: Screen<Neighbours>;
  let http: HttpTestingController;
  let navigate: jest.SpiedFunction<Router['navigate']>;

  beforeEach(() => sessionStorage.clear());

  const answer = async (page: number, ids: (string | number)[], meta: object = {}) => {
    const customers = ids.map((id) => ({ id, attributes: {}, events: {}, last_updated: 1 }));
    http.expectOne(urlOf(page)).flush({ customers, meta: { page, per_page: 2, total: 5, ...meta } });
    await new Promise((done) => setTimeout(done));
  };
  /** Shows the list, and then a customer. */
  const open = async (id: string, query: CustomerQuery | null = QUERY, meta: object = {}) => {
    TestBed.configureTestingModule({ providers: [...HTTP, provideRouter([])] });
    http = TestBed.inject(HttpTestingController);
    navigate = jest.spyOn(TestBed.inject(Router), 'navigate').mockResolvedValue(true);
    if (query) {
      TestBed.inject(CustomerListStore).load(query);
      await answer(1, [1, 'b'], meta);
      await answer(2, [3, 4], meta);
    }
    screen = await render(Neighbours, { id });
  };
  const place = () => screen.texts('[data-testid=place]');
  const went = () => navigate.mock.calls.map(([to]) => to[1] as unknown);

  it('are known by the place, and reached by buttons, over the end of a page', async () => {
    await open('b');
    expect(place()).toEqual(['2 of 5']);
    await screen.click(screen.button('Previous customer'));
    await screen.click(screen.button('Next customer'));
    expect(went()).toEqual(['1', '3']);
    await screen.set({ id: '3' });
    expect(place()).toEqual(['3 of 5']);
    await screen.set({ id: '4' });
    await screen.click(screen.button('Next customer'));
    await answer(3, [5]);
    await screen.settle();
    expect(went()).toEqual(['1', '3', '5']);
    await screen.set({ id: '5' });
    expect([place(), screen.button('Next customer').disabled]).toEqual([['5 of 5'], true]);
    await screen.set({ id: '4' });
    expect(place()).toEqual(['4 of 5']);
  });

  it('end with the result', async () => {
    await open('1');
    expect([screen.button('Previous customer').disabled, screen.button('Next customer').disabled]).toEqual([
      true,
      false,
    ]);
    await screen.component.go(-1);
    expect(went()).toEqual([]);
  });

  it('say that there may be more', async () => {
    await open('b', QUERY, { total_is_minimum: true });
    expect(place()).toEqual(['2 of 5+']);
  });

  it('are not there for a customer outside of the result, nor without one', async () => {
    await open('7');
    expect([place(), screen.component.isThere()]).toEqual([[], false]);
    TestBed.resetTestingModule();
    sessionStorage.clear();
    await open('1', null);
    expect(place()).toEqual([]);
    http.verify();
  });

  it('are known after a reload', async () => {
    await open('b');
    TestBed.resetTestingModule();
    await open('b', null);
    await answer(1, [1, 'b']);
    await screen.settle();
    expect(place()).toEqual(['2 of 5']);
  });

  it('are not there when the result can not be read', async () => {
    await open('b');
    TestBed.resetTestingModule();
    await open('b', null);
    http.expectOne(urlOf(1)).flush({ code: 'busy', message: 'x' }, { status: 503, statusText: 'x' });
    await screen.settle();
    expect(place()).toEqual([]);
  });
});
