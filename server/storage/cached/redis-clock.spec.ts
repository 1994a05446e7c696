import fc from 'fast-check';
import { RedisClock } from './redis-clock.js';
import type { RedisLink } from './redis-link.js';

const HALF_A_SECOND = 500;

/** One machine: its clock is ahead of the true time, and Redis is a way there and a way back from it. */
class Machine {
  readonly clock: RedisClock;
  asked = 0;

  constructor(
    world: World,
    readonly ahead: number,
    there: number,
    back: number,
    redisAhead: number,
  ) {
    const time = async (): Promise<string[]> => {
      this.asked++;
      if (world.isRedisAway) throw new Error('away');
      world.now += there;
      const microseconds = Math.floor((world.now + redisAhead) * 1_000);
      world.now += back;
      return [String(Math.floor(microseconds / 1e6)), String(microseconds % 1e6)];
    };
    const link = { answers: true, tried: (operation: () => unknown) => operation(), commands: { time } };
    this.clock = new RedisClock(link as unknown as RedisLink, () => world.now + ahead);
  }
}

interface World {
  now: number;
  isRedisAway?: boolean;
}

describe('the clock of Redis', () => {
  it('dates a read never younger than it is, however clocks differ, and no older than the questions for the time took', async () => {
    const ms = fc.integer({ min: 0, max: 40 });
    const clockError = fc.integer({ min: -1e9, max: 1e9 });
    await fc.assert(
      fc.asyncProperty(clockError, clockError, clockError, ms, ms, ms, ms, async (a, b, redis, t1, b1, t2, b2) => {
        const world: World = { now: 1e12 };
        const reader = new Machine(world, a, t1, b1, redis);
        const other = new Machine(world, b, t2, b2, redis);
        await reader.clock.measure();
        const began = (world.now += 3);
        const date = reader.clock.shared(began + a) ?? NaN;
        world.now += 100;
        await other.clock.measure();
        const age = world.now - began;
        const ageThere = world.now + b - (other.clock.here(date) ?? NaN);
        const slack = 0.01;
        expect(ageThere).toBeGreaterThanOrEqual(age - slack);
        expect(ageThere).toBeLessThanOrEqual(age + t1 + b1 + t2 + b2 + slack);
      }),
    );
  });

  it('is asked again after half a second, once by all who wait', async () => {
    const world: World = { now: 1e12 };
    const machine = new Machine(world, 0, 1, 1, 0);
    await Promise.all([machine.clock.measure(), machine.clock.measure()]);
    await machine.clock.measure();
    expect(machine.asked).toBe(1);
    world.now += HALF_A_SECOND;
    await machine.clock.measure();
    expect(machine.asked).toBe(2);
  });

  it('says nothing before it was known, nor a second after that', async () => {
    const world: World = { now: 1e12 };
    const { clock } = new Machine(world, 0, 1, 1, 0);
    expect([clock.shared(1), clock.here(1)]).toEqual([undefined, undefined]);
    await clock.measure();
    expect(clock.shared(1)).toBeDefined();
    world.isRedisAway = true;
    world.now += HALF_A_SECOND;
    await clock.measure();
    expect(clock.here(1)).toBeDefined();
    world.now += HALF_A_SECOND;
    await clock.measure();
    expect([clock.shared(1), clock.here(1)]).toEqual([undefined, undefined]);
  });
});
