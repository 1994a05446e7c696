import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';

import { HTTP } from '../../../../test/support/component';
import { EventSourceStub, call } from '../../../../test/support/live-calls';
import { FeedEvent, LiveFeed } from './live-feed';

describe('LiveFeed', () => {
  let heard: FeedEvent[];
  let ended: boolean;
  let http: HttpTestingController;
  const kinds = () => heard.map(({ kind }) => kind);
  const open = (source: number | null) => {
    const complete = () => (ended = true);
    return TestBed.inject(LiveFeed)
      .open(source)
      .subscribe({ next: (event) => heard.push(event), complete });
  };
  const answer = async (waitMs: number, status: number, body: object) => {
    await jest.advanceTimersByTimeAsync(waitMs);
    http.expectOne('/sources').flush(body, { status, statusText: 'x' });
  };

  beforeEach(() => {
    jest.useFakeTimers();
    EventSourceStub.install();
    [heard, ended] = [[], false];
    TestBed.configureTestingModule({ providers: HTTP });
    http = TestBed.inject(HttpTestingController);
  });
  afterEach(() => jest.useRealTimers());

  it('follows all sources or one, until nobody listens', () => {
    const all = open(null);
    open(7);
    expect(EventSourceStub.all.map(({ url }) => url)).toEqual(['/live', '/live?source=7']);
    all.unsubscribe();
    expect(EventSourceStub.all.map(({ isClosed }) => isClosed)).toEqual([true, false]);
  });

  it('tells calls, and how many the server left out', () => {
    open(null);
    EventSourceStub.last.open();
    EventSourceStub.last.send(call(1));
    EventSourceStub.last.tell('skipped', { count: 12 });
    expect(heard).toEqual([{ kind: 'connected' }, { kind: 'call', call: call(1) }, { kind: 'skipped', count: 12 }]);
  });

  it('leaves it to the browser to connect again where it does', async () => {
    open(null);
    EventSourceStub.last.open();
    EventSourceStub.last.fail(false);
    EventSourceStub.last.open();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(kinds()).toEqual(['connected', 'lost', 'connected']);
    expect(EventSourceStub.all).toHaveLength(1);
  });

  it('connects anew after a refusal once the server answers, and waits longer each time', async () => {
    open(3);
    EventSourceStub.last.fail(true);
    await answer(1000, 503, {});
    await answer(2000, 503, {});
    await jest.advanceTimersByTimeAsync(3999);
    http.expectNone('/sources');
    await answer(1, 200, { sources: [] });
    expect(EventSourceStub.all.map(({ url }) => url)).toEqual(['/live?source=3', '/live?source=3']);
    EventSourceStub.last.open();
    expect([kinds(), ended]).toEqual([['lost', 'connected'], false]);
  });

  it('ends where the reader may not', async () => {
    open(null);
    EventSourceStub.last.fail(true);
    await answer(1000, 403, { code: 'forbidden', message: 'This needs more.' });
    expect(heard.at(-1)).toMatchObject({ kind: 'refused', problem: { status: 403, message: 'This needs more.' } });
    expect(ended).toBe(true);
  });
});
