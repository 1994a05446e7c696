import { deleteCustomer } from '../../server/domain/customer/edit.js';
import { ENGINES, type Engine } from '../support/engine.js';
import { attributes, event, ingestLines, TIME, UPDATED } from '../support/messages.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';

describe.each(ENGINES)('the events of a customer over %s', (_, open) => {
  let engine: Engine;
  let app: RestApp;

  beforeEach(async () => {
    engine = await open();
    app = await startRestApp(engine);
  });
  afterEach(() => app.close());

  const events = async (id: string): Promise<unknown> => (await app.get(`/customers/${id}/events`)).json();
  const iso = (seconds: number): string => new Date((TIME + seconds) * 1_000).toISOString();

  it('come with the first and the last time of each, whatever their order', async () => {
    const times = Array.from({ length: 1_200 }, (__, at) => (at * 7) % 1_200);
    await ingestLines(engine, [
      ...times.map((time) => event({ name: 'page', id: `p${time}`, timestamp: TIME + time })),
      event({ name: 'buy', id: 'b', timestamp: TIME + 5 }),
      event({ name: 'buy', id: 'b', timestamp: TIME + 9 }),
      attributes({ plan: 'pro' }, { timestamp: TIME + 5_000 }),
      event({ name: 'page', user_id: '2', timestamp: TIME - 9 }),
    ]);
    expect(await events('1')).toEqual({
      events: [
        { name: 'buy', count: 1, logged: 1, first: iso(5), last: iso(5) },
        { name: 'page', count: 1_200, logged: 1_200, first: iso(0), last: iso(1_199) },
      ],
    });
  });

  it('are those since a deletion, and say what the log does not hold any more', async () => {
    await ingestLines(engine, [event({ name: 'old', timestamp: TIME }), event({ name: 'page', timestamp: TIME })]);
    await engine.customers.change('1', (state) => deleteCustomer(state, TIME * 1_000), UPDATED);
    expect((await app.get('/customers/1/events')).json()).toMatchObject({ code: 'customer_not_found' });
    await ingestLines(engine, [
      event({ name: 'page', timestamp: TIME + 1, id: 'a' }),
      event({ name: 'page', timestamp: TIME + 2, id: 'b' }),
      event({ name: 'buy', timestamp: TIME + 1, id: 'c' }),
    ]);
    await engine.log.end({ entries: 1, before: undefined });
    expect(await events('1')).toEqual({
      events: [
        { name: 'buy', count: 1, logged: 0 },
        { name: 'page', count: 2, logged: 1, first: iso(2), last: iso(2) },
      ],
    });
    await ingestLines(engine, [attributes({ plan: 'pro' }, { user_id: '3' })]);
    expect(await events('3')).toEqual({ events: [] });
  });
});
