import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';

import { HTTP, Screen, announced, render } from '../../../../test/support/component';
import { VIEWER } from '../../../../test/support/viewer';
import { SessionStore } from '../../core/session';
import { CustomerLabels } from './customer-labels';

const PATH = '/customers/a%2Fb/labels';

describe('CustomerLabels', () => {
  let screen: Screen<CustomerLabels>;
  let http: HttpTestingController;

  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());
  const open = async (labels: readonly string[] = ['late payer', 'vip']) => {
    screen = await render(CustomerLabels, { id: 'a/b' }, HTTP);
    http = TestBed.inject(HttpTestingController);
    await answer('GET', PATH, { labels });
  };
  const answer = async (method: string, url: string, body: object, status = 200) => {
    http.expectOne({ method, url }).flush(body, { status, statusText: 'x' });
    await screen.settle();
  };
  const add = async () => {
    await screen.click(screen.button('Add label'));
    await answer('GET', '/labels?limit=12', { labels: [{ name: 'vip', customers: 1200 }] });
  };
  const labels = () => screen.texts('[data-testid=label]');
  const field = () => screen.input('New label');

  it('shows the labels, and asks anew for another customer', async () => {
    await open();
    expect(labels()).toEqual(['late payer', 'vip']);
    await screen.set({ id: '7' });
    expect(labels()).toEqual([]);
    await answer('GET', '/customers/7/labels', { labels: [] });
    expect(screen.one('ul').hidden).toBe(true);
  });

  it('puts on what is typed, with suggestions, and is ready for the next one', async () => {
    await open();
    await add();
    expect(document.activeElement).toBe(field());
    expect(screen.all<HTMLOptionElement>('option').map(({ value, text }) => [value, text])).toEqual([['vip', '1,200']]);
    await screen.type(field(), ' new? ');
    await jest.advanceTimersByTimeAsync(200);
    await answer('GET', '/labels?limit=12&search=new%3F', { labels: [] });
    expect(screen.all('option')).toEqual([]);
    await screen.submit();
    await answer('PUT', `${PATH}/new%3F`, { labels: ['late payer', 'new?', 'vip'] });
    expect(labels()).toEqual(['late payer', 'new?', 'vip']);
    expect([field().value, document.activeElement]).toEqual(['', field()]);
    expect(await announced()).toBe('Label new? added');
    await screen.submit();
    http.expectNone({ method: 'PUT' });
  });

  it('leaves the field on Escape, and not the page', async () => {
    await open();
    await add();
    expect(await screen.press(field(), 'Escape')).toBe(true);
    expect(document.activeElement).toBe(screen.button('Add label'));
  });

  it('says at the field why a label was not put on', async () => {
    await open();
    await add();
    await screen.type(field(), 'x');
    await screen.submit();
    await answer('PUT', `${PATH}/x`, { code: 'too_many_labels', message: 'There are 100 labels.' }, 409);
    expect(screen.texts('[role=alert]')).toEqual(['There are 100 labels.']);
    expect([field().value, field().getAttribute('aria-invalid')]).toEqual(['x', 'true']);
    expect(field().getAttribute('aria-describedby')).toBe(screen.one('[role=alert]').id);
  });

  it('takes a label away, once, and keeps the focus', async () => {
    await open();
    await screen.click(screen.button('Remove label vip'));
    await screen.click(screen.button('Remove label vip'));
    await answer('DELETE', `${PATH}/vip`, { labels: ['late payer'] });
    expect(labels()).toEqual(['late payer']);
    expect(document.activeElement).toBe(screen.button('Add label'));
    expect(await announced()).toBe('Label vip removed');
  });

  it('shows a viewer the labels alone, in a list that the keyboard can scroll', async () => {
    await open();
    TestBed.inject(SessionStore).set(VIEWER);
    await screen.settle();
    expect([labels(), screen.all('button')]).toEqual([['late payer', 'vip'], []]);
    expect(screen.one('ul').tabIndex).toBe(0);
  });
});
