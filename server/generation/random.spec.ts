import { Random } from './random.js';

describe('random', () => {
  const draw = (seed: number): number[] => {
    const random = new Random(seed);
    return Array.from({ length: 100 }, () => random.word());
  };

  it('repeats itself for the same seed, and for no other', () => {
    expect(draw(5)).toEqual(draw(5));
    for (const other of [4, 6, 5 + 2 ** 32, Number.MAX_SAFE_INTEGER]) expect(draw(other)).not.toEqual(draw(5));
  });

  it('draws every integer of a range about equally often', () => {
    const random = new Random(1);
    const counts = new Array<number>(10).fill(0);
    for (let draws = 0; draws < 10_000; draws++) counts[random.below(10)]++;
    expect(Math.min(...counts)).toBeGreaterThan(900);
    expect(Math.max(...counts)).toBeLessThan(1100);
  });

  it('makes version 4 UUIDs, no two alike', () => {
    const random = new Random(1);
    const ids = Array.from({ length: 10_000 }, () => random.uuid());
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('says once in 0 times never, once in 1 time always', () => {
    const random = new Random(1);
    expect(Array.from({ length: 100 }, () => random.oneIn(0))).not.toContain(true);
    expect(Array.from({ length: 100 }, () => random.oneIn(1))).not.toContain(false);
  });

  it('shuffles without losing anything', () => {
    const list = Array.from({ length: 100 }, (_, at) => at);
    const shuffled = [...list];
    new Random(1).shuffle(shuffled);
    expect(shuffled).not.toEqual(list);
    expect(shuffled.sort((a, b) => a - b)).toEqual(list);
  });
});
