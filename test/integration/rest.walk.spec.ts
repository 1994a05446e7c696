import { deleteCustomer } from '../../server/domain/customer/edit.js';
import { compareIds } from '../../server/domain/customer/customer-id.js';
import { cursorOf } from '../../server/customers/cursor.js';
import { ENGINES } from '../support/engine.js';
import { attributes, ingestLines, UPDATED } from '../support/messages.js';
import { startRestApp, type Answer, type RestApp } from '../support/rest-app.js';

interface Step {
  readonly customers: readonly { readonly id: string | number }[];
  readonly meta: { readonly per_page: number; readonly total: number; readonly next?: string };
}

/** Customers that are there all the time. Odd ones are texts. */
const STABLE = Array.from({ length: 300 }, (_, i) => (i % 2 === 0 ? String(i * 10) : `u:${i * 10}ä`)).sort(compareIds);

const lineOf = (id: string, group: string): string =>
  attributes({ email: `c${id.length}@example.com`, group, note: 'x'.repeat(300) }, { user_id: id });

describe.each(ENGINES)('a walk with ?after= on %s', (_name, open) => {
  let app: RestApp;
  let passing = 0;
  beforeAll(async () => {
    app = await startRestApp(await open());
    await ingestLines(
      app.engine,
      STABLE.map((id) => lineOf(id, 'stable')),
    );
  });
  afterAll(() => app.close());

  /** Creates customers before, between and behind the others, and deletes those of the last time. */
  const churn = async (): Promise<void> => {
    const last = passing++;
    const ids = (round: number): string[] =>
      STABLE.filter((_, i) => i % 37 === round % 37).map((id) =>
        id.startsWith('u') ? `${id}${round}` : `${id}${round % 10}`,
      );
    await ingestLines(
      app.engine,
      ids(passing).map((id) => lineOf(id, 'passing')),
    );
    for (const id of ids(last)) {
      if (STABLE.includes(id)) continue;
      await app.engine.customers.change(id, (state) => deleteCustomer(state, Date.now()), UPDATED);
    }
  };

  const walk = async (query: string, between = async (): Promise<void> => undefined): Promise<Step[]> => {
    const steps: Step[] = [];
    for (let next: string | undefined = ''; next !== undefined;) {
      const answer: Answer = await app.get(`/customers?after=${next}&${query}`);
      expect(answer.statusCode).toBe(200);
      const step = answer.json<Step>();
      steps.push(step);
      ({ next } = step.meta);
      await between();
    }
    return steps;
  };
  const idsOf = (steps: readonly Step[]): string[] =>
    steps.flatMap(({ customers }) => customers.map(({ id }) => String(id)));

  it.each([
    ['', [300]],
    ['per_page=100', [100, 100, 100]],
    ['per_page=150', [150, 150]],
    ['per_page=299', [299, 1]],
    ['per_page=10000', [300]],
    ['per_page=100&search=EXAMPLE', [100, 100, 100]],
    ['per_page=149&filter=attribute:group:is:stable', [149, 149, 2]],
    ['per_page=100&filter=attribute:group:is:none', [0]],
    ['search=u:10', [6]],
  ])('with %s has the customers in the order of ids, and a cursor in all steps but the last', async (query, counts) => {
    const steps = await walk(query);
    const found = idsOf(steps);
    if (query === '') expect(steps.map(({ customers }) => customers.length)).toEqual(Array(12).fill(25));
    else expect(steps.map(({ customers }) => customers.length)).toEqual(counts);
    expect(found).toEqual([...new Set(found)].sort(compareIds));
    const perPage = Number(/per_page=(\d+)/.exec(query)?.[1] ?? 25);
    steps.forEach(({ meta }, i) => {
      const next = i < steps.length - 1 ? { next: expect.any(String) as string } : {};
      expect(meta).toEqual({ per_page: perPage, total: found.length, ...next });
    });
  });

  it.each(['per_page=23', 'per_page=110', 'per_page=23&search=example', 'per_page=31&filter=attribute:group:exists'])(
    'with %s has each customer that stays exactly once, while others come and go',
    async (query) => {
      const found = idsOf(await walk(query, churn));
      expect(found.filter((id) => STABLE.includes(id))).toEqual(STABLE);
      expect(new Set(found).size).toBe(found.length);
    },
  );

  it('takes an empty search and filter for none, and goes on behind a customer that is gone', async () => {
    const all = (await app.get('/customers?after=&search=&filter=&per_page=10000')).json<Step>();
    const behind = (await app.get(`/customers?after=${cursorOf('15')}&per_page=2`)).json<Step>();
    const start = all.customers.findIndex(({ id }) => compareIds(String(id), '15') > 0);
    expect(behind.customers).toEqual(all.customers.slice(start, start + 2));
  });

  it.each([
    ['after=x', 'after'],
    ['after=MTE%3D', 'after'],
    ['after=!!', 'after'],
    [`after=${Buffer.from('2a').toString('base64url')}`, 'after'],
    [`after=${Buffer.from('1').toString('base64url')}`, 'after'],
    [`after=${Buffer.from('1a\0').toString('base64url')}`, 'after'],
    [`after=${Buffer.from([0x31, 0xff]).toString('base64url')}`, 'after'],
    [`after=${Buffer.from(`1${'x'.repeat(151)}`).toString('base64url')}`, 'after'],
    ['after=&after=', 'after'],
    ['after=&page=1', 'page'],
    ['after=&sort=id', 'sort'],
    ['after=&order=asc', 'order'],
    ['after=&filter=plan', 'filter'],
  ])('?%s is refused, and names %s', async (query, field) => {
    const answer = await app.get(`/customers?${query}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'invalid_request', message: expect.stringContaining(field) as string });
  });
});
