import { temporaryFolder } from '../support/engine.js';
import { RawClient } from '../support/raw-client.js';
import { ServerProcess } from '../support/server-process.js';
import { until } from '../support/until.js';

const HOST = 'Host: localhost\r\n';
const HOLDING = [
  '',
  'GET /customers HTTP/1.1\r\nHos',
  `POST /customers HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"cust`,
  `POST /ingestions HTTP/1.1\r\n${HOST}Content-Length: 1000\r\n\r\n{"id":`,
  `GET /health/live HTTP/1.1\r\n${HOST}\r\n`,
];
/** The limit of the contract is 2 s; the rest is for a busy machine. It is less than the 6 s that a request has after the first signal. */
const SECOND_SIGNAL_MS = 5_500;

describe('a server process whose clients hold their connections', () => {
  const folder = temporaryFolder();
  const env = { DATA_DIR: folder.path, DATABASE_URL: `file:${folder.path}/roster.db` };
  let server: ServerProcess;
  afterEach(() => server.kill());
  afterAll(() => folder.remove());

  it('ends soon after the second signal, and keeps what it acknowledged', async () => {
    server = await ServerProcess.start(env);
    await Promise.all(HOLDING.map(async (sent) => (await RawClient.connect(server.url)).send(sent)));
    const answer = await fetch(`${server.url}/customers`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"customer":{"id":1,"attributes":{"email":"a@b.example"}}}',
    });
    expect(answer.status).toBe(201);
    process.kill(server.pid, 'SIGTERM');
    await until(async () => (await fetch(`${server.url}/health/live`).catch(() => undefined)) === undefined);
    const began = performance.now();
    expect(await server.stop()).toBe(0);
    expect(performance.now() - began).toBeLessThan(SECOND_SIGNAL_MS);

    server = await ServerProcess.start(env);
    expect((await fetch(`${server.url}/customers/1`)).status).toBe(200);
  });

  it('ends soon after the first signal where the connections only wait', async () => {
    server = await ServerProcess.start(env);
    await Promise.all([HOLDING[0], HOLDING[4]].map(async (sent) => (await RawClient.connect(server.url)).send(sent)));
    const began = performance.now();
    expect(await server.stop()).toBe(0);
    expect(performance.now() - began).toBeLessThan(SECOND_SIGNAL_MS);
  });
});
