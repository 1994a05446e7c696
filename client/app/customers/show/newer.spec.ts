import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';

import { HTTP, Screen, render } from '../../../../test/support/component';
import { CustomerStore } from '../state/customer-store';
import { Newer } from './newer';

const URL = '/customers/7';
const customer = (city: string) => ({ customer: { id: 7, attributes: { city }, events: {}, last_updated: 1 } });

describe('a customer that is changed elsewhere', () => {
  let screen: Screen<Newer>;
  let http: HttpTestingController;
  let visibility: DocumentVisibilityState;

  beforeEach(async () => {
    jest.useFakeTimers();
    visibility = 'visible';
    jest.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visibility);
    TestBed.configureTestingModule({ providers: HTTP });
    http = TestBed.inject(HttpTestingController);
    const loaded = TestBed.inject(CustomerStore).load('7');
    http.expectOne(URL).flush(customer('Brno'), { headers: { etag: '"v1"' } });
    await loaded;
    screen = await render(Newer);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  const wait = async (ms: number) => {
    await jest.advanceTimersByTimeAsync(ms);
    await screen.settle();
  };
  const comeBack = async () => {
    await wait(2000);
    document.dispatchEvent(new Event('visibilitychange'));
    window.dispatchEvent(new Event('focus'));
    await screen.settle();
  };
  const answer = async (status: number, body: object | null) => {
    const request = http.expectOne(URL);
    request.flush(body, { status, statusText: 'x', headers: { etag: '"v2"' } });
    await screen.settle();
    return request.request.headers.get('if-none-match');
  };
  const city = () => {
    const state = TestBed.inject(CustomerStore).state();
    return state.kind === 'ready' ? state.version.customer.attributes.city : state.kind;
  };

  it('is asked for by its version, once on the return to the tab, and then shown', async () => {
    await comeBack();
    expect(await answer(200, customer('Praha'))).toBe('"v1"');
    expect([city(), screen.text]).toEqual(['Praha', '']);
    await comeBack();
    expect(await answer(304, null)).toBe('"v2"');
    expect([city(), screen.text]).toEqual(['Praha', '']);
  });

  it('is only offered while a value is edited', async () => {
    await screen.set({ isEditing: true });
    await comeBack();
    await answer(200, customer('Praha'));
    expect([city(), screen.texts('[role=status]')]).toEqual(['Brno', ['Changed elsewhere']]);
    await screen.click(screen.button('Show'));
    expect([city(), screen.text]).toEqual(['Praha', '']);
  });

  it('is asked for every 30 seconds in a tab that is looked at, and offered there', async () => {
    await wait(29_000);
    http.verify();
    await wait(1500);
    await answer(304, null);
    await wait(30_000);
    await answer(200, customer('Praha'));
    expect([city(), screen.texts('button')]).toEqual(['Brno', ['Show']]);
  });

  it('is not asked for in a hidden tab', async () => {
    visibility = 'hidden';
    await wait(120_000);
    document.dispatchEvent(new Event('visibilitychange'));
    http.verify();
  });

  it('is told when it was deleted, and nothing when that is not known', async () => {
    await screen.set({ isEditing: true });
    await comeBack();
    await answer(503, { code: 'busy', message: 'x' });
    expect(screen.text).toBe('');
    await comeBack();
    await answer(404, { code: 'customer_not_found', message: 'x' });
    expect(screen.texts('[role=status]')).toEqual(['Deleted elsewhere']);
    await screen.click(screen.button('Show'));
    expect(city()).toBe('missing');
  });
});
