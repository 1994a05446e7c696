import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';

import { HTTP, Screen, announced, render } from '../../../../test/support/component';
import { EventSourceStub, call } from '../../../../test/support/live-calls';
import { SessionStore } from '../../core/session';
import { Live } from './live';
import { summaryOf } from './summary';

const FRAME_MS = 20;
const NOTHING = { accepted: 0, duplicate: 0, stale: 0, anonymous: 0, ignored: 0, rejected: 0 };

describe('Live', () => {
  let screen: Screen<Live>;
  let http: HttpTestingController;
  const feed = () => EventSourceStub.last;
  const frame = async () => {
    await jest.advanceTimersByTimeAsync(FRAME_MS);
    await screen.settle();
  };
  const arrive = async (...calls: Parameters<EventSourceStub['send']>) => {
    feed().send(...calls);
    await frame();
  };
  const rows = () => screen.texts('[role=option] .customer');
  const list = () => screen.one('[role=listbox]');
  const press = async (...keys: string[]) => {
    for (const key of keys) {
      await screen.press(list(), key);
      await frame();
    }
  };
  const heading = () => screen.texts('app-call-details h2');

  beforeEach(async () => {
    jest.useFakeTimers();
    // jsdom lays nothing out: the list has room for 20 rows.
    jest.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(680);
    EventSourceStub.install();
    const session = new SessionStore();
    session.set({ access: 'open', user: null, permissions: ['read', 'manage'], single_sign_on: false });
    screen = await render(Live, {}, [...HTTP, provideRouter([]), { provide: SessionStore, useValue: session }]);
    http = TestBed.inject(HttpTestingController);
    const sources = [
      { id: 1, name: 'default', kind: 'http' },
      { id: 2, name: 'Shop', kind: 'segment' },
    ];
    http.expectOne('/sources').flush({ sources });
    feed().open();
    await frame();
  });
  afterEach(() => {
    TestBed.resetTestingModule();
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it('waits for the first message with a program that sends one', () => {
    expect(screen.texts('app-empty-state h2')).toEqual(['Waiting for the first message']);
    expect(screen.texts('[data-testid=snippet]')[0]).toContain('/messages');
    expect(screen.texts('[data-testid=feed-state]')).toEqual(['Connected']);
  });

  it('shows messages as they arrive, with what became of each', async () => {
    await arrive(
      call(1),
      call(2, { call: 'track', name: 'order', outcome: 'duplicate' }),
      call(3, { outcome: 'rejected', reason: 'invalid_timestamp', message: 'It is in the year 55976.' }),
    );
    expect(rows()).toEqual(['u3', 'u2', 'u1']);
    expect(screen.texts('[role=option] .outcome')).toEqual(['rejected', 'duplicate', 'accepted']);
    expect(screen.texts('[role=option] .detail')).toEqual([
      'timestamp is no time from 1970 to tomorrow',
      'order {"userId":"u2"}',
      '{"userId":"u1"}',
    ]);
    expect(screen.texts('.chip').slice(0, 2)).toEqual(['accepted 1', 'duplicate 1']);
  });

  it('renders only the rows that can be seen', async () => {
    await arrive(...Array.from({ length: 1000 }, (_, i) => call(i)));
    expect(screen.all('[role=option]').length).toBeLessThan(60);
    expect(screen.one('[role=option]:first-child').getAttribute('aria-setsize')).toBe('1000');
  });

  it('pauses and goes on, by the button and by a key, and counts what waits', async () => {
    await arrive(call(1));
    await screen.click(screen.button('Pause'));
    await frame();
    await arrive(call(2), call(3));
    expect([rows(), screen.texts('[data-testid=waiting]')]).toEqual([['u1'], ['· 2 wait']]);
    await screen.press(document.body, 'p');
    await frame();
    expect(rows()).toEqual(['u3', 'u2', 'u1']);
    expect(screen.all('[data-testid=waiting]')).toEqual([]);
  });

  it('is held while a row is open, and goes from row to row by keys', async () => {
    await arrive(call(1), call(2), call(3));
    await press('ArrowDown', 'ArrowDown');
    expect(list().getAttribute('aria-activedescendant')).toBe('call-2');
    expect(screen.one('[aria-selected=true]').id).toBe('call-2');
    expect(screen.link('u2').getAttribute('href')).toBe('/customers/u2');
    await arrive(call(4));
    expect(rows()).toEqual(['u3', 'u2', 'u1']);
    await press('End');
    expect(screen.link('u1').textContent).toBe('u1');
    await press('Home');
    expect(list().getAttribute('aria-activedescendant')).toBe('call-3');
    await screen.press(document.body, 'Escape');
    await frame();
    expect([rows(), heading()]).toEqual([['u4', 'u3', 'u2', 'u1'], []]);
  });

  it('opens a row with its times, its text and what it repeats', async () => {
    const first = { id: 'm1', at: '2026-01-31T11:00:00.000Z', source_name: 'Web' };
    await arrive(call(2, { outcome: 'duplicate', duplicate_of: first, timestamp: '2026-01-30T12:00:00.500Z' }));
    await screen.click(screen.one('[role=option] .time'));
    await frame();
    expect(heading()).toEqual(['duplicate identify']);
    expect(screen.texts('[data-testid=duplicate-of]')[0]).toMatch(/^m1 .* from Web$/);
    expect(screen.texts('app-call-details time')).toHaveLength(2);
    expect(screen.one('app-call-details pre').textContent).toBe('{\n  "userId": "u2"\n}');
    await arrive(call(3));
    await screen.click(screen.one('[data-testid=filter-customer]'));
    expect(screen.input('Filter by text').value).toBe('u2');
    await screen.click(screen.button('Close'));
    await frame();
    expect([heading(), rows()]).toEqual([[], ['u2']]);
  });

  it('filters by outcome in the address, and by text', async () => {
    await arrive(call(1), call(2, { outcome: 'rejected', reason: 'suppressed' }), call(3, { name: 'Order' }));
    const to = jest.spyOn(TestBed.inject(Router), 'navigate').mockResolvedValue(true);
    await screen.click(screen.one('[data-testid=outcome-rejected]'));
    expect(to).toHaveBeenCalledWith([], expect.objectContaining({ queryParams: { outcome: 'rejected' } }));
    await screen.set({ outcome: 'rejected,nonsense' });
    expect(rows()).toEqual(['u2']);
    await screen.set({ outcome: undefined });
    await screen.type(screen.input('Filter by text'), ' order ');
    await frame();
    expect(rows()).toEqual(['u3']);
    await screen.type(screen.input('Filter by text'), 'nothing like that');
    await frame();
    expect(screen.texts('app-empty-state h2')).toEqual(['No message matches']);
    await screen.click(screen.button('Clear the filters'));
    await frame();
    expect(rows()).toEqual(['u3', 'u2', 'u1']);
  });

  it('follows one source', async () => {
    const to = jest.spyOn(TestBed.inject(Router), 'navigate').mockResolvedValue(true);
    await screen.choose(screen.select('Source'), '2');
    expect(to).toHaveBeenCalledWith([], expect.objectContaining({ queryParams: { source: '2' } }));
    await screen.set({ source: '2' });
    expect(feed().url).toBe('/live?source=2');
  });

  it('says that the connection is lost, and that it is back', async () => {
    feed().fail(false);
    await frame();
    expect(screen.texts('[role=status]')).toEqual(['The connection is lost; it is made again…']);
    feed().open();
    await frame();
    expect(screen.texts('[role=status]')).toEqual(['Connected']);
  });

  it('says why it is refused, and tries again', async () => {
    feed().fail(true);
    await jest.advanceTimersByTimeAsync(1000);
    http.expectOne('/sources').flush({ code: 'x', message: 'No.' }, { status: 403, statusText: 'x' });
    await frame();
    expect(screen.texts('[role=alert] p')[0]).toBe('No.');
    await screen.click(screen.button('Try again'));
    feed().open();
    await frame();
    expect(screen.texts('[role=status]')).toEqual(['Connected']);
  });

  it('tells how many messages the server left out', async () => {
    await arrive(call(1));
    feed().tell('skipped', { count: 1200 });
    await frame();
    expect(screen.one('.foot').textContent).toContain('1,200 messages came faster than this page reads');
  });

  it('reads a summary to screen readers from time to time, not each row', async () => {
    await arrive(call(1), call(2), call(3, { outcome: 'rejected' }));
    expect(screen.all('[aria-live]')).toEqual([]);
    await jest.advanceTimersByTimeAsync(15_000);
    expect(await announced()).toBe('3 messages: 2 accepted, 1 rejected');
  });
});

describe('summaryOf', () => {
  it.each([
    [{}, null],
    [{ accepted: 1 }, '1 message: 1 accepted'],
    [{ accepted: 1200, stale: 1 }, '1,201 messages: 1,200 accepted, 1 stale'],
  ])('of %j is %p', (news, text) => {
    expect(summaryOf(NOTHING, { ...NOTHING, ...news })).toBe(text);
  });
});
