import { LiveRoom, type Arrive } from './live-room.js';

const KIB = 1024;
const LIMITS = { messages: 10, bytes: 1024 * KIB, patienceMs: 60_000, waiting: 100, inflating: 1 };

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the room for live requests', () => {
  let messages: number;
  let arriving: number;
  let left: string[];

  const roomWith = (limits: Partial<typeof LIMITS> = {}): LiveRoom =>
    new LiveRoom(
      { ...LIMITS, ...limits },
      () => messages,
      () => arriving,
    );
  const enter = (room: LiveRoom, name: string, bytes = 0): Promise<Arrive> =>
    Promise.resolve(room.enter(bytes)).then((arrive) => {
      left.push(name);
      return arrive;
    });

  beforeEach(() => {
    messages = arriving = 0;
    left = [];
  });

  it('is entered at once while it is not full', () => {
    expect(roomWith().enter(0)).not.toBeInstanceOf(Promise);
    messages = 10;
    expect(roomWith().enter(0)).not.toBeInstanceOf(Promise);
  });

  it('holds requests while too many messages or bytes wait, and lets them in by order', async () => {
    const room = roomWith();
    messages = 11;
    const held = ['a', 'b', 'c'].map((name) => enter(room, name));
    await turn();
    expect(left).toEqual([]);
    messages = 0;
    arriving = 1024 * KIB + 1;
    room.giveBack(0);
    await turn();
    expect(left).toEqual([]);
    // Nobody comes in between.
    held.push(enter(room, 'd'));
    arriving = 0;
    room.giveBack(0);
    await Promise.all(held);
    expect(left).toEqual(['a', 'b', 'c', 'd']);
  });

  it('counts a large body as soon as it is announced, until it has arrived', async () => {
    const room = roomWith();
    const first = await enter(room, 'a', 600 * KIB);
    const second = await enter(room, 'b', 600 * KIB);
    const third = enter(room, 'c', 600 * KIB);
    const fourth = enter(room, 'd', 600 * KIB);
    await turn();
    expect(left).toEqual(['a', 'b']);
    first();
    await third;
    await turn();
    // Again has no effect.
    first();
    await turn();
    expect(left).toEqual(['a', 'b', 'c']);
    second();
    await fourth;
  });

  it('counts no small body before it arrives: many slow ones keep nobody out', async () => {
    const room = roomWith();
    for (let n = 0; n < 1_000; n++) await enter(room, 'slow', 63 * KIB);
    expect(room.enter(0)).not.toBeInstanceOf(Promise);
  });

  it('counts what was taken until it is given back', async () => {
    const room = roomWith();
    room.take(1024 * KIB + 1);
    const held = enter(room, 'a');
    await turn();
    expect(left).toEqual([]);
    room.giveBack(1024 * KIB + 1);
    await held;
  });

  it('refuses what was held for too long, and what is too much to hold', async () => {
    const room = roomWith({ patienceMs: 20, waiting: 2 });
    messages = 11;
    const held = [enter(room, 'a'), enter(room, 'b')];
    expect(() => room.enter(0)).toThrow(expect.objectContaining({ code: 'busy', retryAfterMs: 2_000 }) as Error);
    for (const one of held) await expect(one).rejects.toMatchObject({ code: 'busy' });
    messages = 0;
    await enter(room, 'c');
    expect(left).toEqual(['c']);
  });
});
