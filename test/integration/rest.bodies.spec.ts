import type { Server } from 'node:http';
import { promisify } from 'node:util';
import { HTTP_LIMITS, type HttpLimits } from '../../server/http/limits.js';
import { ENGINES } from '../support/engine.js';
import { RawClient } from '../support/raw-client.js';
import { refusal } from '../support/refusal.js';
import { startRestApp, type Answer, type RestApp } from '../support/rest-app.js';
import { until } from '../support/until.js';

const [[, open]] = ENGINES;
const MIB = 1024 * 1024;
const JSON_TYPE = { 'content-type': 'application/json' };
const EMAIL = 'a@b.example';
const codeOf = (answer: Answer): unknown => [answer.statusCode, answer.json<{ code?: string }>().code];

function head(path: string, length: number | 'chunked', method = 'POST'): string {
  const size = length === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`;
  return `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${size}\r\n\r\n`;
}

function bodyOf(answer: string): unknown {
  return JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as unknown;
}

describe('a body', () => {
  let app: RestApp;
  beforeAll(async () => {
    app = await startRestApp(await open());
  });
  afterAll(() => app.close());

  it('of one customer has at most 1 MiB', async () => {
    const text = JSON.stringify({ customer: { id: 1, attributes: { email: EMAIL } } });
    const whole = text.padEnd(MIB);
    expect((await app.post('/customers', whole, JSON_TYPE)).statusCode).toBe(201);
    expect((await app.patch('/customers/1', whole, JSON_TYPE)).statusCode).toBe(200);
    expect(codeOf(await app.post('/customers', `${whole} `, JSON_TYPE))).toEqual([413, 'payload_too_large']);
    expect(codeOf(await app.patch('/customers/1', `${whole} `, JSON_TYPE))).toEqual([413, 'payload_too_large']);
  });

  it('of a selection has room for 100 000 ids', async () => {
    const ids = Array.from({ length: 100_000 }, (_, at) => `${at}`.padStart(140, 'x'));
    const answer = await app.post('/exports/customers.jsonl', { selection: { ids } });
    expect([answer.statusCode, answer.body]).toEqual([200, '']);
    const body = ' '.repeat(16 * MIB + 1);
    expect(codeOf(await app.post('/bulk-edits', body, JSON_TYPE))).toEqual([413, 'payload_too_large']);
  });

  it('has at most 10 000 attributes', async () => {
    const attributes = (count: number): Record<string, unknown> =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [at === 0 ? 'email' : `a${at}`, EMAIL]));
    const create = (count: number): Promise<Answer> =>
      app.post('/customers', { customer: { id: 'many', attributes: attributes(count) } });
    expect((await create(10_000)).statusCode).toBe(201);
    const message = 'A body has at most 10000 attributes; this one has 10001. Send them in several requests.';
    const refused = refusal(400, 'too_many_attributes', message, ['customer.attributes', message]);
    expect((await create(10_001)).json()).toEqual(refused);
    const changed = await app.patch('/customers/many', { customer: { attributes: attributes(10_001) } });
    expect([changed.statusCode, changed.json()]).toEqual([400, refused]);
  });

  it('has at most 10 000 levels of lists and objects', async () => {
    const nestedIn = (levels: number, opening: string, closing: string): string =>
      `{"customer":{"id":"deep","attributes":{"email":"${EMAIL}","deep":${opening.repeat(levels)}1${closing.repeat(levels)}}}}`;
    expect((await app.post('/customers', nestedIn(4_999, '[', ']'), JSON_TYPE)).statusCode).toBe(201);
    const tooLarge = await app.post('/customers', nestedIn(9_997, '[', ']'), JSON_TYPE);
    expect(tooLarge.json<{ message: string }>().message).toContain('bytes');
    const message = 'The body is nested deeper than 10000 lists and objects.';
    for (const [opening, closing] of [
      ['[', ']'],
      ['{"a":', '}'],
    ]) {
      const answer = await app.post('/customers', nestedIn(9_998, opening, closing), JSON_TYPE);
      expect([answer.statusCode, answer.json()]).toEqual([400, refusal(400, 'invalid_request', message)]);
    }
  });

  const MEMBER = '"n00000":1';
  it.each([
    ['ids', `{"selection":{"ids":[${'1,'.repeat(110_000)}1]},"action":{"remove":"a"}}`],
    ['names', `{${`${MEMBER},`.repeat(110_000)}${MEMBER}}`],
    ['lists', `[${'[],'.repeat(60_000)}[]]`],
  ])('of a selection has at most 110 000 members and elements, such as %s', async (_what, body) => {
    const message = 'The body has more than 110000 members and elements. Send several requests.';
    for (const url of ['/bulk-edits', '/exports/customers.csv', '/exports/customers.jsonl']) {
      const answer = await app.post(url, body, JSON_TYPE);
      expect([answer.statusCode, answer.json()]).toEqual([413, refusal(413, 'payload_too_large', message)]);
    }
  });

  it('of a selection is not counted in texts, and may name 100 000 ids and any value', async () => {
    const ids = Array.from({ length: 100_000 }, (_, at) => `,[{:"${at}`);
    const value = Array.from({ length: 4_999 }, () => 1);
    const answer = await app.post('/bulk-edits', { selection: { ids }, action: { set: { name: 'a', value } } });
    expect(answer.statusCode).toBe(200);
    const more = await app.post('/bulk-edits', { selection: { ids: [...ids, 1] }, action: { remove: 'a' } });
    expect(codeOf(more)).toEqual([400, 'invalid_request']);
  });

  it.each([
    ['1.3 million names', '/bulk-edits', `{${Array.from({ length: 1_300_000 }, (_, at) => `"n${at}":1`).join(',')}}`],
    ['80 000 names', '/customers', `{${Array.from({ length: 80_000 }, (_, at) => `"n${at}":1`).join(',')}}`],
    ['16 million levels', '/bulk-edits', '['.repeat(16_000_000)],
  ])('of %s is refused within a second of CPU time', async (_what, url, body) => {
    const start = process.cpuUsage();
    expect(Math.floor((await app.post(url, body, JSON_TYPE)).statusCode / 100)).toBe(4);
    expect(process.cpuUsage(start).user).toBeLessThan(1_000_000);
  });

  it('of a selection lets other requests pass, while it is read and while it is worked off', async () => {
    const ids = Array.from({ length: 100_000 }, (_, at) => `nobody${at}`);
    let rounds = 0;
    let isDone = false;
    const count = (): void => {
      rounds++;
      if (!isDone) setImmediate(count);
    };
    const edits = Array.from({ length: 3 }, () =>
      app.post('/bulk-edits', { selection: { ids }, action: { delete: true } }),
    );
    count();
    for (const answer of await Promise.all(edits)) expect(answer.body).toContain('"finished":true,"done":100000');
    isDone = true;
    expect(rounds).toBeGreaterThan(1_000);
  });

  const DEEP = 100_000;
  const nested = (opening: string, closing: string): string => opening.repeat(DEEP) + closing.repeat(DEEP);
  it.each<[string, string]>([
    ['arrays', nested('[', ']')],
    ['objects', `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`],
    ['unclosed arrays', '['.repeat(1_000_000)],
  ])('may nest %s as deep as it likes, and gets no 500', async (_what, deep) => {
    for (const [method, url, text] of [
      ['POST', '/customers', deep],
      ['POST', '/customers', `{"customer":${deep}}`],
      ['POST', '/customers', `{"other":${deep},"customer":{"id":7,"attributes":{"email":"${EMAIL}"}}}`],
      ['POST', '/customers', `{"customer":{"id":${deep},"attributes":{"email":"${EMAIL}"}}}`],
      ['POST', '/customers', `{"customer":{"id":1,"attributes":${deep}}}`],
      ['POST', '/customers', `{"customer":{"id":1,"attributes":{"email":"${EMAIL}","deep":${deep}}}}`],
      ['PATCH', '/customers/1', `{"customer":{"attributes":{"email":${deep}}}}`],
      ['POST', '/bulk-edits', `{"selection":{"ids":[1]},"action":{"set":{"name":"deep","value":${deep}}}}`],
      ['POST', '/bulk-edits', `{"selection":{"ids":[1]},"action":{"set":{"name":${deep},"value":1}}}`],
      ['POST', '/bulk-edits', `{"selection":{"ids":[${deep}]},"action":{"remove":"a"}}`],
      ['POST', '/bulk-edits', `{"selection":${deep},"action":${deep}}`],
      ['POST', '/exports/customers.csv', `{"selection":{"filters":[${deep}]}}`],
      ['POST', '/segments', `{"segment":{"name":"deep","filters":${deep}}}`],
      ['POST', '/segments', `{"segment":${deep}}`],
    ] as const) {
      const answer = await app.inject({ method, url, headers: JSON_TYPE, payload: text });
      expect([url, text.slice(0, 60), Math.floor(answer.statusCode / 100)]).not.toEqual([url, text.slice(0, 60), 5]);
    }
  });
});

