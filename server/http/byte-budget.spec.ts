import { ByteBudget } from './byte-budget.js';

const LIMITS = { bytes: 100, waiting: 2, patienceMs: 60_000 };
const HERE = new AbortController().signal;
const isBusy = { code: 'busy' };
/** The sentence of the refusal. */
const BUSY = 'No room.';

describe('a byte budget', () => {
  it('gives bytes at once while there is room, and counts a release once', async () => {
    const budget = new ByteBudget(LIMITS, BUSY);
    const release = await budget.take(60, HERE);
    budget.takeNow(40);
    expect(budget.inUse).toBe(100);
    expect(() => budget.takeNow(1)).toThrow(BUSY);
    release();
    release();
    expect(budget.inUse).toBe(40);
  });

  it('lets requests wait in order, a large one before a small one that came later', async () => {
    const budget = new ByteBudget(LIMITS, BUSY);
    const first = await budget.take(80, HERE);
    const admitted: string[] = [];
    const large = budget.take(90, HERE).then((release) => (admitted.push('large'), release));
    const small = budget.take(10, HERE).then((release) => (admitted.push('small'), release));
    expect(() => budget.takeNow(1)).toThrow(BUSY);
    await expect(budget.take(1, HERE)).rejects.toMatchObject(isBusy);
    expect([budget.waiting, budget.inUse]).toEqual([2, 80]);
    first();
    await Promise.all([large, small]);
    expect([admitted, budget.waiting, budget.inUse]).toEqual([['large', 'small'], 0, 100]);
  });

  it('gives an answer that is larger than itself all of it, alone', async () => {
    const budget = new ByteBudget(LIMITS, BUSY);
    const release = await budget.take(1_000, HERE);
    expect(() => budget.takeNow(1)).toThrow(BUSY);
    release();
    expect(budget.inUse).toBe(0);
  });

  it('forgets a request whose client leaves, and refuses one that waited too long', async () => {
    const budget = new ByteBudget({ ...LIMITS, patienceMs: 1 }, BUSY);
    const release = await budget.take(100, HERE);
    const client = new AbortController();
    const left = budget.take(1, client.signal);
    client.abort();
    await expect(left).rejects.toMatchObject({ name: 'AbortError' });
    await expect(budget.take(1, client.signal)).rejects.toMatchObject({ name: 'AbortError' });
    await expect(budget.take(1, HERE)).rejects.toMatchObject(isBusy);
    release();
    expect([budget.inUse, budget.waiting]).toEqual([0, 0]);
  });

  it('does not refuse what cannot be refused', () => {
    const budget = new ByteBudget(LIMITS, BUSY);
    const releases = [budget.takeAnyway(90), budget.takeAnyway(90)];
    expect(budget.inUse).toBe(180);
    releases.forEach((release) => release());
    expect(budget.inUse).toBe(0);
  });
});
