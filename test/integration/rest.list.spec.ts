import { ENGINES } from '../support/engine.js';
import { attributes, event, ingestLines } from '../support/messages.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';

const TIME = 1_428_067_050;

const numbered = (app: RestApp, count: number): Promise<unknown> =>
  ingestLines(
    app.engine,
    Array.from({ length: count }, (_, i) => event({ user_id: String(i + 1) })),
  );

describe.each(ENGINES)('a page of GET /customers on %s', (_name, open) => {
  let app: RestApp;
  beforeAll(async () => {
    app = await startRestApp(await open());
    await numbered(app, 30);
  });
  afterAll(() => app.close());

  it.each([
    ['', 1, 25, 25],
    ['page=2', 2, 25, 5],
    ['page=1&per_page=10', 1, 10, 10],
    ['page=3&per_page=10', 3, 10, 10],
    ['page=4&per_page=10', 4, 10, 0],
    ['per_page=10000', 1, 10_000, 30],
    ['per_page=10001', 1, 10_000, 30],
    ['per_page=100000000000', 1, 10_000, 30],
    ['page=100000000000', 100_000_000_000, 25, 0],
    ['page=2&per_page=10000', 2, 10_000, 0],
    ['page=abc&per_page=abc', 1, 25, 25],
    ['page=0&per_page=0', 1, 25, 25],
    ['page=-1&per_page=-1', 1, 25, 25],
    ['page=1.5&per_page=1.5', 1, 25, 25],
    ['page=1e3&per_page=1e3', 1, 25, 25],
    ['page=&per_page=', 1, 25, 25],
    ['page=%202&per_page=0x10', 1, 25, 25],
    ['page=1&page=2&per_page=3&per_page=4', 1, 25, 25],
    ['page[]=2', 1, 25, 25],
    ['page=%zz&per_page=%ff', 1, 25, 25],
    ['page=02&per_page=010', 2, 10, 10],
    ['page=9007199254740993&per_page=7', Number.MAX_SAFE_INTEGER, 7, 0],
  ])('?%s is page %i of %i a page', async (query, page, perPage, count) => {
    const answer = await app.get(`/customers?${query}`);
    const { customers, meta } = answer.json<{ customers: unknown[]; meta: unknown }>();
    expect(answer.statusCode).toBe(200);
    expect(meta).toEqual({ page, per_page: perPage, total: 30 });
    expect(customers).toHaveLength(count);
  });
});

describe.each(ENGINES)('GET /customers on %s', (_name, open) => {
  let app: RestApp;
  beforeEach(async () => {
    app = await startRestApp(await open());
  });
  afterEach(() => app.close());

  const idsOf = (body: string): unknown[] =>
    (JSON.parse(body) as { customers: { id: unknown }[] }).customers.map((customer) => customer.id);

  it('answers whole customers with sorted keys, numbers as numbers', async () => {
    await ingestLines(app.engine, [
      attributes({ z: 'z', a: { n: [1, null] }, email: 'sofia@example.com' }, { user_id: '1004' }),
      event({ user_id: '1004', name: 'page' }),
      event({ user_id: '1004', name: 'buy' }),
      event({ user_id: 'bill' }),
    ]);
    const answer = await app.get('/customers');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.body).toBe(
      '{"customers":[' +
        '{"id":1004,"attributes":{"a":{"n":[1,null]},"email":"sofia@example.com","z":"z"},' +
        `"events":{"buy":1,"page":1},"last_updated":${TIME}},` +
        `{"id":"bill","attributes":{},"events":{"page":1},"last_updated":${TIME}}` +
        '],"meta":{"page":1,"per_page":25,"total":2}}',
    );
  });

  it('is empty at first', async () => {
    expect((await app.get('/customers')).json()).toEqual({ customers: [], meta: { page: 1, per_page: 25, total: 0 } });
  });

  it('orders numbers by number, then the others by code point, and keeps the order over pages', async () => {
    const ids = [
      '10',
      '9',
      'b',
      'a',
      '007',
      '😀',
      'ｚ',
      '0',
      '9007199254740991',
      '9007199254740993',
      '-1',
      '1.5',
      '1e3',
    ];
    await ingestLines(
      app.engine,
      ids.map((id) => event({ user_id: id })),
    );
    const ordered = [0, 9, 10, 9007199254740991, '-1', '007', '1.5', '1e3', '9007199254740993', 'a', 'b', 'ｚ', '😀'];
    expect(idsOf((await app.get('/customers')).body)).toEqual(ordered);
    const paged: unknown[] = [];
    for (let page = 1; page <= 5; page++) {
      paged.push(...idsOf((await app.get(`/customers?page=${page}&per_page=3`)).body));
    }
    expect(paged).toEqual(ordered);
  });

  it('answers at /customers/ as well, and HEAD without a body', async () => {
    await numbered(app, 1);
    const list = await app.get('/customers');
    expect((await app.get('/customers/')).body).toBe(list.body);
    const head = await app.inject({ method: 'HEAD', url: '/customers' });
    expect([head.statusCode, head.body, head.headers['content-length']]).toEqual([200, '', String(list.body.length)]);
  });
});
