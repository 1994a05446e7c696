import { HttpErrorResponse } from '@angular/common/http';
import { TestBed } from '@angular/core/testing';
import { Subject } from 'rxjs';

import { CustomerPage } from '../model/customer';
import { CustomerListStore, shown } from './customer-list-store';
import { CustomerQuery } from '../model/customer-query';
import { CustomersClient } from '../wire/customers-client';

const pageOf = (page: number, ids: number[], total: number): CustomerPage => ({
  customers: ids.map((id) => ({ id, attributes: {}, events: {}, last_updated: 0 })),
  meta: { page, per_page: 25, total },
});

const query = (page: number): CustomerQuery => ({
  search: '',
  filters: [],
  sort: 'id',
  order: 'asc',
  page,
  perPage: 25,
});

describe('CustomerListStore', () => {
  let answers: Subject<CustomerPage>[];
  let store: CustomerListStore;

  beforeEach(() => {
    answers = [];
    const client = {
      page: () => {
        const answer = new Subject<CustomerPage>();
        answers.push(answer);
        return answer;
      },
    };
    TestBed.configureTestingModule({ providers: [{ provide: CustomersClient, useValue: client }] });
    store = TestBed.inject(CustomerListStore);
  });

  it('starts loading, then is ready', () => {
    store.load(query(1));
    expect(store.state()).toEqual({ kind: 'loading', previous: null, kept: false });
    answers[0].next(pageOf(1, [1], 1));
    expect(store.state()).toEqual({ kind: 'ready', page: pageOf(1, [1], 1) });
  });

  it('keeps the page before while the next one loads', () => {
    store.load(query(1));
    answers[0].next(pageOf(1, [1], 30));
    store.load(query(2));
    expect(store.state()).toEqual({ kind: 'loading', previous: pageOf(1, [1], 30), kept: false });
  });

  it('fetches the next page ahead, and shows it at once', () => {
    store.load(query(1));
    answers[0].next(pageOf(1, [1], 30));
    answers[1].next(pageOf(2, [26], 30));
    expect(store.state()).toEqual({ kind: 'ready', page: pageOf(1, [1], 30) });
    store.load(query(2));
    expect(store.state()).toEqual({ kind: 'loading', previous: pageOf(2, [26], 30), kept: true });
    answers[2].next(pageOf(2, [27], 30));
    expect(store.state()).toEqual({ kind: 'ready', page: pageOf(2, [27], 30) });
    expect(answers).toHaveLength(3);
  });

  it('shows what was fetched on the way back, with what was written and without what was deleted meanwhile', () => {
    store.load(query(1));
    answers[0].next(pageOf(1, [1, 2], 2));
    store.replace({ id: 2, attributes: { plan: 'pro' }, events: {}, last_updated: 7 });
    store.remove('1');
    store.load(query(1));
    expect(shown(store.state())).toEqual({
      customers: [{ id: 2, attributes: { plan: 'pro' }, events: {}, last_updated: 7 }],
      meta: { page: 1, per_page: 25, total: 1 },
    });
    answers[1].error(new HttpErrorResponse({ status: 0 }));
    expect(shown(store.state())?.customers).toHaveLength(1);
  });

  it('knows nothing of before once many have changed', () => {
    store.load(query(1));
    answers[0].next(pageOf(1, [1], 1));
    store.clear();
    store.load(query(2));
    store.load(query(1));
    expect(store.state()).toMatchObject({ kind: 'loading', kept: false });
  });

  it.each<[string, number, string]>([
    ['no customers at all', 0, 'empty'],
    ['no customers on this page', 7, 'past_end'],
  ])('%s', (_case, total, kind) => {
    store.load(query(1));
    answers[0].next(pageOf(1, [], total));
    expect(store.state().kind).toBe(kind);
  });

  it('takes only the answer to the last request', () => {
    store.load(query(1));
    store.load(query(2));
    answers[1].next(pageOf(2, [2], 2));
    answers[0].next(pageOf(1, [1], 2));
    expect(store.state()).toEqual({ kind: 'ready', page: pageOf(2, [2], 2) });
  });

  it('says what went wrong', () => {
    store.load(query(1));
    answers[0].error(new HttpErrorResponse({ status: 0 }));
    expect(store.state()).toMatchObject({ kind: 'error', problem: { code: 'unreachable' } });
  });
});
