import { Client } from 'pg';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { temporaryFolder } from '../support/engine.js';
import { FlakyProxy } from '../support/flaky-proxy.js';
import { event } from '../support/messages.js';
import { newPostgresSchema, type PostgresSchema } from '../support/postgres-schema.js';
import { ServerProcess } from '../support/server-process.js';
import { until } from '../support/until.js';

/** The usual time that a container has to stop. */
const PATIENCE_MS = 10_000;
/** The connections that wait for the row of a customer. */
const WAITING = `SELECT FROM pg_stat_activity AS activity JOIN pg_locks USING (pid)
  WHERE wait_event_type = 'Lock' AND relation = 'customers'::regclass AND application_name = 'roster'
  GROUP BY pid`;

describe('a server over PostgreSQL that is stopped', () => {
  let schema: PostgresSchema;
  let proxy: FlakyProxy;
  let server: ServerProcess;
  let env: Record<string, string>;
  const folder = temporaryFolder();

  beforeEach(async () => {
    schema = await newPostgresSchema();
    proxy = await FlakyProxy.start(schema.url);
    env = { DATA_DIR: folder.path, DATABASE_URL: proxy.url };
    server = await ServerProcess.start(env);
    await put('a');
  });
  afterEach(async () => {
    await server.kill();
    await proxy.close();
    await schema.drop();
  });
  afterAll(() => folder.remove());

  async function put(id: string): Promise<number> {
    const body = JSON.stringify({ customer: { id, attributes: { email: 'a@b' } } });
    return (
      await fetch(`${server.url}/customers`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    ).status;
  }

  const read = async (path: string): Promise<unknown> => (await fetch(server.url + path)).json();

  it('answers the edit and the upload that it is in, commits what it is merging, and goes on with the rest next time', async () => {
    const locks = new Client({ connectionString: schema.url });
    locks.on('error', () => undefined);
    await locks.connect();
    await locks.query('BEGIN; SELECT FROM customers FOR UPDATE');
    const locked = async (count: number): Promise<boolean> => (await schema.query(WAITING)).length === count;
    const edit = put('a');
    await until(() => locked(1));
    const merged = upload(server.url, [event({ user_id: 'a', id: 'whole' })], true);
    await until(() => locked(2));
    const idle = upload(server.url, [event({ user_id: 'b', id: 'idle' })], false);
    await until(async () => (await schema.query("SELECT FROM ingestions WHERE state = 'running'")).length === 2);

    const started = performance.now();
    const code = server.stop();
    expect(await idle).toMatchObject({ status: 202 });
    await locks.query('COMMIT');
    await locks.end();
    expect(await code).toBe(0);
    expect(performance.now() - started).toBeLessThan(PATIENCE_MS);
    expect(await edit).toBe(201);
    expect(await merged).toMatchObject({ status: 202 });
    await until(async () => proxy.lines === 0);

    writeFileSync(
      join(folder.path, 'again.jsonl'),
      ['whole', 'idle'].map((id) => event({ user_id: id === 'idle' ? 'b' : 'a', id })).join('\n'),
    );
    server = await ServerProcess.start(env);
    expect(await read('/customers/a')).toMatchObject({ customer: { events: { page: 1 } } });
    expect(await read('/customers/b')).toMatchObject({ customer: { events: { page: 1 } } });
  });

  it('does not wait for a database that is away', async () => {
    const merging = proxy.stallAt('lock_customers');
    const uploaded = upload(server.url, [event({ user_id: 'a', id: 'away' })], true);
    await merging;
    await proxy.close();
    const started = performance.now();
    expect(await server.stop()).toBe(0);
    expect(performance.now() - started).toBeLessThan(PATIENCE_MS);
    await uploaded.catch(() => undefined);
  });
});

/** @param isWhole false to leave it unfinished */
async function upload(
  url: string,
  lines: readonly string[],
  isWhole: boolean,
): Promise<{ status?: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/ingestions`, { method: 'POST' }, (answer) => {
      text(answer).then((body) => resolve({ status: answer.statusCode, body }), reject);
    });
    sent.on('error', reject);
    sent.write(`${lines.join('\n')}\n`);
    if (isWhole) sent.end();
  });
}
