import { HttpTestingController } from '@angular/common/http/testing';
import { ChangeDetectionStrategy, Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';

import { HTTP } from '../../../../test/support/component';
import { Toast, ToastAction } from '../../ui/toast';
import { CustomerStore } from '../state/customer-store';
import { UndoToast } from './undo-toast';

@Component({ template: '', changeDetection: ChangeDetectionStrategy.OnPush })
class Elsewhere {}

const HISTORY = '/customers/a%2Fb/history?limit=20';
const UNDO = (entry: number) => ({ method: 'POST', url: `/customers/a%2Fb/history/${entry}/undo` });
const edit = (id: number, changes: object[], some: object = {}) => ({ id, action: 'updated', changes, ...some });
const CHANGED = { status: 409, statusText: 'x' };

describe('UndoToast', () => {
  let http: HttpTestingController;
  let store: CustomerStore;
  let texts: string[];
  let action: ToastAction | undefined;

  const settle = () => new Promise((resolve) => setTimeout(resolve));
  const press = async (label: string) => {
    expect(action?.label).toBe(label);
    action?.run();
    await settle();
  };
  const answer = async (request: string | { method: string; url: string }, body: object, options = {}) => {
    http.expectOne(request).flush(body, options);
    await settle();
  };

  beforeEach(() => {
    texts = [];
    const show = (text: string, button?: ToastAction) => {
      texts.push(text);
      action = button;
      return Promise.resolve();
    };
    TestBed.configureTestingModule({
      providers: [
        ...HTTP,
        provideRouter([{ path: '**', component: Elsewhere }]),
        { provide: Toast, useValue: { show } },
      ],
    });
    http = TestBed.inject(HttpTestingController);
    store = TestBed.inject(CustomerStore);
  });

  const look = async (plan: string) => {
    const loaded = store.load('a/b');
    const customer = { id: 'a/b', attributes: { plan }, events: {}, last_updated: 1 };
    http.expectOne('/customers/a%2Fb').flush({ customer });
    await loaded;
  };
  const shownPlan = () => {
    const state = store.state();
    return state.kind === 'ready' ? state.version.customer.attributes.plan : state.kind;
  };

  it('undoes the edit that was saved, also if somebody edited something else since', async () => {
    await look('gold');
    TestBed.inject(UndoToast).saved('a/b', { plan: 'gold', old: null, same: 1 });
    expect(texts).toEqual(['Changes saved']);
    await press('Undo');
    await answer(HISTORY, {
      history: [
        edit(9, [{ name: 'city', to: 'Rome' }]),
        edit(8, [{ name: 'plan', from: 'gold', to: 'gold' }], { action: 'created' }),
        edit(7, [
          { name: 'old', from: 1 },
          { name: 'plan', from: 'basic', to: 'gold' },
        ]),
        edit(6, [{ name: 'plan', to: 'basic' }]),
      ],
    });
    const customer = { id: 'a/b', attributes: { plan: 'basic', old: 1 }, events: {}, last_updated: 2 };
    await answer(UNDO(7), { customer }, { headers: { etag: '"v2"' } });
    expect(texts).toEqual(['Changes saved', 'Changes undone']);
    expect(shownPlan()).toBe('basic');
  });

  it('names what was changed since, and leads to the customer as it is now', async () => {
    await look('gold');
    TestBed.inject(UndoToast).saved('a/b', { plan: 'gold' });
    await press('Undo');
    await answer(HISTORY, { history: [edit(7, [{ name: 'plan', from: 'basic', to: 'gold' }])] });
    const details = [{ field: 'attributes.plan', message: 'It was changed since.' }];
    await answer(UNDO(7), { code: 'customer_changed', message: 'x', details }, CHANGED);
    expect(texts[1]).toBe(
      'Not undone, because this was changed since: plan. Nothing was changed. Edit the customer instead.',
    );
    expect(shownPlan()).toBe('gold');
    await press('Show customer');
    await answer('/customers/a%2Fb', { customer: { id: 'a/b', attributes: { plan: 'free' }, events: {} } });
    expect([shownPlan(), TestBed.inject(Router).url]).toEqual(['free', '/customers/a%2Fb']);
  });

  it('undoes nothing in place of an edit that is no longer among the last ones', async () => {
    TestBed.inject(UndoToast).saved('a/b', { plan: 'gold' });
    await press('Undo');
    await answer(HISTORY, { history: [edit(7, [{ name: 'plan', to: 'free' }])] });
    http.verify();
    expect(texts[1]).toContain('Undo it in the timeline.');
  });

  it('restores a deleted customer from the trash, and shows it', async () => {
    TestBed.inject(UndoToast).deleted('a/b', 'Ada · a/b');
    expect(texts).toEqual(['Customer Ada · a/b deleted']);
    await press('Undo');
    await answer({ method: 'POST', url: '/trash/a%2Fb/restore' }, {});
    expect(texts[1]).toBe('Customer Ada · a/b is back');
    expect(TestBed.inject(Router).url).toBe('/customers/a%2Fb');
  });

  it('says why a deleted customer is not back', async () => {
    TestBed.inject(UndoToast).deleted('a/b', 'a/b');
    await press('Undo');
    await answer({ method: 'POST', url: '/trash/a%2Fb/restore' }, { code: 'not_in_trash', message: 'Gone.' }, CHANGED);
    expect(texts[1]).toBe('Gone.');
  });
});
