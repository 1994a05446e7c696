import { ENGINES } from '../support/engine.js';
import { attributes, event, ingestLines } from '../support/messages.js';
import { noCustomer, wrongField } from '../support/refusal.js';
import { startRestApp, type Answer, type RestApp } from '../support/rest-app.js';

const TIME = 1_428_067_050;
const WRONG_EMAIL = 'An email is text around one "@", without white space.';
const WRONG_TIME = 'created_at is a Unix time in seconds, 100000000 to 9999999999.';
const OBJECT = (field: string): string => `${field} must be an object.`;

describe.each(ENGINES)('one customer on %s', (_name, open) => {
  let app: RestApp;
  beforeAll(async () => {
    app = await startRestApp(await open());
    await ingestLines(app.engine, [
      attributes({ email: 'a@b', created_at: '1542474417', first_name: 'Sofia', plan: 'gold' }),
      event(),
    ]);
  });
  afterAll(() => app.close());

  const before =
    '{"customer":{"id":1,"attributes":{"created_at":"1542474417","email":"a@b","first_name":"Sofia","plan":"gold"},' +
    `"events":{"page":1},"last_updated":${TIME}}}`;
  const patch = (values: unknown): Promise<Answer> => app.patch('/customers/1', { customer: { attributes: values } });
  const isUnchanged = async (): Promise<void> => {
    expect((await app.get('/customers/1')).body).toBe(before);
  };

  describe('GET', () => {
    it('answers it whole', async () => {
      const answer = await app.get('/customers/1');
      expect([answer.statusCode, answer.body]).toEqual([200, before]);
      expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    });

    it('answers HEAD with the same headers and no body', async () => {
      const head = await app.inject({ method: 'HEAD', url: '/customers/1' });
      const { etag } = (await app.get('/customers/1')).headers;
      expect([head.statusCode, head.body, head.headers.etag]).toEqual([200, '', etag]);
      expect(head.headers['content-length']).toBe(String(before.length));
    });

    it.each(['2', '01', '1.0', '1e0', '-1', 'toString', '__proto__'])('answers 404 to %s', async (id) => {
      const answer = await app.get(`/customers/${id}`);
      expect(answer.statusCode).toBe(404);
      expect(answer.json()).toEqual(noCustomer(id));
    });
  });

  describe('PATCH', () => {
    it.each([null, '', 'a', 'a@b@c', 'a b@c', 1, ['a@b'], {}])('refuses the email %p', async (email) => {
      const answer = await patch({ plan: 'basic', email });
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toEqual(wrongField('customer.attributes.email', WRONG_EMAIL));
      await isUnchanged();
    });

    it.each([null, '', 'yesterday', '99999999', 1e10, 1.5, true, []])('refuses created_at %p', async (time) => {
      const answer = await patch({ plan: 'basic', created_at: time });
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toEqual(wrongField('customer.attributes.created_at', WRONG_TIME));
      await isUnchanged();
    });

    it.each<[string, unknown]>([
      ['customer', {}],
      ['customer', []],
      ['customer', { customer: null }],
      ['customer', { customer: 'text' }],
      ['customer.attributes', { customer: {} }],
      ['customer.attributes', { customer: { attributes: null } }],
      ['customer.attributes', { customer: { attributes: [] } }],
      ['customer.attributes', { customer: { attributes: 'text' } }],
    ])('names %s in %j', async (field, body) => {
      const answer = await app.patch('/customers/1', body);
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toEqual(wrongField(field, OBJECT(field)));
      await isUnchanged();
    });

    it('answers 404 to a customer that is not there, and makes none', async () => {
      const answer = await app.patch('/customers/2', { customer: { attributes: { plan: 'basic' } } });
      expect(answer.statusCode).toBe(404);
      expect(answer.json()).toEqual(noCustomer('2'));
      expect((await app.get('/customers')).json()).toMatchObject({ meta: { total: 1 } });
    });
  });
});

