import { LiveCompaction } from './live-compaction.js';

/** Time that a step of the compactor below takes, in ms. */
const STEP_MS = 20;

describe('the compaction of the log while live messages come', () => {
  let now = 1_000;
  let left = 0;
  const compactor = {
    rounds: 0,
    steps: 0,
    step: async (): Promise<boolean> => {
      compactor.steps++;
      now += STEP_MS;
      if (--left <= 0) compactor.rounds++;
      return true;
    },
  };
  beforeEach(() => {
    compactor.steps = 0;
    left = 100;
  });

  const stepsOf = async (compaction: LiveCompaction): Promise<number> => {
    const before = compactor.steps;
    await compaction.run();
    return compactor.steps - before;
  };

  it('waits a minute, goes through all customers a bit at a time, and waits again', async () => {
    const compaction = new LiveCompaction(
      compactor,
      async () => undefined,
      () => now,
    );
    expect(await stepsOf(compaction)).toBe(0);
    now += 59_000;
    expect(await stepsOf(compaction)).toBe(0);
    now += 1_000;
    for (let pass = 0; pass < 10; pass++) expect(await stepsOf(compaction)).toBe(10);
    now += 59_000;
    expect(await stepsOf(compaction)).toBe(0);
    now += 1_000;
    left = 3;
    expect(await stepsOf(compaction)).toBe(3);
    expect(await stepsOf(compaction)).toBe(0);
  });

  it('waits anew where all customers were gone through in a quiet time', async () => {
    const compaction = new LiveCompaction(
      compactor,
      async () => undefined,
      () => now,
    );
    now += 60_000;
    compactor.rounds++;
    expect(await stepsOf(compaction)).toBe(0);
    now += 59_000;
    expect(await stepsOf(compaction)).toBe(0);
    now += 1_000;
    expect(await stepsOf(compaction)).toBe(10);
  });
});
