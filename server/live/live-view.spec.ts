import { KEPT_CALLS, LiveView } from './live-view.js';
import type { SeenRequest } from './seen-call.js';

/** A request whose calls are all accepted. @param text of each call */
function request(count: number, text = 'x'): SeenRequest {
  const outcome = { kind: 'ignored', what: 'group' } as const;
  return {
    source: { id: 1, name: 'default' },
    at: 0,
    outcomes: Array.from({ length: count }, () => outcome),
    results: Array.from({ length: count }, () => ({ id: undefined, isIdMade: false, fate: 'ignored' as const })),
    textOf: () => text,
    nameOf: () => 'group',
    bytes: count * text.length,
  };
}

const EVERYTHING = { source: undefined, outcomes: undefined };

/** Reads events until the call with a number. @returns the numbers of the calls, and the counts of those that were skipped */
async function readUntil(
  events: AsyncGenerator<string>,
  last: number,
): Promise<{ calls: number[]; skipped: number[] }> {
  const calls: number[] = [];
  const skipped: number[] = [];
  while (calls.at(-1) !== last) {
    const next = await events.next();
    if (next.done) throw new Error('The events ended.');
    const { value } = next;
    for (const [, n] of value.matchAll(/^id: (\d+)$/gm)) calls.push(Number(n));
    for (const [, count] of value.matchAll(/^data: \{"count":(\d+)\}$/gm)) skipped.push(Number(count));
  }
  return { calls, skipped };
}

describe('a listener of the live view', () => {
  it('that reads slowly is told how many calls it lost, and then gets what is kept', async () => {
    const view = new LiveView();
    const events = view.watch(EVERYTHING, undefined, new AbortController().signal);
    await events.next();
    view.record(request(10));
    expect(await readUntil(events, 10)).toEqual({ calls: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], skipped: [] });
    for (let n = 0; n < 30; n++) view.record(request(100));
    const { calls, skipped } = await readUntil(events, 3_010);
    expect(skipped).toEqual([3_010 - KEPT_CALLS - 10]);
    expect([calls[0], calls.length]).toEqual([3_010 - KEPT_CALLS + 1, KEPT_CALLS]);
  });

  it('gets no call of a customer that was erased meanwhile', async () => {
    const view = new LiveView();
    const message = (userId: string) =>
      ({ kind: 'message', message: { userId, type: 'event', name: userId, timestamp: 0 } }) as never;
    view.record({ ...request(3), outcomes: [message('gone'), message('kept'), message('gone')] });
    view.erase('gone');
    view.record(request(1));
    const events = view.watch(EVERYTHING, undefined, new AbortController().signal);
    await events.next();
    const { value } = await events.next();
    expect([...String(value).matchAll(/^id: (\d+)$/gm)].map(([, n]) => Number(n))).toEqual([2, 4]);
    expect(value).not.toContain('gone');
  });

  it('gets large calls in chunks, of which each is made when it is asked for', async () => {
    const view = new LiveView();
    view.record(request(KEPT_CALLS, 'x'.repeat(10_000)));
    const events = view.watch(EVERYTHING, undefined, new AbortController().signal);
    await events.next();
    expect((await events.next()).value?.length).toBeLessThan(70_000);
    view.record(request(KEPT_CALLS));
    const { skipped } = await readUntil(events, 2 * KEPT_CALLS);
    expect(skipped).toHaveLength(1);
  });

  it('waits for a call, and ends with its signal, or with the server', async () => {
    const view = new LiveView();
    const left = new AbortController();
    const [one, two] = [left.signal, new AbortController().signal].map((signal) =>
      view.watch(EVERYTHING, undefined, signal),
    );
    await one.next();
    await two.next();
    const first = one.next();
    const second = two.next();
    view.record(request(1));
    expect([(await first).value, (await second).value]).toEqual([
      expect.stringContaining('id: 1\n'),
      expect.stringContaining('id: 1\n'),
    ]);
    const end = one.next();
    left.abort();
    expect(await end).toEqual({ value: undefined, done: true });
    const stop = two.next();
    view.onModuleDestroy();
    expect(await stop).toEqual({ value: undefined, done: true });
  });

  it('costs the view no more than the calls that are kept, however large they are', async () => {
    const view = new LiveView();
    for (let n = 0; n < 3_000; n++) view.record(request(1, 'y'.repeat(20_000)));
    const events = view.watch(EVERYTHING, undefined, new AbortController().signal);
    let text = '';
    while (!text.includes('id: 3000\n')) text += (await events.next()).value ?? '';
    expect(text.length).toBeLessThan(KEPT_CALLS * 2_500);
    expect(text.length).toBeGreaterThan(KEPT_CALLS * 2_000);
  });
});
