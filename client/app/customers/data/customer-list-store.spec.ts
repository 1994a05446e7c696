import { HttpErrorResponse } from '@angular/common/http';
import { TestBed } from '@angular/core/testing';
import { Subject } from 'rxjs';

import { CustomerPage } from './customer';
import { CustomerListStore } from './customer-list-store';
import { CustomersClient } from './customers-client';

const pageOf = (page: number, ids: number[], total: number): CustomerPage => ({
  customers: ids.map((id) => ({ id, attributes: {}, events: {}, last_updated: 0 })),
  meta: { page, per_page: 25, total },
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
    store.load(1, 25);
    expect(store.state()).toEqual({ kind: 'loading', previous: null });
    answers[0].next(pageOf(1, [1], 1));
    expect(store.state()).toEqual({ kind: 'ready', page: pageOf(1, [1], 1) });
  });

  it('keeps the page before while the next one loads', () => {
    store.load(1, 25);
    answers[0].next(pageOf(1, [1], 30));
    store.load(2, 25);
    expect(store.state()).toEqual({ kind: 'loading', previous: pageOf(1, [1], 30) });
  });

  it.each<[string, number, string]>([
    ['no customers at all', 0, 'empty'],
    ['no customers on this page', 7, 'past_end'],
  ])('%s', (_case, total, kind) => {
    store.load(1, 25);
    answers[0].next(pageOf(1, [], total));
    expect(store.state().kind).toBe(kind);
  });

  it('takes only the answer to the last request', () => {
    store.load(1, 25);
    store.load(2, 25);
    answers[1].next(pageOf(2, [2], 2));
    answers[0].next(pageOf(1, [1], 2));
    expect(store.state()).toEqual({ kind: 'ready', page: pageOf(2, [2], 2) });
  });

  it('says what went wrong', () => {
    store.load(1, 25);
    answers[0].error(new HttpErrorResponse({ status: 0 }));
    expect(store.state()).toMatchObject({ kind: 'error', problem: { code: 'unreachable' } });
  });
});
