import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';

import { HTTP, Screen, render } from '../../../../test/support/component';
import { VIEWER } from '../../../../test/support/viewer';
import { SessionStore } from '../../core/session';
import { Confirm } from '../../ui/confirm';
import { Question } from '../../ui/confirm-dialog';
import { Toast } from '../../ui/toast';
import { TimelineEntry } from '../model/timeline';
import { CustomerStore } from '../state/customer-store';
import { UndoEdit } from './undo-edit';

const entry = (some: Partial<TimelineEntry> = {}): TimelineEntry => ({
  ...{ entry: 'h7', kind: 'edit', time: '2020-01-31T12:00:00.000Z', action: 'updated' },
  source: { kind: 'edit', client: 'admin' },
  changes: [{ name: 'plan', from: 'basic', to: 'gold' }],
  ...some,
});
const REQUEST = { method: 'POST', url: '/customers/a%2Fb/history/h7/undo' };

describe('UndoEdit', () => {
  let screen: Screen<UndoEdit>;
  let http: HttpTestingController;
  let questions: Question[];
  let toasts: string[];
  let sure: boolean;

  const open = async (some: Partial<TimelineEntry> = {}) => {
    [questions, toasts, sure] = [[], [], true];
    const ask = (question: Question) => Promise.resolve(void questions.push(question)).then(() => sure);
    screen = await render(UndoEdit, { id: 'a/b', entry: entry(some) }, [
      ...HTTP,
      { provide: Confirm, useValue: { ask } },
      { provide: Toast, useValue: { show: (text: string) => Promise.resolve(toasts.push(text)) } },
    ]);
    http = TestBed.inject(HttpTestingController);
    const loaded = TestBed.inject(CustomerStore).load('a/b');
    http.expectOne('/customers/a%2Fb').flush({ customer: { id: 'a/b', attributes: { plan: 'gold' }, events: {} } });
    await loaded;
  };
  const undo = () => screen.click(screen.button('Undo this edit'));
  const answer = async (body: object, status = 200) => {
    http.expectOne(REQUEST).flush(body, { status, statusText: 'x', headers: { etag: '"v2"' } });
    await screen.settle();
  };
  const state = () => TestBed.inject(CustomerStore).state();

  it('undoes the edit without a question, once, and shows the new version', async () => {
    await open();
    await undo();
    expect(screen.button('Undo this edit').getAttribute('aria-busy')).toBe('true');
    await undo();
    const customer = { id: 'a/b', attributes: { plan: 'basic' }, events: {}, last_updated: 2 };
    await answer({ customer });
    expect(state()).toEqual({ kind: 'ready', id: 'a/b', version: { customer, etag: '"v2"' } });
    expect([questions, toasts]).toEqual([[], ['Changes undone']]);
  });

  it('says what was changed since, and leaves it', async () => {
    await open();
    await undo();
    const details = [{ field: 'attributes.plan', message: 'It was changed since.' }];
    await answer({ code: 'customer_changed', message: 'x', details }, 409);
    expect(screen.texts('[role=alert]')).toEqual([
      'Not undone, because this was changed since: plan. Nothing was changed. Edit the customer instead.',
    ]);
    expect(toasts).toEqual([]);
    await undo();
    expect(screen.all('[role=alert]')).toEqual([]);
    await answer({ code: 'entry_not_found', message: 'There is no such entry.' }, 404);
    expect(screen.texts('[role=alert]')).toEqual(['There is no such entry.']);
  });

  it.each(['created', 'restored'] as const)(
    'asks before it undoes “%s”, which deletes the customer',
    async (action) => {
      await open({ action });
      sure = false;
      await undo();
      http.expectNone(REQUEST);
      sure = true;
      await undo();
      await answer({});
      expect(questions).toHaveLength(2);
      expect([state().kind, toasts]).toEqual(['missing', ['Customer a/b deleted']]);
    },
  );

  it('is not shown for a message, for a deletion, or to a user who may not do it', async () => {
    await open({ kind: 'event' });
    expect(screen.all('button')).toEqual([]);
    await screen.set({ entry: entry({ action: 'deleted' }) });
    expect(screen.all('button')).toEqual([]);
    await screen.set({ entry: entry({ action: 'created' }) });
    TestBed.inject(SessionStore).set({ ...VIEWER, permissions: ['read', 'write'] });
    await screen.settle();
    expect(screen.all('button')).toEqual([]);
    await screen.set({ entry: entry() });
    expect(screen.names('button')).toEqual(['Undo this edit']);
    TestBed.inject(SessionStore).set(VIEWER);
    await screen.settle();
    expect(screen.all('button')).toEqual([]);
  });
});
