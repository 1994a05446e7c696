import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { patchAttributes } from '../../server/domain/customer/edit.js';
import type { CustomerRepository } from '../../server/domain/customer/customer-repository.js';
import { ENGINES } from '../support/engine.js';
import { attributes, ingestLines, UPDATED } from '../support/messages.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';
import { until } from '../support/until.js';

/** Customers of a list that is sent in pieces. */
const MANY = 400;
const PIECE = 64 * 1024;
const MIB = 1024 * 1024;

interface List {
  readonly customers: readonly { readonly id: unknown }[];
  readonly meta: unknown;
}

const customer = (i: number): string =>
  attributes(
    { email: `c${i}@example.com`, note: `ä${'x'.repeat(500)}` },
    { user_id: i % 3 === 0 ? `u${i}` : String(i) },
  );

describe.each(ENGINES)('a list that is sent in pieces on %s', (_name, open) => {
  let app: RestApp;
  beforeAll(async () => {
    app = await startRestApp(await open());
    await ingestLines(
      app.engine,
      Array.from({ length: MANY }, (_, i) => customer(i)),
    );
  });
  afterAll(() => app.close());

  /** All customers of a query by pages that are sent whole. */
  const byPages = async (query: string): Promise<unknown[]> => {
    const all: unknown[] = [];
    for (let page = 1; ; page++) {
      const { customers } = (await app.get(`/customers?per_page=50&page=${page}&${query}`)).json<List>();
      if (customers.length === 0) return all;
      all.push(...customers);
    }
  };

  it.each([
    ['', MANY],
    ['search=example', MANY],
    ['search=c1', 111],
    ['filter=attribute:email:contains:9&sort=email&order=desc', 76],
    ['search=nobody', 0],
  ])('with ?%s has the customers of its pages', async (query, count) => {
    const all = await byPages(query);
    expect(all).toHaveLength(count);
    for (const [page, perPage] of [
      [1, 10_000],
      [1, 250],
      [2, 250],
      [3, 250],
    ]) {
      const answer = await app.get(`/customers?page=${page}&per_page=${perPage}&${query}`);
      expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
      expect(answer.json()).toEqual({
        customers: all.slice((page - 1) * perPage, page * perPage),
        meta: { page, per_page: perPage, total: count },
      });
    }
  });

  it('is compressed for a client that takes gzip, and has no body for HEAD', async () => {
    const plain = await app.get('/customers?per_page=1000');
    const zipped = await app.get('/customers?per_page=1000', { 'accept-encoding': 'gzip' });
    expect(zipped.headers).toMatchObject({ 'content-encoding': 'gzip', vary: plain.headers.vary });
    expect(gunzipSync(zipped.rawPayload).toString()).toBe(plain.body);
    const head = await app.inject({ method: 'HEAD', url: '/customers?per_page=1000' });
    expect([head.statusCode, head.body]).toEqual([200, '']);
  });

  it.each(['per_page=1000&filter=plan', 'per_page=1000&sort=plan'])('with ?%s is refused', async (query) => {
    const answer = await app.get(`/customers?${query}`);
    expect([answer.statusCode, answer.json()]).toMatchObject([400, { code: 'invalid_request' }]);
  });
});

describe.each(ENGINES)('a long history on %s', (_name, open) => {
  it('is read a few entries at a time, and is the same as its pages', async () => {
    const app = await startRestApp(await open());
    await ingestLines(app.engine, [attributes({ email: 'a@example.com' })]);
    for (let i = 0; i < 35; i++) {
      const value = JSON.stringify(`${i}${'x'.repeat(9_000)}`);
      await app.engine.customers.change('1', (state) => patchAttributes(state, [{ name: 'note', value }], i), UPDATED);
    }
    const { history } = app.engine;
    const page = history.page.bind(history);
    const limits: number[] = [];
    history.page = (id, before, limit) => (limits.push(limit), page(id, before, limit));
    const entries = async (query: string): Promise<{ history: { id: number }[]; meta: unknown }> =>
      (await app.get(`/customers/1/history?${query}`)).json();
    const all = await entries('limit=500');
    expect([all.history.length, all.meta]).toEqual([35, { more: false }]);
    expect(await entries('limit=33')).toEqual({ history: all.history.slice(0, 33), meta: { more: true } });
    const behind = await entries(`before=${all.history[32].id}`);
    expect(behind).toEqual({ history: all.history.slice(33), meta: { more: false } });
    expect(Math.max(...limits)).toBeLessThanOrEqual(10);
    await app.close();
  });
});

/** A repository with a million customers, who are made when they are read. */
function endless(customers: CustomerRepository): { runs: number; lists: number } {
  const counts = { runs: 0, lists: 0 };
  const json = Buffer.from(`{"id":1,"attributes":{"note":"${'x'.repeat(PIECE)}"},"events":{},"last_updated":1}`);
  customers.page = async () => {
    counts.lists++;
    return { customers: [], total: 1e6 };
  };
  customers.runAfter = async () => {
    counts.runs++;
    return { json, count: 1, last: '1' };
  };
  return counts;
}

describe('a client that does not read', () => {
  let app: RestApp;
  let counts: { runs: number; lists: number };
  let url: URL;
  const sockets: Socket[] = [];
  beforeEach(async () => {
    const [, open] = ENGINES[1];
    app = await startRestApp(await open());
    await ingestLines(app.engine, [attributes({ email: 'a@example.com' })]);
    counts = endless(app.engine.customers);
    url = new URL(await app.listen());
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await app.close();
  });

  /** Sends requests on a connection whose answers are not read. */
  const send = async (...paths: string[]): Promise<Socket> => {
    const socket = connect(Number(url.port), url.hostname);
    sockets.push(socket);
    socket.on('error', () => undefined).pause();
    await once(socket, 'connect');
    socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`).join(''));
    return socket;
  };
  /** Waits until nothing more is read for clients. */
  const settled = async (): Promise<void> => {
    let [seen, since] = [0, performance.now()];
    await until(async () => {
      if (counts.runs !== seen) [seen, since] = [counts.runs, performance.now()];
      return counts.runs > 0 && performance.now() - since > 500;
    });
  };

  it('makes the server read no more than the connection holds', async () => {
    await send('/customers?per_page=10000');
    await settled();
    expect(counts.runs).toBeLessThan((12 * MIB) / PIECE);
    expect((await fetch(new URL('/customers/1', url))).status).toBe(200);
  });

  it('gets one answer at a time, however many requests it sends', async () => {
    await send(...Array.from({ length: 300 }, () => '/customers?per_page=10000'));
    await settled();
    expect(counts.lists).toBe(1);
  });

  it('leaves room for others: what does not fit into the budget is refused', async () => {
    const large = Buffer.from(`{"id":1,"attributes":{"note":"${'x'.repeat(40 * MIB)}"},"events":{},"last_updated":1}`);
    app.engine.customers.getJson = () => large;
    await send('/customers/1');
    const busy = await fetch(new URL('/customers/1', url));
    expect([busy.status, busy.headers.get('retry-after'), await busy.json()]).toMatchObject([
      503,
      '5',
      { code: 'busy' },
    ]);
    sockets[0].destroy();
    await until(async () => {
      const { status, body } = await fetch(new URL('/customers/1', url));
      await body?.cancel();
      return status === 200;
    });
  });
});