describe('a body that arrives slowly', () => {
  const LIMITS: HttpLimits = {
    ...HTTP_LIMITS,
    bodies: { bytes: 100_000, allBytes: 150_000, idleMs: 300, wholeMs: 900 },
  };
  let app: RestApp;
  let url: string;
  const clients: RawClient[] = [];
  const start = async (bodies: Partial<HttpLimits['bodies']> = {}): Promise<void> => {
    app = await startRestApp(await open(), { limits: { ...LIMITS, bodies: { ...LIMITS.bodies, ...bodies } } });
    url = await app.listen();
  };
  beforeAll(() => start());
  afterEach(() => clients.splice(0).forEach(({ socket }) => socket.destroy()));
  afterAll(() => app.close());

  const send = async (text: string): Promise<RawClient> => {
    const client = await RawClient.connect(url);
    clients.push(client);
    return client.send(text);
  };
  const LATE = refusal(408, 'request_timeout', 'The body of the request did not arrive in time.');

  it('is refused after a time without a byte, and its connection is closed', async () => {
    for (const length of [100, 'chunked'] as const) {
      const client = await send(head('/customers', length));
      const answer = await client.end();
      expect(answer).toMatch(/^HTTP\/1\.1 408 /);
      expect(answer).toMatch(/\r\nconnection: close\r\n/i);
      expect(bodyOf(answer)).toEqual(LATE);
    }
  });

  it('is refused when the whole takes too long, however often a byte comes', async () => {
    const client = await send(head('/customers', 1_000));
    const sending = setInterval(() => client.socket.writable && client.send(' '), 20);
    const began = performance.now();
    expect(bodyOf(await client.end())).toEqual(LATE);
    clearInterval(sending);
    expect(performance.now() - began).toBeGreaterThan(LIMITS.bodies.wholeMs - 50);
  });

  it('makes room when all bodies together are too large, the largest first', async () => {
    await app.close();
    await start({ idleMs: 60_000, wholeMs: 60_000 });
    const large = await send(head('/customers', 90_000) + ' '.repeat(80_000));
    await until(() => Promise.resolve(large.socket.bytesWritten > 80_000));
    const middle = await send(head('/customers', 70_000) + ' '.repeat(60_000));
    const small = JSON.stringify({ customer: { id: 1, attributes: { email: EMAIL } } }).padEnd(20_000);
    const answer = await large.end();
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    expect(answer).toMatch(/\r\nretry-after: \d+\r\n/i);
    expect(bodyOf(answer)).toMatchObject({ code: 'busy' });
    expect((await app.post('/customers', small, JSON_TYPE)).statusCode).toBe(201);
    expect(middle.received).toBe('');
  });

  it('leaves nothing behind when its client leaves', async () => {
    const isAlone = async (): Promise<boolean> => {
      const server: Server = app.nest.getHttpServer();
      return (await promisify(server.getConnections.bind(server))()) === 0;
    };
    await until(isAlone);
    for (let round = 0; round < 5; round++) {
      const client = await send(head('/customers', 90_000) + ' '.repeat(80_000));
      await until(() => Promise.resolve(client.socket.bytesWritten > 80_000));
      client.socket.destroy();
      await until(isAlone);
    }
    const whole = JSON.stringify({ customer: { id: 2, attributes: { email: EMAIL } } }).padEnd(99_000);
    const answers = [await app.post('/customers', whole, JSON_TYPE), await app.post('/customers', whole, JSON_TYPE)];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 201]);
  });
});
