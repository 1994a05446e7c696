import fc from 'fast-check';
import { keptRead } from './kept-read.js';
import { TieredReads } from './tiered-reads.js';

const KIB = 1024;

describe('reads that are kept in the process', () => {
  const reads = (): TieredReads => new TieredReads({ name: 'test', bytes: 64 * KIB });
  const textOf = (characters: number): Buffer => Buffer.from(JSON.stringify('x'.repeat(characters)));

  it('come back as they were, with their date, as the same object', async () => {
    const kept = reads();
    const json = '{"id":1,"attributes":{"name":"Zoë 李\\n"}}';
    const read = kept.keep('1', Buffer.from(json), 1.25);
    expect(read).toMatchObject({ json, at: 1.25, from: 'database' });
    expect(kept.near('1')).toBe(read);
    expect([kept.near('2'), await kept.look('1')]).toEqual([undefined, undefined]);
  });

  it('are gone when they are dropped, one or several', () => {
    const kept = reads();
    for (const id of ['1', '2', '3']) kept.keep(id, textOf(1), 1);
    kept.drop(['1', '3']);
    expect(['1', '2', '3'].map((id) => kept.near(id)?.json)).toEqual([undefined, '"x"', undefined]);
  });

  it('never have more bytes than they may, twice for what is made of them, and go in the order of their last use', () => {
    const kept = reads();
    const ids = Array.from({ length: 200 }, (_, id) => String(id));
    for (const id of ids) {
      kept.keep(id, textOf(KIB), 1);
      kept.near('0');
    }
    const left = ids.filter((id) => kept.near(id));
    expect(left.length).toBeLessThanOrEqual(32);
    expect(left.length).toBeGreaterThan(20);
    expect([left[0], left.at(-1)]).toEqual(['0', '199']);
  });

  it('hold no customer that is a large part of it', () => {
    const kept = reads();
    kept.keep('1', textOf(3 * KIB), 1);
    expect(kept.near('1')).toBeUndefined();
  });
});

describe('a read as text', () => {
  it('is read back as it was, but without the date of the process that read', () => {
    const time = fc.double({ noDefaultInfinity: true, noNaN: true });
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), time, time, (json, at, date) => {
        const value = { json, at, date, from: 'database' as const };
        const read = keptRead.deserialize(keptRead.serialize({ value, createdAt: 1, logicalExpiration: 2 }));
        expect(read).toEqual({
          value: { json, at: NaN, date: date + 0, from: 'cache' },
          createdAt: 1,
          logicalExpiration: 2,
        });
      }),
    );
  });
});
