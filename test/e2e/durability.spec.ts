import { join } from 'node:path';
import { mkdirSync, writeFileSync } from 'node:fs';
import { SqliteDatabase } from '../../server/storage/sqlite/database/database.js';
import { prepareRows } from '../../server/storage/sqlite/database/statements.js';
import { ingest } from '../support/cli-process.js';
import { stateOf } from '../support/database-state.js';
import { temporaryFolder } from '../support/engine.js';
import { attributes, event } from '../support/messages.js';
import { newPostgresSchema, type PostgresSchema } from '../support/postgres-schema.js';
import { ServerProcess } from '../support/server-process.js';
import { until } from '../support/until.js';

const WRITERS = 8;
const WRITES_BEFORE_THE_KILL = 150;

describe.each(['SQLite', 'PostgreSQL'])('kill -9 over %s', (engine) => {
  const folder = temporaryFolder();
  const dataDir = join(folder.path, 'data');
  const env = { DATA_DIR: dataDir, DATABASE_URL: `file:${join(folder.path, 'roster.db')}` };
  let schema: PostgresSchema | undefined;
  let server: ServerProcess | undefined;

  beforeAll(async () => {
    if (engine === 'PostgreSQL') {
      schema = await newPostgresSchema();
      env.DATABASE_URL = schema.url;
    }
    mkdirSync(dataDir);
    const lines = Array.from({ length: 2_000 }, (_, i) => event({ user_id: `file-${i % 100}` }));
    writeFileSync(join(dataDir, 'messages.jsonl'), lines.join('\n'));
  });
  afterEach(() => server?.kill());
  afterAll(async () => {
    await schema?.drop();
    folder.remove();
  });

  const send = async (method: string, path: string, customer: unknown): Promise<string> => {
    const answer = await fetch(`${server?.url ?? ''}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ customer }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
    return answer.text();
  };
  const read = async (path: string): Promise<unknown> => (await fetch(`${server?.url ?? ''}${path}`)).json();

  it('in the middle of traffic loses nothing that was committed, and nothing is ingested again', async () => {
    server = await ServerProcess.start({ ...env, FAIL_AT: 'kill:transaction:after-commit@SIGWINCH' });
    const ingestions = await read('/ingestions');
    /** The last acknowledged and the last sent value of each customer. A write without an answer may be stored or not. */
    const acknowledged = new Map<string, { certain: number; possible: number }>();
    let writes = 0;

    const write = async (writer: number): Promise<void> => {
      for (let n = 0; ; n++) {
        const id = `w${writer}-${n >> 2}`;
        const attributes = { email: 'a@b', n: n & 3 };
        const before = acknowledged.get(id)?.certain ?? -1;
        acknowledged.set(id, { certain: before, possible: n & 3 });
        try {
          if ((n & 3) === 0) await send('POST', '/customers', { id, attributes });
          else await send('PATCH', `/customers/${id}`, { attributes });
        } catch {
          return;
        }
        acknowledged.set(id, { certain: n & 3, possible: n & 3 });
        if (++writes === WRITES_BEFORE_THE_KILL) process.kill(server?.pid ?? 0, 'SIGWINCH');
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
    expect(writes).toBeGreaterThanOrEqual(WRITES_BEFORE_THE_KILL);

    server = await ServerProcess.start({ ...env, FAIL_AT: 'kill:transaction:before-commit@SIGWINCH' });
    const lost: string[] = [];
    let unanswered = 0;
    for (const [id, { certain, possible }] of acknowledged) {
      const answer = (await read(`/customers/${id}`)) as { customer?: { attributes: { n: number } } };
      const n = answer.customer?.attributes.n ?? -1;
      if (n < certain || n > possible) lost.push(`${id}: ${n}, acknowledged ${certain}`);
      if (n > certain) unanswered++;
    }
    expect(lost).toEqual([]);
    // The server ended between a commit and its answer.
    expect(unanswered).toBeGreaterThan(0);
    expect(await read('/ingestions')).toEqual(ingestions);
    expect(await read('/customers/file-0')).toMatchObject({ customer: { events: { page: 20 } } });

    const armed = server;
    process.kill(armed.pid, 'SIGWINCH');
    await until(() => Promise.resolve(armed.output.includes('ARMED')));
    const edit = send('POST', '/customers', { id: 'not-committed', attributes: { email: 'a@b' } });
    await expect(edit).rejects.toThrow('fetch failed');
    const { customers, ingestions: kept } = await stateOf(env.DATABASE_URL);
    expect(customers.filter((text) => text.includes('not-committed'))).toEqual([]);
    expect(kept.map(({ state, events }) => [state, events])).toEqual([['done', 2_000]]);
  });
});

describe('kill -9 of the thread that keeps the search index up', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  it('leaves an index that finds every customer, and is kept up again', async () => {
    const database = join(folder.path, 'roster.db');
    const lines = Array.from({ length: 2_000 }, (_, i) => attributes({ plan: `plan ${i % 2}` }, { user_id: `c${i}` }));
    const path = join(folder.path, 'lines.data');
    writeFileSync(path, lines.join('\n'));
    await ingest([path], { env: { DATABASE_URL: `file:${database}` } });
    const env = { DATA_DIR: join(folder.path, 'none'), DATABASE_URL: `file:${database}` };
    mkdirSync(env.DATA_DIR);
    // In the middle of the first block, and just before its next piece or its publication is committed.
    for (const point of ['transaction:after-commit@1', 'transaction:before-commit@2']) {
      expect(await ServerProcess.end({ ...env, FAIL_AT: `kill:${point}` })).toBe('SIGKILL');
    }
    const server = await ServerProcess.start(env);
    let found: unknown;
    await until(async () => {
      const answer = await fetch(`${server.url}/customers?search=%22plan%201%22&per_page=1`);
      const { meta } = (await answer.json()) as { meta: { indexing?: true } };
      found = meta;
      return meta.indexing === undefined;
    });
    expect(found).toEqual({ page: 1, per_page: 1, total: 1_000 });
    await server.stop();
    expect(statesOfBlocks(database)).toEqual([[1]]);
  });
});

/** Tells whether the blocks of the search index are published. */
function statesOfBlocks(path: string): unknown[] {
  const database = new SqliteDatabase(path);
  const states = prepareRows(database.reader, 'SELECT published FROM search_blocks').all();
  database.reader.close();
  database.writer.close();
  return states;
}
