import { setImmediate as nextTurn } from 'node:timers/promises';
import { ENGINES } from '../support/engine.js';
import { attributes, ingestLines } from '../support/messages.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';

const SEGMENTS = 60;

describe('the numbers of many segments, over SQLite', () => {
  let app: RestApp;
  beforeAll(async () => {
    const open = new Map(ENGINES).get('sqlite');
    if (!open) throw new Error('no such engine');
    app = await startRestApp(await open());
    const customers = Array.from({ length: 500 }, (_, at) =>
      attributes({ plan: `p${at % 9}` }, { user_id: String(at + 1) }),
    );
    await ingestLines(app.engine, customers);
    for (let at = 0; at < SEGMENTS; at++) {
      const filters = Array.from(
        { length: 50 },
        (_, n) => ({ on: 'attribute', name: 'plan', is: 'is_not', value: `${at}-${n}` }) as const,
      );
      await app.engine.segments.create({ name: `s${at}`, query: { filters, sort: 'id', order: 'asc' } });
    }
  });
  afterAll(() => app.close());

  const numbers = async (): Promise<(number | undefined)[]> => {
    const answer = await app.get('/segments');
    return answer.json<{ segments: { customers?: number }[] }>().segments.map(({ customers }) => customers);
  };
  const countAll = async (): Promise<void> => {
    const ids = (await app.engine.segments.list()).map(({ id }) => id);
    await Promise.all(ids.map((id) => app.get(`/segments/${id}`)));
  };

  it('are listed in turns, so that other requests are answered between two of many lists', async () => {
    const list = jest.spyOn(app.engine.segments, 'list');
    const lists = Promise.all(Array.from({ length: 20 }, () => app.get('/segments')));
    const seen: number[] = [];
    while (list.mock.calls.length < 20) {
      expect((await app.get('/customers/7')).statusCode).toBe(200);
      seen.push(list.mock.calls.length);
      await nextTurn();
    }
    for (const { statusCode } of await lists) expect(statusCode).toBe(200);
    list.mockRestore();
    expect(Math.max(...seen.map((calls, at) => calls - (seen[at - 1] ?? 0)))).toBeLessThan(5);
  });

  it('are known from a count on until a customer changes, and other requests are answered meanwhile', async () => {
    expect(new Set(await numbers())).toEqual(new Set([undefined]));
    const count = jest.spyOn(app.engine.search, 'count');
    const counting = countAll();
    const seen: number[] = [];
    while (count.mock.calls.length < SEGMENTS) {
      expect((await app.get('/customers/7')).statusCode).toBe(200);
      seen.push(count.mock.calls.length);
      await nextTurn();
    }
    await counting;
    // Between two of the other answers at most a few counts were made.
    expect(Math.max(...seen.map((calls, at) => calls - (seen[at - 1] ?? 0)))).toBeLessThan(10);
    expect(await numbers()).toEqual(Array.from({ length: SEGMENTS }, () => 500));
    await countAll();
    expect(count).toHaveBeenCalledTimes(SEGMENTS);

    await app.inject({ method: 'DELETE', url: '/customers/7' });
    expect(new Set(await numbers())).toEqual(new Set([undefined]));
    await countAll();
    expect(count).toHaveBeenCalledTimes(2 * SEGMENTS);
    expect(await numbers()).toEqual(Array.from({ length: SEGMENTS }, () => 499));
  });
});
