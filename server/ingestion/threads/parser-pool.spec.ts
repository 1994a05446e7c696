import { ParserPool, type ParserThread } from './parser-pool.js';
import type { ToParser } from './parser-protocol.js';

describe('the parser threads', () => {
  it('are all told once to give way, the later ones at their start', () => {
    const told: ToParser[][] = [];
    const pool = new ParserPool(() => {
      const requests: ToParser[] = [];
      told.push(requests);
      const nothing = (): undefined => undefined;
      return {
        ...{ on: nothing, off: nothing, ref: nothing, unref: nothing, terminate: async () => undefined },
        postMessage: (request: ToParser) => requests.push(request),
      } satisfies Record<keyof ParserThread, unknown>;
    });
    pool.take();
    pool.prepare(1);
    expect(told).toEqual([[], []]);
    pool.giveWay();
    pool.giveWay();
    // The prepared thread, and a new one.
    pool.take();
    pool.take();
    const giveWay = [{ kind: 'give way' }];
    expect(told).toEqual([giveWay, giveWay, giveWay]);
  });
});
