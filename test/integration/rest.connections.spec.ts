import type { Server } from 'node:http';
import { promisify } from 'node:util';
import { HTTP_LIMITS, type HttpLimits } from '../../server/http/limits.js';
import { ENGINES } from '../support/engine.js';
import { RawClient, rawRequest } from '../support/raw-client.js';
import { refusal } from '../support/refusal.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';
import { until } from '../support/until.js';

const [[, open]] = ENGINES;
const HEAD = 'Host: localhost\r\nContent-Type: application/json\r\n';
const HALF_HEAD = 'GET /customers HTTP/1.1\r\nHost: loc';
const HALF_BODY = `POST /customers HTTP/1.1\r\n${HEAD}Content-Length: 500000\r\n\r\n{"customer":`;
const MIB = 1024 * 1024;

describe('what is no HTTP request', () => {
  let app: RestApp;
  let url: string;
  beforeAll(async () => {
    app = await startRestApp(await open());
    url = await app.listen();
  });
  afterAll(() => app.close());

  const INVALID = refusal(400, 'invalid_request', 'This is not a valid HTTP request.');
  it.each<[string, string, object]>([
    ['no request line', 'nonsense\r\n\r\n', INVALID],
    ['a method that nobody knows', 'BREW /customers HTTP/1.1\r\nHost: localhost\r\n\r\n', INVALID],
    ['a header without a name', 'GET / HTTP/1.1\r\nHost: localhost\r\n: x\r\n\r\n', INVALID],
    [
      'two lengths',
      `POST /customers HTTP/1.1\r\n${HEAD}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
      INVALID,
    ],
    ['a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00', INVALID],
    [
      'headers that are too large',
      `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`,
      refusal(431, 'headers_too_large', 'The headers of the request are too large.'),
    ],
    [
      'an expectation',
      `POST /customers HTTP/1.1\r\n${HEAD}Expect: a miracle\r\nContent-Length: 2\r\n\r\n`,
      refusal(417, 'expectation_failed', 'The only expectation that this server meets is 100-continue.'),
    ],
    [
      'a tunnel',
      'CONNECT other.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n',
      refusal(404, 'not_found', 'This server is no proxy.'),
    ],
  ])('gets an error in the shape of all: %s', async (_what, sent, body) => {
    expect((await rawRequest(url, sent)).body).toEqual(body);
  });

  it.each(['QUERY', 'PROPFIND', 'TRACE', 'PUT', 'LINK'])('nor is %s a method of this API', async (method) => {
    // A QUERY has a body by definition.
    for (const more of method === 'QUERY' ? ['Content-Length: 2\r\n'] : ['', 'Content-Length: 2\r\n']) {
      const request = `${method} /customers HTTP/1.1\r\n${HEAD}Connection: close\r\n${more}\r\n${more && '{}'}`;
      const { status, body } = await rawRequest(url, request);
      expect(body).toEqual(refusal(404, 'not_found', `Cannot ${method} /customers`));
      expect(status).toBe(404);
    }
  });

  it('is refused in a body as well', async () => {
    const chunked = `POST /customers HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n`;
    const client = await RawClient.connect(url);
    expect(await client.send(`${chunked}zz\r\n`).end()).toMatch(/^HTTP\/1\.1 400 [^]*"code":"invalid_request"/);
    expect((await app.get('/health/live')).statusCode).toBe(200);
  });
});

describe('connections', () => {
  const LIMITS: HttpLimits = {
    ...HTTP_LIMITS,
    connections: { ...HTTP_LIMITS.connections, most: 4, headMs: 300, checkMs: 50, keepAliveMs: 400 },
  };
  let app: RestApp;
  let url: string;
  const clients: RawClient[] = [];
  const start = async (connections: Partial<HttpLimits['connections']> = {}): Promise<void> => {
    app = await startRestApp(await open(), {
      limits: { ...LIMITS, connections: { ...LIMITS.connections, ...connections } },
    });
    url = await app.listen();
  };
  beforeEach(() => start());
  afterEach(async () => {
    for (const { socket } of clients.splice(0)) socket.destroy();
    await app.close();
  });
  const connect = async (sent = ''): Promise<RawClient> => {
    const client = await RawClient.connect(url);
    clients.push(client);
    return client.send(sent);
  };
  const LATE = '"code":"request_timeout","message":"The request did not arrive in time."';

  it('that send nothing are closed', async () => {
    const silent = await connect();
    const began = performance.now();
    expect(await silent.end()).toContain(LATE);
    expect(performance.now() - began).toBeGreaterThan(LIMITS.connections.headMs - 50);
  });

  it('that send half a head are closed, also after a first request', async () => {
    expect(await (await connect(HALF_HEAD)).end()).toMatch(/^HTTP\/1\.1 408 /);
    const second = await connect(`GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await until(() => Promise.resolve(second.received.includes('live')));
    expect(await second.send(HALF_HEAD).end()).toContain(LATE);
  });

  it('that are kept are closed after a while', async () => {
    const kept = await connect(`GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    expect(await kept.end()).toMatch(/\r\nKeep-Alive: timeout=\d/);
  });

  it('whose request was answered before its body had arrived are closed when no byte comes', async () => {
    const refused = await connect(`POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nx`);
    expect(await refused.end()).toContain('HTTP/1.1 4');
    const read = await connect(`GET /health/live HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nx`);
    expect(await read.end()).toContain('HTTP/1.1 200 ');
  });

  it('are a limited number; one more is closed at once, and there is room again when one has left', async () => {
    await app.close();
    await start({ headMs: 60_000 });
    const open = await Promise.all(Array.from({ length: LIMITS.connections.most }, () => connect()));
    expect(await (await connect()).end()).toBe('');
    open[0].socket.destroy();
    const server: Server = app.nest.getHttpServer();
    await until(async () => (await promisify(server.getConnections.bind(server))()) < LIMITS.connections.most);
    const next = await connect(`GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(await next.end()).toContain('{"status":"live"}');
  });
});

describe('a thousand connections with half a request each', () => {
  it('take little memory, and another client is answered', async () => {
    const app = await startRestApp(await open());
    const url = await app.listen();
    const before = process.memoryUsage().rss;
    const halves = [HALF_HEAD, HALF_BODY, HALF_BODY + 'x'.repeat(100_000), ''];
    const clients = await Promise.all(
      Array.from({ length: 1_000 }, async (_, at) => (await RawClient.connect(url)).send(halves[at % halves.length])),
    );
    await until(() => Promise.resolve(clients.every(({ socket }) => socket.writableLength === 0)));
    const answer = await fetch(`${url}/health/live`);
    expect(answer.status).toBe(200);
    expect(process.memoryUsage().rss - before).toBeLessThan(250 * MIB);
    expect(clients.filter(({ closed }) => closed)).toEqual([]);
    for (const { socket } of clients) socket.destroy();
    await app.close();
  });
});
