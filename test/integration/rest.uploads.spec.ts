import { readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { HTTP_LIMITS, type HttpLimits } from '../../server/http/limits.js';
import { ENGINES, temporaryFolder } from '../support/engine.js';
import { event } from '../support/messages.js';
import { RawClient } from '../support/raw-client.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';
import { until } from '../support/until.js';

const [[, open]] = ENGINES;
const MIB = 1024 * 1024;
const NEVER_MS = 600_000;
/** A busy machine included; a lease that runs out takes longer. */
const SOON_MS = 15_000;
const HEAD = 'POST /ingestions HTTP/1.1\r\nHost: localhost\r\n';

interface Run {
  readonly state: string;
  readonly events: number;
  readonly failure?: string;
}

describe('uploads that take their time', () => {
  const folder = temporaryFolder();
  let app: RestApp;
  let url: string;
  const clients: RawClient[] = [];

  const start = async (uploads: Partial<HttpLimits['uploads']> = {}, idleMs = NEVER_MS): Promise<void> => {
    const limits: HttpLimits = {
      ...HTTP_LIMITS,
      bodies: { ...HTTP_LIMITS.bodies, idleMs },
      uploads: { ...HTTP_LIMITS.uploads, ...uploads },
    };
    // Only its folder matters: spool files are beside the database.
    const database = { kind: 'sqlite', path: `${folder.path}/roster.db` } as const;
    app = await startRestApp(await open(), { limits, config: { database } });
    url = await app.listen();
  };
  afterEach(async () => {
    for (const { socket } of clients.splice(0)) socket.destroy();
    await app.close();
  });
  afterAll(() => folder.remove());

  /** Begins an upload that never ends by itself, and waits until the server has it. */
  const hold = async (sent = event({ user_id: 'held' })): Promise<RawClient> => {
    const client = await RawClient.connect(url);
    clients.push(client);
    client.send(`${HEAD}Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n`);
    await until(() => Promise.resolve(client.received !== ''));
    client.received = '';
    return chunk(client, `${sent}\n`);
  };
  const chunk = (client: RawClient, text: string): RawClient =>
    client.send(`${text.length.toString(16)}\r\n${text}\r\n`);
  const upload = async (body: string | Uint8Array<ArrayBuffer>): Promise<Run> => {
    const answer = await fetch(`${url}/ingestions`, { method: 'POST', body });
    expect(answer.status).toBe(202);
    const { ingestion } = (await answer.json()) as { ingestion: { id: number } };
    let run: Run = { state: 'running', events: 0 };
    await until(async () => {
      run = (await app.get(`/ingestions/${ingestion.id}`)).json<{ ingestion: Run }>().ingestion;
      return run.state !== 'running';
    });
    return run;
  };
  const runs = async (): Promise<Run[]> => (await app.get('/ingestions')).json<{ ingestions: Run[] }>().ingestions;
  const lines = Array.from({ length: 3_000 }, (_, at) => event({ user_id: String(at % 50) })).join('\n');

  it('keep nobody out: others are spooled, and ingested when they have arrived', async () => {
    await start({ direct: 2, spooled: 3 });
    for (let held = 0; held < 4; held++) await hold();
    expect(await upload(lines)).toMatchObject({ state: 'done', events: 3_000 });
    expect(await upload(new Uint8Array(gzipSync(event({ user_id: 'zipped' }))))).toMatchObject({ events: 1 });
    expect(await upload(new Uint8Array(gzipSync(lines)).subarray(0, 500))).toMatchObject({ state: 'failed' });
    expect(readdirSync(folder.path)).toEqual([]);
    for (const client of clients) client.send('0\r\n\r\n');
    await until(async () => (await runs()).filter(({ state }) => state === 'done').length === 6);
    expect(clients.map(({ received }) => received.split('\r\n')[0])).toEqual(Array(4).fill('HTTP/1.1 202 Accepted'));
  });

  it('get 503 when all room is taken, and leave nothing behind', async () => {
    await start({ direct: 1, spooled: 1, yieldsAfterMs: NEVER_MS });
    await hold();
    await hold();
    const answer = await fetch(`${url}/ingestions`, { method: 'POST', body: lines });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^\d+$/)]);
    expect(await answer.json()).toMatchObject({ code: 'busy' });
    expect(await runs()).toHaveLength(1);
    clients[1].socket.destroy();
    let status = 0;
    await until(async () => {
      ({ status } = await fetch(`${url}/ingestions`, { method: 'POST', body: lines }));
      return status !== 503;
    });
    expect(status).toBe(202);
  });

  it('make room for a new one, the slowest of the older ones first', async () => {
    await start({ direct: 1, spooled: 2, yieldsAfterMs: 500 });
    await hold();
    const slow = await hold('{}');
    const fast = await hold();
    const sending = setInterval(() => chunk(fast, 'x'.repeat(10_000)), 10);
    let status = 0;
    await until(async () => {
      ({ status } = await fetch(`${url}/ingestions`, { method: 'POST', body: lines }));
      return status !== 503;
    });
    clearInterval(sending);
    expect(status).toBe(202);
    await until(() => Promise.resolve(slow.received !== ''));
    expect(slow.received).toMatch(/^HTTP\/1\.1 503 [^]*"code":"busy"/);
    expect(fast.received).toBe('');
  });

  it('take no more of the disk than there is room for', async () => {
    await start({ direct: 1, spooledBytes: 100_000 });
    await hold();
    const large = Buffer.alloc(200_000, '\n');
    const answer = await fetch(`${url}/ingestions`, { method: 'POST', body: large });
    expect(await answer.json()).toMatchObject({ statusCode: 503, code: 'busy' });
    expect(await upload(event({ user_id: 'small' }))).toMatchObject({ events: 1 });
  });

  it.each([0, 1])('are refused when no byte comes, with %i before them', async (held) => {
    await start({ direct: 1 }, 1_000);
    const beside = held ? await hold() : undefined;
    const keeping = setInterval(() => beside && chunk(beside, '\n'), 50);
    const client = await hold();
    expect(await client.end()).toMatch(/^HTTP\/1\.1 408 [^]*"code":"request_timeout"/);
    clearInterval(keeping);
    if (held) expect(await runs()).toMatchObject([{ state: 'running' }]);
    else
      expect(await runs()).toMatchObject([{ state: 'failed', failure: expect.stringContaining('stalled') as string }]);
  });

  it('are marked failed at once when they are cut', async () => {
    await start();
    for (let at = 0; at < 6; at++) await hold();
    await until(async () => (await runs()).length === 6);
    const began = performance.now();
    for (const { socket } of clients) socket.destroy();
    await until(async () => (await runs()).every(({ state }) => state === 'failed'));
    expect(performance.now() - began).toBeLessThan(SOON_MS);
  });

  it('two hundred of them at 1 kB a second beside reads and an ordinary upload take little memory', async () => {
    await start();
    const before = process.memoryUsage().rss;
    const line = event({ user_id: 'slow', data: { note: 'x'.repeat(100) } });
    await Promise.all(Array.from({ length: 200 }, () => hold(line)));
    const trickle = setInterval(() => clients.forEach((client) => chunk(client, `${line}\n`)), 200);
    expect(await upload(lines)).toMatchObject({ state: 'done', events: 3_000 });
    expect((await app.get('/customers/1')).statusCode).toBe(200);
    clearInterval(trickle);
    expect(process.memoryUsage().rss - before).toBeLessThan(250 * MIB);
    // None was cut, and those that are folded while they arrive still are.
    expect(clients.filter(({ received, closed }) => received !== '' || closed)).toEqual([]);
    expect((await runs()).map(({ state }) => state)).toEqual(['done', ...Array<string>(8).fill('running')]);
  });
});
