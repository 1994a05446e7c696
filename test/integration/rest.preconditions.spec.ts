import { ENGINES } from '../support/engine.js';
import { noCustomer, refusal } from '../support/refusal.js';
import { startRestApp, type Answer, type RestApp } from '../support/rest-app.js';

const changed = (id: string): unknown =>
  refusal(
    412,
    'customer_changed',
    `Customer "${id}" was changed since you read it. Read it again and repeat your change.`,
  );
const exists = (id: string): unknown =>
  refusal(412, 'customer_exists', `There is a customer with the id "${id}" already.`);
const NOBODY = 'nobody';

describe.each(ENGINES)('preconditions on %s', (_name, open) => {
  let app: RestApp;
  let customers = 0;
  /** The id of the customer of a test. */
  let id: string;
  let etag: string;
  let before: string;
  beforeAll(async () => {
    app = await startRestApp(await open());
  });
  beforeEach(async () => {
    id = String(++customers);
    const answer = await app.post('/customers', { customer: { id, attributes: { email: 'a@b' } } });
    etag = String(answer.headers.etag);
    before = answer.body;
  });
  afterAll(() => app.close());

  const filled = (header: string): string => header.replace('TAG', etag);
  const isUnchanged = async (): Promise<void> => {
    expect((await app.get(`/customers/${id}`)).body).toBe(before);
  };

  it('is a strong ETag that changes with the customer', async () => {
    expect(etag).toMatch(/^"[\w-]+"$/);
    const after = await app.patch(`/customers/${id}`, { customer: { attributes: { plan: 'gold' } } });
    expect(after.headers.etag).toMatch(/^"[\w-]+"$/);
    expect(after.headers.etag).not.toBe(etag);
  });

  describe('If-None-Match', () => {
    it.each(['TAG', 'W/TAG', '*', '"other", TAG', '"a,b",W/"c" , W/TAG'])(
      '%s gives 304 without a body',
      async (header) => {
        for (const method of ['GET', 'HEAD'] as const) {
          const answer = await app.inject({
            method,
            url: `/customers/${id}`,
            headers: { 'if-none-match': filled(header) },
          });
          expect([answer.statusCode, answer.body, answer.headers.etag]).toEqual([304, '', etag]);
          expect(answer.headers['content-type']).toBeUndefined();
          expect(answer.headers.vary).toContain('Accept');
        }
      },
    );

    it.each(['"other"', 'W/"other"', '', 'TAG'.toLowerCase()])('%p gives the customer', async (header) => {
      const answer = await app.get(`/customers/${id}`, { 'if-none-match': header });
      expect([answer.statusCode, answer.body]).toEqual([200, before]);
    });

    it('gives 404 where there is nothing', async () => {
      const answer = await app.get(`/customers/${NOBODY}`, { 'if-none-match': '*' });
      expect([answer.statusCode, answer.json()]).toEqual([404, noCustomer(NOBODY)]);
    });

    it.each([
      ['*', 412],
      [' * ', 412],
      ['TAG', 412],
      ['"other"', 201],
    ])('%s makes a POST over a customer %i', async (header, status) => {
      const body = { customer: { id, attributes: { email: 'c@d' } } };
      const answer = await app.post('/customers', body, { 'if-none-match': filled(header) });
      expect(answer.statusCode).toBe(status);
      if (status !== 412) return;
      expect(answer.json()).toEqual(exists(id));
      await isUnchanged();
    });

    it('* lets a POST make a customer that is not there, or not any more', async () => {
      const customer = { id: 'new', attributes: { email: 'c@d' } };
      const post = (): Promise<Answer> => app.post('/customers', { customer }, { 'if-none-match': '*' });
      expect((await post()).statusCode).toBe(201);
      expect((await post()).statusCode).toBe(412);
      await app.inject({ method: 'DELETE', url: '/customers/new' });
      expect((await post()).statusCode).toBe(201);
    });
  });

  describe('If-Match', () => {
    const changes = ['PATCH', 'DELETE', 'POST'] as const;
    const send = (method: (typeof changes)[number], ifMatch: string, to = id): Promise<Answer> =>
      app.inject({
        method,
        url: method === 'POST' ? '/customers' : `/customers/${to}`,
        headers: { 'if-match': filled(ifMatch) },
        ...(method !== 'DELETE' && { payload: { customer: { id: to, attributes: { email: 'c@d' } } } }),
      });

    describe.each(changes)('of a %s', (method) => {
      it.each(['"other"', 'W/TAG', '', '"x", W/TAG'])('%p gives 412 and changes nothing', async (header) => {
        const answer = await send(method, header);
        expect([answer.statusCode, answer.json()]).toEqual([412, changed(id)]);
        await isUnchanged();
      });

      it.each(['TAG', '*', '"other", TAG', '"a,b" ,TAG'])('%s lets it pass', async (header) => {
        expect((await send(method, header)).statusCode).toBe(method === 'PATCH' ? 200 : 201);
      });

      it('holds once: the second of two changes of one version gives 412', async () => {
        const answers = await Promise.all([send(method, 'TAG'), send(method, 'TAG')]);
        const refused = method === 'DELETE' ? 404 : 412;
        expect(answers.map((answer) => answer.statusCode).sort()).toEqual([method === 'PATCH' ? 200 : 201, refused]);
      });
    });

    it.each([
      ['PATCH', 404],
      ['DELETE', 404],
      ['POST', 412],
    ] as const)('of a %s to a customer that is not there gives %i', async (method, status) => {
      expect((await send(method, '*', NOBODY)).statusCode).toBe(status);
      expect((await app.get(`/customers/${NOBODY}`)).statusCode).toBe(404);
    });
  });
});
