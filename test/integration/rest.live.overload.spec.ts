import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { DomainError } from '../../server/domain/errors.js';
import { HTTP_LIMITS, type HttpLimits } from '../../server/http/limits.js';
import { GroupCommit } from '../../server/live/group-commit.js';
import { ENGINES, type Engine } from '../support/engine.js';
import { gateAccepts, type AcceptGate } from '../support/gated-repository.js';
import { basic, makeSource } from '../support/live-sources.js';
import { startRestApp, type Answer, type RestApp } from '../support/rest-app.js';
import { until } from '../support/until.js';

const [[, open]] = ENGINES;
const MIB = 1024 * 1024;

describe('while there are more messages than can be written', () => {
  let engine: Engine;
  let gate: AcceptGate;
  let app: RestApp;
  let url: string;

  const start = async (live: Partial<HttpLimits['live']> = {}, more: Partial<HttpLimits> = {}): Promise<void> => {
    engine = await open();
    gate = gateAccepts(engine.customers);
    app = await startRestApp(engine, { limits: { ...HTTP_LIMITS, ...more, live: { ...HTTP_LIMITS.live, ...live } } });
    url = await app.listen();
  };
  afterEach(async () => {
    gate.open();
    await app.close();
  });

  let ids = 0;
  const messages = (count: number, data?: string): string =>
    JSON.stringify(
      Array.from({ length: count }, () => ({ id: `e${ids++}`, type: 'event', name: 'page', user_id: '1', data })),
    );
  const send = (body: string): Promise<Answer> => app.post('/messages', body);
  const waiting = (): number => app.nest.get<GroupCommit>(GroupCommit, { strict: false }).messages;

  it('requests are held, and then taken in the order of their arrival', async () => {
    await start({ messages: 10 });
    gate.shut();
    const first = send(messages(11));
    await until(async () => waiting() === 11);
    const order: number[] = [];
    const held = Array.from({ length: 100 }, (_, n) => send(messages(1)).then((answer) => (order.push(n), answer)));
    await expect(app.get('/health/live')).resolves.toMatchObject({ statusCode: 200 });
    expect([waiting(), order]).toEqual([11, []]);
    gate.open();
    expect((await first).json()).toMatchObject({ accepted: 11 });
    for (const answer of await Promise.all(held)) expect(answer.json()).toMatchObject({ accepted: 1 });
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect((await app.get('/customers/1')).json()).toMatchObject({ customer: { events: { page: 111 } } });
  });

  it('they are refused after a while, with the time to wait in whole seconds', async () => {
    await start({ messages: 0, patienceMs: 50 });
    gate.shut();
    const first = send(messages(1));
    await until(async () => waiting() === 1);
    const { key } = await makeSource(engine);
    for (const [path, body] of [
      ['/messages', messages(1)],
      ['/v1/batch', '{"batch":[]}'],
      ['/api/v2/batch', '{"batch":[]}'],
      ['/v1/t', '{}'],
    ] as const) {
      const answer = await app.post(path, body, { ...basic(key), origin: 'http://shop.example' });
      expect([answer.statusCode, answer.json()]).toMatchObject([
        429,
        {
          statusCode: 429,
          error: 'Too Many Requests',
          code: 'busy',
          meta: { errors: [expect.any(String)] as unknown[] },
        },
      ]);
      expect(answer.headers['retry-after']).toMatch(/^[1-9]\d?$/);
      expect(answer.headers['access-control-expose-headers']).toBe('Retry-After');
    }
    gate.open();
    expect((await first).statusCode).toBe(200);
    expect((await send(messages(1))).statusCode).toBe(200);
  });

  it('those that were let in are refused after the same time, and nothing of them is written', async () => {
    await start({ patienceMs: 300 });
    gate.shut();
    const first = send(messages(1));
    await until(async () => waiting() === 1);
    const [answer, alone] = await Promise.all([send(messages(2)), app.post('/v1/batch', '{"batch":[{"type":"x"}]}')]);
    for (const { statusCode, headers } of [answer, alone]) {
      expect([statusCode, headers['retry-after']]).toEqual([429, '2']);
    }
    expect(waiting()).toBe(1);
    gate.open();
    expect((await first).json()).toMatchObject({ accepted: 1 });
    expect((await app.get('/customers/1')).json()).toMatchObject({ customer: { events: { page: 1 } } });
  });

  it('the connection of a script that takes every answer for a success is closed', async () => {
    await start({ messages: 0, patienceMs: 50 });
    gate.shut();
    const first = send(messages(1));
    await until(async () => waiting() === 1);
    const body = JSON.stringify({ writeKey: 'any', event: 'a', userId: '1' });
    await expect(fetch(`${url}/v1/t`, { method: 'POST', body })).rejects.toThrow('fetch failed');
    gate.open();
    await first;
    expect((await fetch(`${url}/v1/t`, { method: 'POST', body })).status).toBe(200);
  });

  it('bodies are not read on and on', async () => {
    // A busy machine may take longer than requests are held.
    await start({ bytes: MIB, patienceMs: 60_000 });
    gate.shut();
    const first = send(messages(100, 'x'.repeat(15_000)));
    await until(async () => waiting() === 100);
    const body = messages(50, 'y'.repeat(20_000));
    const text = `POST /messages HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    const sockets = Array.from({ length: 12 }, () => connect(Number(new URL(url).port), '127.0.0.1'));
    for (const socket of sockets) socket.write(text);
    const answered = Promise.all(
      sockets.map(
        (socket) =>
          new Promise<string>((resolve) => socket.once('data', (bytes) => resolve(bytes.toString('latin1', 0, 12)))),
      ),
    );
    expect((await app.get('/health/live')).statusCode).toBe(200);
    expect(waiting()).toBe(100);
    gate.open();
    await first;
    expect(new Set(await answered)).toEqual(new Set(['HTTP/1.1 200']));
    for (const socket of sockets) socket.destroy();
  });

  it('bodies that inflate to much more are inflated a few at a time', async () => {
    await start({ inflating: 2 });
    const bombs = Array.from({ length: 12 }, () => gzipSync(`[${messages(1)}${' '.repeat(9 * MIB)}]`));
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().arrayBuffers - before)), 1);
    const answers = await Promise.all(
      bombs.map((payload) => app.inject({ method: 'POST', url: '/messages', payload })),
    );
    clearInterval(watch);
    for (const answer of answers) expect(answer.statusCode).toBe(200);
    expect(most).toBeLessThan(80 * MIB);
  });

  it.each([
    ['storage_busy', 503],
    ['storage_unavailable', 503],
    ['storage_read_only', 503],
    ['storage_full', 503],
  ] as const)('or the storage answers %s, clients are told to repeat', async (code, status) => {
    await start();
    engine.customers.accept = () => Promise.reject(new DomainError(code, 'The storage does not take it.'));
    for (const path of ['/messages', '/v1/batch', '/api/v1/customers/1/events']) {
      const body =
        path === '/v1/batch'
          ? '{"batch":[{"type":"track","event":"a","userId":"1"}]}'
          : '{"type":"event","name":"a","user_id":"1"}';
      const answer = await app.post(path, body);
      expect([answer.statusCode, answer.json()]).toMatchObject([status, { statusCode: status, code, errors: [] }]);
      expect(answer.headers['retry-after']).toMatch(/^[1-9]\d?$/);
    }
  });

  it('or something is wrong, the answer tells nothing of it, and the log all', async () => {
    await start();
    engine.customers.accept = () => Promise.reject(new Error('a secret'));
    const answer = await app.post('/v1/track', '{"event":"a","userId":"1"}', basic('any'));
    expect([answer.statusCode, answer.json()]).toMatchObject([500, { code: 'internal_error', meta: {} }]);
    expect(answer.body).not.toContain('secret');
    expect(app.log.join('\n')).toContain('a secret');
  });

  it('and a client that is slow gets 408, others are answered', async () => {
    await start({}, { bodies: { ...HTTP_LIMITS.bodies, idleMs: 100, wholeMs: 400 } });
    const slow = connect(Number(new URL(url).port), '127.0.0.1');
    slow.write('POST /v1/batch HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n{"batch":[');
    const answer = await new Promise<string>((resolve) => slow.once('data', (bytes) => resolve(bytes.toString())));
    expect(answer).toMatch(/^HTTP\/1\.1 408 .*connection: close.*"code":"request_timeout".*"meta"/is);
    expect((await send(messages(1))).statusCode).toBe(200);
    slow.destroy();
  });
});
