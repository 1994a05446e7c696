import { TestBed } from '@angular/core/testing';

import { HTTP } from '../../../../test/support/component';
import { EventSourceStub, call } from '../../../../test/support/live-calls';
import { EVERYTHING } from '../model/call';
import { KEPT, LiveStore } from './live-store';

const FRAME_MS = 20;

describe('LiveStore', () => {
  let store: LiveStore;
  const feed = () => EventSourceStub.last;
  const frame = () => jest.advanceTimersByTimeAsync(FRAME_MS);
  const shown = () => store.shown().map(({ n }) => n);
  const many = (from: number, count: number) => Array.from({ length: count }, (_, i) => call(from + i));

  beforeEach(() => {
    jest.useFakeTimers();
    EventSourceStub.install();
    TestBed.configureTestingModule({ providers: [...HTTP, LiveStore] });
    store = TestBed.inject(LiveStore);
    store.open(null);
    feed().open();
  });
  afterEach(() => {
    TestBed.resetTestingModule();
    jest.useRealTimers();
  });

  it('takes calls in once a frame, the newest first', async () => {
    feed().send(call(1), call(2));
    expect(shown()).toEqual([]);
    await frame();
    expect(shown()).toEqual([2, 1]);
    expect([store.total(), store.tally().accepted]).toEqual([2, 2]);
  });

  it('keeps the last 1 000', async () => {
    feed().send(...many(1, KEPT + 5));
    await frame();
    feed().send(call(2000));
    await frame();
    expect([shown().length, shown()[0], shown().at(-1)]).toEqual([KEPT, 2000, 7]);
    expect(store.total()).toBe(KEPT + 6);
  });

  it('lets calls wait while it is held, counts all of them, and shows the last 1 000 of them after', async () => {
    feed().send(call(1));
    await frame();
    store.hold(true);
    feed().send(...many(2, 1500));
    await frame();
    expect([shown(), store.waiting()]).toEqual([[1], 1500]);
    store.hold(false);
    await frame();
    expect([shown().length, shown()[0], shown().at(-1), store.waiting()]).toEqual([KEPT, 1501, 502, 0]);
  });

  it('filters what is there and what comes, and keeps the last 1 000 that pass', async () => {
    feed().send(call(1, { outcome: 'rejected', reason: 'invalid_id' }), call(2));
    await frame();
    store.setFilter({ ...EVERYTHING, outcomes: new Set(['rejected'] as const) });
    expect(shown()).toEqual([1]);
    feed().send(...many(3, KEPT), call(5000, { outcome: 'rejected' }));
    await frame();
    expect(shown()).toEqual([5000, 1]);
    store.setFilter({ ...EVERYTHING, text: 'INVALID_ID' });
    expect(shown()).toEqual([1]);
    store.setFilter({ outcomes: new Set(['accepted'] as const), text: 'u7' });
    expect(shown().slice(-2)).toEqual([70, 7]);
  });

  it('does not take a call twice that comes again after the connection was lost', async () => {
    feed().send(call(1), call(2));
    await frame();
    feed().fail(false);
    expect(store.state().kind).toBe('lost');
    feed().open();
    feed().send(call(1), call(2), call(3), call(1, { at: '2026-02-01T00:00:00.000Z' }));
    await frame();
    expect([shown(), store.state().kind]).toEqual([[1, 3, 2, 1], 'connected']);
  });

  it('tells calls in the last second, but not those that the server had kept', async () => {
    feed().send(...many(1, 10));
    await jest.advanceTimersByTimeAsync(1000);
    expect(store.rate()).toBe(0);
    feed().send(...many(11, 4));
    await jest.advanceTimersByTimeAsync(1000);
    expect(store.rate()).toBe(4);
    await jest.advanceTimersByTimeAsync(1000);
    expect(store.rate()).toBe(0);
  });

  it('counts what the server left out, and begins anew with another source', async () => {
    feed().send(call(1));
    feed().tell('skipped', { count: 5 });
    feed().tell('skipped', { count: 2 });
    await frame();
    expect(store.skipped()).toBe(7);
    const before = feed();
    store.open(4);
    expect([before.isClosed, feed().url]).toEqual([true, '/live?source=4']);
    expect([shown(), store.total(), store.skipped(), store.state().kind]).toEqual([[], 0, 0, 'connecting']);
  });
});
