import { HttpTestingController } from '@angular/common/http/testing';
import { ChangeDetectionStrategy, Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';

import { HTTP, Screen, announced, render } from '../../../../test/support/component';
import { VIEWER } from '../../../../test/support/viewer';
import { Connection } from '../../core/connection';
import { SessionStore } from '../../core/session';
import { Confirm } from '../../ui/confirm';
import { Question } from '../../ui/confirm-dialog';
import { Toast } from '../../ui/toast';
import { CustomerShow } from './customer-show';

@Component({ template: '', changeDetection: ChangeDetectionStrategy.OnPush })
class Elsewhere {}

const customer = {
  id: 'a/b',
  attributes: { first_name: 'Söfia', email: 'a@b.example' },
  events: { buy: 3 },
  last_updated: 1_560_964_022,
};

describe('CustomerShow', () => {
  let screen: Screen<CustomerShow>;
  let http: HttpTestingController;
  let questions: Question[];
  let toasts: string[];
  let sure: boolean;

  const open = async () => {
    [questions, toasts, sure] = [[], [], true];
    const ask = (question: Question) => Promise.resolve(void questions.push(question)).then(() => sure);
    const choose = async (question: Question) => ((await ask(question)) ? 'confirm' : 'cancel');
    screen = await render(CustomerShow, { id: 'a/b' }, [
      ...HTTP,
      provideRouter([{ path: '**', component: Elsewhere }]),
      { provide: Confirm, useValue: { ask, choose } },
      { provide: Toast, useValue: { show: (text: string) => Promise.resolve(toasts.push(text)) } },
    ]);
    http = TestBed.inject(HttpTestingController);
  };
  const answer = async (status = 200, body: object = { customer }) => {
    const headers = { etag: '"v1"' };
    http.expectOne({ method: 'GET', url: '/customers/a%2Fb' }).flush(body, { status, statusText: 'x', headers });
    await screen.settle();
    for (const request of http.match('/customers/a%2Fb/timeline?limit=50')) {
      request.flush({ entries: [], meta: { complete: true } });
    }
    for (const request of http.match(({ url }) => url === '/customers/a%2Fb/activity')) {
      request.flush({ activity: [], meta: { by: 'month', complete: true } });
    }
    await screen.settle();
  };
  const remove = async (status: number, body: object | null) => {
    await screen.click(screen.button('Delete'));
    const request = http.expectOne({ method: 'DELETE', url: '/customers/a%2Fb' });
    request.flush(body, { status, statusText: 'x' });
    await screen.settle();
    return request.request;
  };
  const url = () => TestBed.inject(Router).url;

  it('is busy under the id, then shows the customer and says so', async () => {
    jest.useFakeTimers();
    await open();
    expect(screen.texts('h1')).toEqual(['Customer a/b']);
    expect(screen.all('[aria-busy=true]')).toHaveLength(1);
    expect(screen.all('button:not(:disabled)')).toEqual([]);
    await answer();
    expect(screen.texts('h1')).toEqual(['Customer Söfia']);
    expect(screen.texts('h2')).toEqual(['Attributes 2', '3 events of 1 name', 'Notes', 'Activity', 'Timeline']);
    expect(screen.all('[aria-busy=true]')).toEqual([]);
    expect(await announced()).toBe('Customer a/b loaded');
    jest.useRealTimers();
  });

  it('shows a viewer the same, with nothing to change, and no key that leads to the form', async () => {
    await open();
    TestBed.inject(SessionStore).set(VIEWER);
    await answer();
    expect(screen.texts('h2')).toEqual(['Attributes 2', '3 events of 1 name', 'Notes', 'Activity', 'Timeline']);
    expect(screen.all('[data-testid=edit], [data-testid=delete]')).toEqual([]);
    await screen.press(document.body, 'e');
    expect(url()).toBe('/');
  });

  it('leads to the form and back to the list, also by keys', async () => {
    await open();
    await answer();
    expect(screen.link('Edit').getAttribute('href')).toBe('/customers/a%2Fb/edit');
    expect(screen.link('Customers').getAttribute('href')).toBe('/customers');
    await screen.press(document.body, 'e');
    expect(url()).toBe('/customers/a%2Fb/edit');
    await screen.press(document.body, 'Escape');
    expect(url()).toBe('/customers');
  });

  it('says that there is no such customer', async () => {
    await open();
    await answer(404, { code: 'customer_not_found', message: 'x' });
    http.expectOne('/trash?id=a%2Fb').flush({ entries: [], meta: {} });
    await screen.settle();
    expect(screen.texts('app-empty-state h2')).toEqual(['Customer not found']);
    expect(screen.texts('app-empty-state p')[0]).toBe(
      'There is no customer with the id a/b. It may have been deleted.',
    );
    expect(screen.link('Go to customers').getAttribute('href')).toBe('/customers');
    expect(screen.link('Search for it').getAttribute('href')).toBe('/customers?search=a%2Fb');
    expect(screen.link('Create it').getAttribute('href')).toBe('/new-customer?newId=a%2Fb');
    expect(screen.names('button')).toEqual(['Take messages again']);
    TestBed.inject(SessionStore).set({ access: 'closed', user: null, permissions: ['read'], single_sign_on: false });
    await screen.settle();
    expect(screen.all('button')).toEqual([]);
  });

  it('says why it could not be loaded, tries again, and does so when the server is back', async () => {
    await open();
    await answer(503, { code: 'busy', message: 'Not now.' });
    expect(screen.one('[role=alert]').textContent).toContain('Not now.');
    await screen.click(screen.button('Try again'));
    await answer(500, {});
    TestBed.inject(Connection).lose();
    TestBed.inject(Connection).recover();
    await screen.settle();
    await answer();
    expect(screen.texts('h1')).toEqual(['Customer Söfia']);
  });

  it('deletes what is looked at, only after a yes', async () => {
    await open();
    await answer();
    sure = false;
    await screen.click(screen.button('Delete'));
    http.expectNone({ method: 'DELETE', url: '/customers/a%2Fb' });
    sure = true;
    const { headers } = await remove(204, null);
    expect(headers.get('if-match')).toBe('"v1"');
    expect(questions.map(({ heading, text }) => `${heading} ${text}`)[1]).toContain(
      'Delete customer Söfia · a/b? a@b.example goes to the trash, from where it can be restored for some time.',
    );
    expect([url(), toasts]).toEqual(['/customers', ['Customer Söfia · a/b deleted']]);
  });

  it('does not delete what is no longer what was looked at', async () => {
    await open();
    await answer();
    await remove(412, { code: 'customer_changed', message: 'x' });
    const notice = screen.one('app-notice');
    expect(notice.textContent).toContain('Someone changed this customer');
    expect(notice.classList).not.toContain('danger');
    await screen.click(screen.button('Reload'));
    await answer();
    expect(screen.all('app-notice')).toEqual([]);
  });

  it('says why it was not deleted', async () => {
    await open();
    await answer();
    await remove(503, { code: 'busy', message: 'The database is away.' });
    expect(screen.texts('app-notice strong')).toEqual(['The customer was not deleted']);
    expect(screen.texts('app-notice p')).toEqual(['The database is away.']);
  });

  it('shows the choice of a moment on demand, with the focus on it', async () => {
    await open();
    await answer();
    expect(screen.all('[data-testid=as-of]')).toEqual([]);
    await screen.click(screen.one('[data-testid=as-of-open]'));
    await screen.settle();
    expect(document.activeElement).toBe(screen.one('[data-testid=as-of]'));
    expect(screen.all('[data-testid=as-of-open]')).toEqual([]);
  });

  it('suppresses after a question that says what it means, and takes that back', async () => {
    await open();
    await answer();
    sure = false;
    await screen.click(screen.button('Suppress'));
    http.expectNone({ method: 'POST', url: '/customers/a%2Fb/suppress' });
    sure = true;
    await screen.click(screen.button('Suppress'));
    const suppression = { method: 'POST', url: '/customers/a%2Fb/suppress' };
    http.expectOne(suppression).flush({ code: 'busy', message: 'Not now.' }, { status: 503, statusText: 'x' });
    await screen.settle();
    expect(screen.texts('app-notice p')).toEqual(['Not now.']);
    await screen.click(screen.button('Suppress'));
    http.expectOne(suppression).flush({ id: 'a/b', suppressed: true });
    await screen.settle();
    expect(questions[1].heading).toBe('Suppress customer Söfia · a/b?');
    expect(questions[1].text).toContain('every message with this id is rejected, from every source');
    expect(screen.texts('app-empty-state h2')).toEqual(['This customer is suppressed']);
    await screen.click(screen.button('Take messages again'));
    http.expectOne({ method: 'POST', url: '/customers/a%2Fb/unsuppress' }).flush({ id: 'a/b', suppressed: false });
    await screen.settle();
    http.expectOne('/trash?id=a%2Fb').flush({ entries: [], meta: {} });
    await screen.settle();
    expect(screen.texts('app-empty-state h2')).toEqual(['Customer not found']);
    expect(toasts).toEqual(['Customer a/b suppressed', 'Messages of customer a/b are taken again']);
  });

  it('says that a customer is suppressed', async () => {
    await open();
    await answer(404, { code: 'customer_suppressed', message: 'x' });
    expect(screen.texts('app-empty-state h2')).toEqual(['This customer is suppressed']);
  });

  it('keeps its heading, and the focus on it, when the customer arrives', async () => {
    await open();
    const heading = screen.one('h1');
    heading.tabIndex = -1;
    heading.focus();
    await answer();
    expect([screen.one('h1'), document.activeElement]).toEqual([heading, heading]);
    expect(heading.textContent).toContain('Söfia');
    expect(document.title).toBe('Söfia · a/b · Roster');
  });

  it('shows the record of an earlier moment, which cannot be edited, and goes back to now', async () => {
    await open();
    await answer();
    const at = '2019-06-19T10:00:00.000Z';
    await screen.set({ at });
    const past = { ...customer, attributes: { first_name: 'Sofia' }, events: {} };
    http.expectOne(`/customers/a%2Fb?at=${encodeURIComponent(at)}`).flush({ customer: past });
    await screen.settle();
    expect(screen.text).toContain('This is an earlier record');
    expect(screen.texts('h2')).toEqual(['Attributes 1', 'Events', 'Notes', 'Activity', 'Timeline']);
    expect(screen.all('[data-testid=edit], [data-testid=delete], [data-testid=why]')).toEqual([]);
    await screen.click(screen.button('Back to now'));
    await screen.set({ at: undefined });
    expect(screen.texts('h2')).toEqual(['Attributes 2', '3 events of 1 name', 'Notes', 'Activity', 'Timeline']);
  });

  it('says that there was no customer at that moment, or that the log does not reach it', async () => {
    await open();
    await answer();
    await screen.set({ at: '2001-01-01T00:00:00.000Z' });
    const none = { code: 'customer_not_found', message: 'There is none.' };
    http.expectOne('/customers/a%2Fb?at=2001-01-01T00%3A00%3A00.000Z').flush(none, { status: 404, statusText: 'x' });
    await screen.settle();
    expect(screen.text).toContain('There was no such customer');
    await screen.set({ at: '2002-01-01T00:00:00.000Z' });
    const cut = { code: 'log_incomplete', message: 'The log begins later.' };
    http.expectOne('/customers/a%2Fb?at=2002-01-01T00%3A00%3A00.000Z').flush(cut, { status: 409, statusText: 'x' });
    await screen.settle();
    expect(screen.text).toContain('The log begins later.');
    expect(screen.all('[data-testid=attribute]')).toEqual([]);
  });
});
