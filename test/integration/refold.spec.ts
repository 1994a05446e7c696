import { refoldAll } from '../../server/maintenance/refold.command.js';
import { ENGINES, type Engine } from '../support/engine.js';
import { attributes, event, ingestLines, TIME } from '../support/messages.js';
import { startRestApp } from '../support/rest-app.js';
import { until } from '../support/until.js';

describe.each(ENGINES)('the log of all customers over %s', (_, open) => {
  let engine: Engine;
  beforeEach(async () => {
    engine = await open();
    await ingestLines(engine, [
      attributes({ plan: 'pro', n: 1.5 }, { user_id: '2' }),
      event({ user_id: '2', timestamp: TIME + 1 }),
      event({ user_id: 'text' }),
    ]);
  });

  it('adds up to their records', async () => {
    expect(await refoldAll(engine)).toEqual({ customers: 2, different: 0, first: [] });
    await engine.close();
  });

  it('is cut as LOG_ENTRIES and LOG_DAYS say when a server starts', async () => {
    const messagesOf = async (id: string): Promise<number> => (await engine.log.messages(id, { limit: 9 })).length;
    const cut = await startRestApp(engine, { config: { logEntries: 1 } });
    await until(async () => (await messagesOf('2')) === 1);
    expect([await messagesOf('2'), await messagesOf('text')]).toEqual([1, 1]);
    expect(await refoldAll(engine)).toMatchObject({ different: 0 });
    await cut.close();
  });

  it('ends by the time of its messages', async () => {
    const app = await startRestApp(engine, { config: { logDays: 30 } });
    await until(async () => (await engine.log.messages('2', { limit: 9 })).length === 0);
    expect(await refoldAll(engine)).toMatchObject({ different: 0 });
    await app.close();
  });
});

it('names the customers whose records differ from their log, and how', async () => {
  const [[, open]] = ENGINES;
  const engine = await open();
  await ingestLines(engine, [event({ user_id: '2' }), event({ user_id: 'text' })]);
  await engine.sql?.(`UPDATE customers SET events = '{"page":7}' WHERE rowid = (SELECT max(rowid) FROM customers)`);
  const { first, ...counts } = await refoldAll(engine);
  expect(counts).toEqual({ customers: 2, different: 1 });
  expect(first.map(({ differences }) => differences)).toEqual([[{ of: 'event "page"', record: '7', log: '1' }]]);
  await engine.close();
});
