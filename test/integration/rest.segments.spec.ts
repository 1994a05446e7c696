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

  it('are read once for all lists that wait, and other requests are answered meanwhile', async () => {
    const list = jest.spyOn(app.engine.segments, 'list');
    const lists = await Promise.all(Array.from({ length: 20 }, () => app.get('/segments')));
    for (const { statusCode, body } of lists) expect([statusCode, body]).toEqual([200, lists[0].body]);
    expect(list.mock.calls.length).toBeLessThan(5);
    list.mockRestore();
    await app.engine.segments.create({ name: 'later', query: { filters: [], sort: 'id', order: 'asc' } });
    const { segments } = (await app.get('/segments')).json<{ segments: { id: number; name: string }[] }>();
    const later = segments.find(({ name }) => name === 'later');
    expect(later).toBeDefined();
    await app.engine.segments.remove(later?.id ?? 0);
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
