import { DatabaseSync } from '@photostructure/sqlite';
import { join } from 'node:path';
import { openSqlite } from '../../server/storage/sqlite/open.js';
import { temporaryFolder } from '../support/engine.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';
import { WAYS } from '../support/threads.js';
import { until } from '../support/until.js';

const MESSAGES = 20_000;
const CUSTOMERS = 500;

describe('a large body of live messages', () => {
  const folder = temporaryFolder();
  let app: RestApp;

  beforeAll(async () => {
    app = await startRestApp(openSqlite(join(folder.path, 'roster.db'), WAYS[3].sqlite));
    const customer = { id: 1, attributes: { email: 'a@example.com' } };
    expect((await app.post('/customers', { customer })).statusCode).toBe(201);
  });
  afterAll(async () => {
    await app.close();
    folder.remove();
  });

  const body = (): string =>
    JSON.stringify(
      Array.from({ length: MESSAGES }, (_, n) => ({
        ...{ id: `e${n}`, type: 'event', name: 'page', user_id: `${(n % CUSTOMERS) + 1}` },
      })),
    );

  it('is applied in one transaction, beside which reads are answered', async () => {
    // Another process holds the database, so that the transaction waits as long as the reads last.
    const other = new DatabaseSync(join(folder.path, 'roster.db'));
    other.exec('BEGIN IMMEDIATE');
    let isAnswered = false;
    const sent = app.post('/messages', body()).finally(() => (isAnswered = true));
    for (let n = 0; n < 100; n++) {
      expect((await app.get('/customers/1')).json()).toMatchObject({ customer: { events: {} } });
    }
    expect(isAnswered).toBe(false);
    other.exec('COMMIT');
    other.close();
    const counts = new Set<unknown>();
    await until(async () => {
      const { customer } = (await app.get('/customers/1')).json<{ customer: { events: { page?: number } } }>();
      counts.add(customer.events.page ?? 0);
      return isAnswered;
    });
    expect((await sent).json()).toMatchObject({ accepted: MESSAGES, rejected: [] });
    expect((await app.get('/customers/1')).json()).toMatchObject({
      customer: { events: { page: MESSAGES / CUSTOMERS } },
    });
    // A read sees all messages of the body or none.
    expect([...counts].filter((count) => count !== 0 && count !== MESSAGES / CUSTOMERS)).toEqual([]);
  });

  it('is told twice if it is sent twice', async () => {
    expect((await app.post('/messages', body())).json()).toMatchObject({ accepted: 0, duplicates: MESSAGES });
  });
});
