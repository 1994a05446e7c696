import { setImmediate as nextTurn } from 'node:timers/promises';
import { Turnstile } from './turnstile.js';

describe('a turnstile', () => {
  it('lets no more in than it may, in their order, and lets all in, also behind one that fails', async () => {
    const turnstile = new Turnstile(2);
    const order: number[] = [];
    let inside = 0;
    let most = 0;
    const work = async (number: number): Promise<number> => {
      order.push(number);
      most = Math.max(most, ++inside);
      for (let turns = number % 3; turns >= 0; turns--) await nextTurn();
      inside--;
      if (number === 3) throw new Error('three');
      return number;
    };
    const ends = await Promise.allSettled(Array.from({ length: 9 }, (_, number) => turnstile.pass(() => work(number))));
    expect(most).toBe(2);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(ends.map((end) => (end.status === 'fulfilled' ? end.value : 'failed'))).toEqual([
      0,
      1,
      2,
      'failed',
      4,
      5,
      6,
      7,
      8,
    ]);
    expect(await turnstile.pass(() => work(1))).toBe(1);
  });
});
