import type { CustomerCount, CustomerSelection } from '../domain/search/customer-query.js';
import { KeptCounts } from './kept-counts.js';

/** A search that counts in the calling thread, and notes when. */
class Counting {
  readonly log: string[] = [];
  readonly customers = { writes: 0 };
  commits = 0;
  failure: Error | undefined;

  readonly counts = new KeptCounts(this, this.customers, { now: () => this.commits, freshSince: () => this.commits });

  count = async ({ search }: CustomerSelection): Promise<CustomerCount> => {
    this.log.push(`count ${search}`);
    if (this.failure) throw this.failure;
    return { total: this.log.length, totalIsMinimum: false, indexing: false };
  };

  async total(search: string): Promise<number> {
    return (await this.counts.count(of(search))).total;
  }
}

const of = (search: string): CustomerSelection => ({ search, filters: [] });

describe('kept counts', () => {
  it('give other work a turn between two counts', async () => {
    const counting = new Counting();
    const all = Promise.all(['a', 'b', 'c'].map((search) => counting.total(search)));
    const turn = (): void => {
      counting.log.push('other work');
      if (counting.log.filter((entry) => entry.startsWith('count')).length < 3) setImmediate(turn);
    };
    setImmediate(turn);
    await all;
    const kinds = counting.log.map((entry) => entry.slice(0, 5)).join(' ');
    expect(kinds).toMatch(/^count( other)+ count( other)+ count/);
  });

  it('count the same once until a commit, or a write of this process', async () => {
    const counting = new Counting();
    expect(counting.counts.known(of('a'))).toBeUndefined();
    expect(await counting.total('a')).toBe(1);
    expect(await counting.total('a')).toBe(1);
    expect(counting.counts.known(of('a'))).toMatchObject({ total: 1 });
    for (const [change, total] of [
      [() => counting.commits++, 2],
      [() => counting.customers.writes++, 3],
    ] as const) {
      change();
      expect(counting.counts.known(of('a'))).toBeUndefined();
      expect(await counting.total('a')).toBe(total);
    }
  });

  it('do not answer by a count that began before a change', async () => {
    const counting = new Counting();
    const first = counting.total('a');
    const same = counting.total('a');
    await Promise.resolve();
    expect(counting.log).toEqual(['count a']);
    counting.commits++;
    expect(await Promise.all([first, same, counting.total('a')])).toEqual([1, 1, 2]);
  });

  it('go on after a failure, and count again', async () => {
    const counting = new Counting();
    counting.failure = new Error('no database');
    await expect(counting.total('a')).rejects.toThrow('no database');
    counting.failure = undefined;
    expect([await counting.total('b'), await counting.total('a')]).toEqual([2, 3]);
  });

  it('keep nothing for an engine without a clock', async () => {
    const counting = new Counting();
    const counts = new KeptCounts(counting, counting.customers, undefined);
    await counts.count(of('a'));
    expect(counts.known(of('a'))).toBeUndefined();
    await counts.count(of('a'));
    expect(counting.log).toHaveLength(2);
  });
});
