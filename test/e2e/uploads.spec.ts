import { readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { temporaryFolder } from '../support/engine.js';
import { event } from '../support/messages.js';
import { ServerProcess } from '../support/server-process.js';
import { until } from '../support/until.js';

const UPLOADS = 40;

describe('uploads that follow each other', () => {
  const folder = temporaryFolder();
  let server: ServerProcess;
  beforeAll(async () => {
    server = await ServerProcess.start({ DATA_DIR: folder.path, DATABASE_URL: `file:${folder.path}/roster.db` });
  });
  afterAll(async () => {
    await server.kill();
    folder.remove();
  });

  async function upload(body: string | Uint8Array<ArrayBuffer>): Promise<string> {
    const answer = await fetch(`${server.url}/ingestions`, { method: 'POST', body });
    const { ingestion } = (await answer.json()) as { ingestion: { id: string } };
    return ingestion.id;
  }

  async function ended(id: string): Promise<Record<string, unknown>> {
    let ingestion: Record<string, unknown> = {};
    await until(async () => {
      const answer = await fetch(`${server.url}/ingestions/${id}`);
      ({ ingestion } = (await answer.json()) as { ingestion: Record<string, unknown> });
      return ingestion.state !== 'running';
    });
    return ingestion;
  }

  const threads = (): number => readdirSync(`/proc/${server.pid}/task`).length;

  it('are all whole, whether a thread is new or had another one before, which may have broken off', async () => {
    const lines = (user: string): string => `${event({ user_id: user })}\n${event({ user_id: user, name: 'other' })}`;
    for (let at = 0; at < UPLOADS; at++) {
      const broken = gzipSync(lines('broken')).subarray(0, -12);
      if (at % 8 === 3) expect(await ended(await upload(new Uint8Array(broken)))).toMatchObject({ state: 'failed' });
      // The last line has no end, and nothing of it may be there for the next.
      expect(await ended(await upload(lines(`u${at}`)))).toMatchObject({
        state: 'done',
        lines: 2,
        events: 2,
        rejected: {},
      });
    }
    const customers = (await (await fetch(`${server.url}/customers?per_page=100`)).json()) as {
      customers: { id: string; events: Record<string, number> }[];
    };
    const whole = customers.customers
      .filter(({ id }) => id !== 'broken')
      .map(({ id, events }) => [id, Object.values(events)]);
    expect(Object.fromEntries(whole)).toEqual(
      Object.fromEntries(Array.from({ length: UPLOADS }, (_, at) => [`u${at}`, [1, 1]])),
    );
  });

  (process.platform === 'linux' ? it : it.skip)('leave few threads behind, however many came at a time', async () => {
    const before = threads();
    const ids = await Promise.all(Array.from({ length: 12 }, (_, at) => upload(event({ user_id: `at once ${at}` }))));
    for (const id of ids) expect(await ended(id)).toMatchObject({ state: 'done', events: 1 });
    await until(() => Promise.resolve(threads() <= before + 4));
  });
});
