import { ENGINES, itOnce } from '../support/engine.js';
import { attributes, event, ingestLines, TIME } from '../support/messages.js';
import { noCustomer } from '../support/refusal.js';
import { startRestApp, type Answer, type RestApp } from '../support/rest-app.js';

const ODD = 'é / 2';

describe.each(ENGINES)('suppression over REST on %s', (name, open) => {
  const once = itOnce(name);
  let app: RestApp;
  beforeEach(async () => {
    app = await startRestApp(await open());
  });
  afterEach(() => app.close());

  const pathOf = (id: string): string => `/customers/${encodeURIComponent(id)}`;
  const suppress = (id: string): Promise<Answer> => app.inject({ method: 'POST', url: `${pathOf(id)}/suppress` });
  const unsuppress = (id: string): Promise<Answer> => app.inject({ method: 'POST', url: `${pathOf(id)}/unsuppress` });
  const create = (id: string): Promise<Answer> =>
    app.post('/customers', { customer: { id, attributes: { email: 'a@example.com' } } });
  const update = (id: string): Promise<Answer> => app.patch(pathOf(id), { customer: { attributes: { plan: 'pro' } } });
  const told = ({ statusCode, body }: Answer): unknown => [statusCode, JSON.parse(body)];
  const actions = async (): Promise<unknown> =>
    (await app.get('/audit'))
      .json<{ entries: { action: string; target: string }[] }>()
      .entries.map(({ action, target }) => [action, target]);

  it.each([
    ['7', 7],
    [ODD, ODD],
  ])('of %p deletes it and rejects its messages until it ends', async (id, wire) => {
    await ingestLines(app.engine, [attributes({ email: 'a@example.com' }, { user_id: id })]);
    expect(told(await suppress(id))).toEqual([200, { id: wire, suppressed: true }]);
    expect(told(await app.get(pathOf(id)))).toEqual([404, noCustomer(id)]);
    expect((await app.inject({ method: 'DELETE', url: pathOf(id) })).statusCode).toBe(404);
    const later = { user_id: id, timestamp: TIME + 1 };
    const body = [event(later), event({ user_id: 'other' }), attributes({ email: 'b@example.com' }, later)].join('\n');
    const sent = await app.inject({
      method: 'POST',
      url: '/ingestions',
      payload: body,
      headers: { 'content-type': 'application/x-ndjson' },
    });
    expect(sent.statusCode).toBe(202);
    const url = `/ingestions/${sent.json<{ ingestion: { id: number } }>().ingestion.id}`;
    // The stream of its events ends with it.
    await app.get(`${url}/progress`);
    const { ingestion } = (await app.get(url)).json<{ ingestion: unknown }>();
    expect(ingestion).toMatchObject({ lines: 3, events: 1, customers: 1, rejected: { suppressed: 2 } });
    // Nothing of them is kept.
    expect((await app.get(`${url}/rejects`)).body).toBe('');

    expect(told(await unsuppress(id))).toEqual([200, { id: wire, suppressed: false }]);
    expect((await app.get(pathOf(id))).statusCode).toBe(404);
    expect((await create(id)).statusCode).toBe(201);
    expect((await update(id)).statusCode).toBe(200);
    expect(await actions()).toEqual(
      expect.arrayContaining([
        ['customer.suppressed', id],
        ['customer.unsuppressed', id],
      ]),
    );
  });

  it('of a customer that does not exist works too, and the second one changes nothing', async () => {
    expect([await suppress('9'), await suppress('9')].map(told)).toEqual(
      Array(2).fill([200, { id: 9, suppressed: true }]),
    );
    expect([await unsuppress('9'), await unsuppress('9')].map(told)).toEqual(
      Array(2).fill([200, { id: 9, suppressed: false }]),
    );
    expect(told(await unsuppress('never'))).toEqual([200, { id: 'never', suppressed: false }]);
    expect(await actions()).toEqual([
      ['customer.unsuppressed', '9'],
      ['customer.suppressed', '9'],
    ]);
  });

  once.each(['.', '..'])('of %s names a URL that can be sent', async (id) => {
    const base = await app.listen();
    const post = (url: string): Promise<Response> => fetch(base + url, { method: 'POST' });
    expect((await post(`/customer/suppress?id=${id}`)).status).toBe(200);
    const { message } = (await create(id)).json<{ message: string }>();
    const [, url = ''] = /POST (\S+) /.exec(message) ?? [];
    expect(await (await post(url)).json()).toEqual({ id, suppressed: false });
    expect((await create(id)).statusCode).toBe(201);
  });

  it('refuses POST and PATCH, and says how to end it', async () => {
    await suppress(ODD);
    for (const answer of [await create(ODD), await update(ODD)]) {
      expect(answer.statusCode).toBe(409);
      expect(answer.json()).toMatchObject({
        error: 'Conflict',
        code: 'customer_suppressed',
        message: expect.stringContaining(`POST ${pathOf(ODD)}/unsuppress`) as string,
      });
    }
    expect((await app.get('/customers')).json()).toMatchObject({ customers: [] });
  });

  once.each(['a%00b', 'x'.repeat(151)])('takes no id that no customer can have: %s', async (id) => {
    for (const action of ['suppress', 'unsuppress']) {
      const answer = await app.inject({ method: 'POST', url: `/customers/${id}/${action}` });
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toMatchObject({ code: 'invalid_request' });
    }
  });
});