describe.each(ENGINES)('one customer that changes on %s', (_name, open) => {
  let app: RestApp;
  beforeEach(async () => {
    app = await startRestApp(await open());
    await ingestLines(app.engine, [
      attributes({ email: 'a@b', created_at: '1542474417', first_name: 'Sofia', plan: 'gold' }),
      event(),
    ]);
  });
  afterEach(() => app.close());

  const patch = (values: unknown): Promise<Answer> => app.patch('/customers/1', { customer: { attributes: values } });

  describe('PATCH', () => {
    it('merges: what is not named stays', async () => {
      const answer = await patch({ plan: 'basic', city: 'Quito' });
      const { customer } = answer.json<{ customer: { last_updated: number } }>();
      expect(answer.statusCode).toBe(200);
      expect(customer).toEqual({
        id: 1,
        attributes: { city: 'Quito', created_at: '1542474417', email: 'a@b', first_name: 'Sofia', plan: 'basic' },
        events: { page: 1 },
        last_updated: customer.last_updated,
      });
      expect(customer.last_updated).toBeGreaterThan(TIME);
      const read = await app.get('/customers/1');
      expect([read.body, read.headers.etag]).toEqual([answer.body, answer.headers.etag]);
    });

    it.each([null, ''])('removes an attribute that is set to %p', async (value) => {
      const answer = await patch({ plan: value, unheard_of: value });
      expect(answer.statusCode).toBe(200);
      expect(answer.json()).toMatchObject({ customer: { events: { page: 1 } } });
      expect(answer.body).toContain('"attributes":{"created_at":"1542474417","email":"a@b","first_name":"Sofia"}');
      await ingestLines(app.engine, [attributes({ plan: 'older' }, { timestamp: TIME + 1 })]);
      expect((await app.get('/customers/1')).body).not.toContain('plan');
    });

    it('changes no attribute when none is named', async () => {
      expect((await patch({})).json()).toMatchObject({ customer: { attributes: { email: 'a@b', plan: 'gold' } } });
    });

    it('ignores unknown members and id', async () => {
      const customer = { id: 2, attributes: { id: 3, plan: 'basic' }, events: {}, last_updated: 1, constructor: 1 };
      const answer = await app.patch('/customers/1', { customer, more: 1 });
      expect(answer.statusCode).toBe(200);
      expect(answer.json()).toMatchObject({ customer: { id: 1, attributes: { plan: 'basic' }, events: { page: 1 } } });
      expect(answer.body).not.toContain('"id":3');
      expect((await app.get('/customers/2')).statusCode).toBe(404);
    });

    it.each(['c@d', 'x+y@example.com'])('sets the email to %s', async (email) => {
      expect((await patch({ email })).json()).toMatchObject({ customer: { attributes: { email } } });
    });

    it.each(['1000000000', 1000000000])('sets created_at to %p', async (time) => {
      expect((await patch({ created_at: time })).json()).toMatchObject({
        customer: { attributes: { created_at: time } },
      });
    });
  });

  describe('DELETE', () => {
    const remove = (id: string, headers: Record<string, string> = {}): Promise<Answer> =>
      app.inject({ method: 'DELETE', url: `/customers/${id}`, headers });

    it.each<[Record<string, string>]>([[{}], [{ 'content-type': 'application/json' }]])(
      'answers 201 and {} with the headers %j',
      async (headers) => {
        const answer = await remove('1', headers);
        expect([answer.statusCode, answer.body]).toEqual([201, '{}']);
        expect((await app.get('/customers/1')).json()).toEqual(noCustomer('1'));
        expect((await app.get('/customers')).json()).toEqual({
          customers: [],
          meta: { page: 1, per_page: 25, total: 0 },
        });
      },
    );

    it('answers 404 to a customer that is not there, also one that was deleted', async () => {
      await remove('1');
      for (const id of ['1', '2']) {
        const answer = await remove(id);
        expect([answer.statusCode, answer.json()]).toEqual([404, noCustomer(id)]);
      }
    });

    it('holds against old messages, until a POST starts the customer anew', async () => {
      await remove('1');
      await ingestLines(app.engine, [attributes({ plan: 'gold' }), event()]);
      expect((await app.get('/customers/1')).statusCode).toBe(404);
      const customer = { id: 1, attributes: { email: 'new@b', created_at: '1542474417' } };
      expect((await app.post('/customers', { customer })).json()).toMatchObject({
        customer: { ...customer, events: {} },
      });
    });
  });
});
