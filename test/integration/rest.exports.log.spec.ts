import fc from 'fast-check';
import { deleteCustomer, patchAttributes } from '../../server/domain/customer/edit.js';
import { ENGINES, type Engine } from '../support/engine.js';
import { runs } from '../support/fast-check.js';
import { attributes, event, ingestLines, TIME, UPDATED } from '../support/messages.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';

const SECONDS = 6;
let users = 0;

const LINE = fc
  .record({
    id: fc.nat({ max: 9 }),
    timestamp: fc.nat({ max: SECONDS }).map((half) => TIME + half / 2),
    data: fc.dictionary(fc.constantFrom('plan', 'n'), fc.constantFrom<unknown>(null, '', 'a', 1, { deep: [1] })),
    isEvent: fc.boolean(),
  })
  .map(({ isEvent, ...members }) => (user_id: string): string => {
    return isEvent ? event({ ...members, user_id }) : attributes(members.data, { ...members, user_id });
  });

type Deed = (engine: Engine, user: string) => Promise<unknown>;
const SENT = fc.array(LINE, { minLength: 1, maxLength: 6 }).map(
  (lines): Deed =>
    (engine, user) =>
      ingestLines(
        engine,
        lines.map((line) => line(user)),
      ),
);
const PATCHED = fc
  .tuple(fc.constantFrom(null, '"b"', '1.0'), fc.nat({ max: SECONDS }))
  .map(([value, second]): Deed => (engine, user) => {
    const change = [{ name: 'plan', value }];
    return engine.customers.change(user, (state) => patchAttributes(state, change, (TIME + second) * 1_000), UPDATED);
  });
const ENDED = fc.nat({ max: 2 }).map(
  (entries): Deed =>
    async (engine) =>
      engine.log.end({ entries, before: undefined }),
);

/** The record of a customer. No time of an attribute is later than the last update: an export sets it back. */
async function recordOf({ stored }: Engine, user: string): Promise<unknown> {
  const [record] = await stored.snapshot((snapshot) => snapshot.among([user]));
  const times = Object.entries(JSON.parse(record.attributeTimes) as Record<string, number>);
  const set = times.map(([name, time]) => [name, Math.min(time, record.lastUpdated)]);
  return { ...record, attributeTimes: Object.fromEntries(set) as unknown };
}

describe.each(ENGINES)('an export as JSON lines over %s', (_, open) => {
  let engine: Engine;
  let app: RestApp;
  const linesOf = async (query = ''): Promise<string[]> => {
    const answer = await app.get(`/exports/customers.jsonl${query}`);
    expect(answer.statusCode).toBe(200);
    return answer.body.split('\n').slice(0, -1);
  };

  beforeEach(async () => {
    engine = await open();
    app = await startRestApp(engine);
  });
  afterEach(() => app.close());

  it('has the messages of the log, as they came', async () => {
    const lines = [
      event({ id: 'one', data: { n: '1.0' } }).replace('"1.0"', '1.0'),
      attributes({ plan: 'pro', gone: null }, { id: 'two', timestamp: TIME + 0.5 }),
    ];
    await ingestLines(engine, lines);
    const parsed = (await linesOf()).map((line) => JSON.parse(line) as unknown);
    expect(new Set(parsed)).toEqual(new Set(lines.map((line) => JSON.parse(line) as unknown)));
    expect((await linesOf()).join()).toContain('"data":{"n":1.0}');
    await engine.customers.change('1', (state) => deleteCustomer(state, (TIME + 1) * 1_000), UPDATED);
    await ingestLines(engine, [event({ id: 'new', timestamp: TIME + 2 })]);
    expect((await linesOf()).map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(['new']);
  });

  it('makes the same customers anew', async () => {
    const copy = await open();
    const deeds = fc.array(fc.oneof(SENT, SENT, PATCHED, ENDED), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(SENT, deeds, async (first, further) => {
        const user = `customer ${++users}`;
        for (const deed of [first, ...further]) await deed(engine, user);
        await ingestLines(copy, await linesOf(`?id=${encodeURIComponent(user)}`));
        expect(await recordOf(copy, user)).toEqual(await recordOf(engine, user));
      }),
      runs(12),
    );
    await copy.close();
  });
});
