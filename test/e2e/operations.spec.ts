import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder } from '../support/engine.js';
import { event } from '../support/messages.js';
import { ServerProcess } from '../support/server-process.js';
import { until } from '../support/until.js';

const LINES = 30_000;
const EMAIL = 'secret.person@example.com';
const VALUE = 'a value that no log may have';

describe('a server that is stopped', () => {
  const folder = temporaryFolder();
  const dataDir = join(folder.path, 'data');
  const env = {
    DATA_DIR: dataDir,
    DATABASE_URL: `file:${join(folder.path, 'roster.db')}`,
    INGEST_MEMORY_MB: '16',
    LOG_LEVEL: 'trace',
  };
  let server: ServerProcess;

  beforeAll(() => {
    mkdirSync(dataDir);
    const lines = Array.from({ length: LINES }, (_, at) => event({ user_id: `${at % 500}` }));
    writeFileSync(join(dataDir, 'messages.jsonl'), lines.join('\n'));
  });
  afterEach(() => server.kill());
  afterAll(() => folder.remove());

  const read = async (path: string): Promise<unknown> => (await fetch(server.url + path)).json();

  it('finishes the request that it is in, and leaves its ingestion to the next start', async () => {
    server = await ServerProcess.start(env, false);
    const body = JSON.stringify({ customer: { id: 'late', attributes: { email: EMAIL, note: VALUE } } });
    const { port } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1');
    const answer = textOf(socket);
    await once(socket, 'connect');
    socket.write(
      `POST /customers HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nx-request-id: late-1\r\n` +
        `content-length: ${body.length}\r\nexpect: 100-continue\r\n\r\n`,
    );
    // The server has the head of the request when it asks for the body.
    await until(async () => answer.said().includes('100 Continue'));
    const code = server.stop();
    // Answers from now on say that their connection ends.
    await until(async () => (await fetch(`${server.url}/health/live`)).headers.get('connection') === 'close');
    socket.write(body);
    expect(await code).toBe(0);
    expect(answer.said()).toMatch(/HTTP\/1\.1 201 Created/);
    expect(answer.said()).toMatch(/x-request-id: late-1/i);

    server = await ServerProcess.start(env);
    expect(await read('/customers/late')).toMatchObject({ customer: { attributes: { email: EMAIL, note: VALUE } } });
    expect(await read('/ingestions')).toMatchObject({
      ingestions: [{ state: 'done', lines: LINES, events: LINES, duplicates: 0 }],
    });
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    for (const own of [/^process_cpu_seconds_total \d/m, /^nodejs_eventloop_lag_mean_seconds \d/m])
      expect(metrics).toMatch(own);
    expect(await server.stop()).toBe(0);
  });

  it('answers what a proxy sends on a connection that it kept, and says that it ends', async () => {
    server = await ServerProcess.start(env);
    const { port } = new URL(server.url);
    const asked = 'GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n';
    const [busy, kept] = [connect(Number(port), '127.0.0.1'), connect(Number(port), '127.0.0.1')];
    const [toBusy, toKept] = [textOf(busy), textOf(kept)];
    kept.write(asked);
    await until(async () => toKept.said().includes('200 OK'));
    const code = server.stop();
    const asking = setInterval(() => busy.write(asked), 10);
    await until(async () => /connection: close/i.test(toBusy.said()));
    clearInterval(asking);
    kept.write(`PATCH /customers/late HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n{}`);
    await until(async () => /connection: close/i.test(toKept.said()));
    expect(toKept.said()).toMatch(/HTTP\/1\.1 4\d\d /);
    expect(toKept.said()).not.toMatch(/HTTP\/1\.1 503 /);
    expect(await code).toBe(0);
  });

  it('has written a JSON object a line: requests with their ids, no email, no value, no id of a customer', async () => {
    server = await ServerProcess.start(env);
    await fetch(`${server.url}/customers/${EMAIL}`, { headers: { 'x-request-id': 'reader-1' } });
    await fetch(`${server.url}/customers`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': 'writer-1' },
      body: JSON.stringify({ customer: { id: EMAIL, attributes: { email: EMAIL, note: VALUE } } }),
    });
    const upload = await fetch(`${server.url}/ingestions`, {
      method: 'POST',
      headers: { 'x-request-id': 'upload-1' },
      body: Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), Buffer.from(EMAIL)]),
    });
    expect(upload.status).toBe(202);
    await until(async () => server.output.includes('upload-1: ingestion'));
    await server.stop();
    const lines = server.output.split('\n').filter((line) => line !== '' && !line.startsWith('Roster is at'));
    const requests = lines.map((line) => JSON.parse(line) as { message: unknown }).map(({ message }) => message);
    expect(requests).toContainEqual(expect.stringMatching(/^Request upload-1: ingestion \d+ failed: .+/));
    expect(requests).toContainEqual(
      expect.objectContaining({ id: 'reader-1', method: 'GET', route: '/customers/:id', status: 404 }),
    );
    expect(requests).toContainEqual(
      expect.objectContaining({ id: 'writer-1', method: 'POST', route: '/customers', status: 201 }),
    );
    expect(server.output).not.toContain('secret.person');
    expect(server.output).not.toContain(VALUE);
  });

  it.each([
    ['a wrong value', { PORT: '-1', LOG_LEVEL: 'silent' }, /^The configuration is wrong:\n {2}PORT is "-1", but takes/],
    ['a file that is no database', { DATABASE_URL: `file:${__filename}` }, /^The database .* not a database\.$/],
    ['a file that is a folder', { DATABASE_URL: `file:${__dirname}` }, /^The database .* does not open: .* allowed to/],
    ['no folder to be', { DATABASE_URL: `file:${__filename}/a/b.db` }, /^The database .* does not open: .* allowed to/],
    ['a port in use', { PORT: 'taken' }, /^127\.0\.0\.1:taken is in use: .* set PORT/],
  ])('says in one JSON object why it does not start: %s', async (_what, wrong, message) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const values = Object.entries({ ...env, LOG_LEVEL: 'info', ...wrong }).map(([key, value]) => [
      key,
      value === 'taken' ? port : value,
    ]);
    const started = ServerProcess.start(Object.fromEntries(values) as typeof env, false);
    const failure = (await started.then(
      () => undefined,
      (error: unknown) => error,
    )) as Error;
    taken.close();
    const [, code, line] = /^The server ended with (\d+) before it listened: (.*)\n$/.exec(failure.message) ?? [];
    expect(code).toBe('1');
    const expected = new RegExp(message.source.replace('taken', String(port)));
    expect(JSON.parse(line)).toMatchObject({ level: 'error', message: expect.stringMatching(expected) as string });
  });
});

function textOf(socket: Socket): { said: () => string } {
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.on('error', () => undefined);
  return { said: () => text };
}
