import { ENGINES } from '../support/engine.js';
import { attributes, event, ingestLines } from '../support/messages.js';
import { wrongField, refusal } from '../support/refusal.js';
import { startRestApp, type Answer, type RestApp } from '../support/rest-app.js';

const EMAIL = 'sofia@example.com';
const WRONG_EMAIL = 'An email is text around one "@", without white space.';
const WRONG_ID = 'customer.id must be a string of 1 to 150 bytes or a safe integer.';
const WRONG_CHARACTER = 'customer.id must not hold U+0000 or half of a surrogate pair.';

interface CustomerBody {
  customer: { id: unknown; attributes: Record<string, unknown>; events: unknown; last_updated: number };
}

describe.each(ENGINES)('POST /customers on %s', (_name, open) => {
  let app: RestApp;
  beforeAll(async () => {
    app = await startRestApp(await open());
  });
  afterAll(() => app.close());

  const post = (customer: unknown): Promise<Answer> => app.post('/customers', { customer });
  const postAttributes = (values: Record<string, unknown>): Promise<Answer> => post({ id: 1, attributes: values });

  it('answers 201 with the customer, its ETag and its path, and keeps it', async () => {
    const before = Math.floor(Date.now() / 1000);
    const answer = await post({
      id: 1004,
      attributes: { first_name: 'Sofia', email: EMAIL, created_at: '1542474417' },
    });
    const { last_updated: time } = answer.json<CustomerBody>().customer;
    expect(answer.statusCode).toBe(201);
    expect(answer.body).toBe(
      `{"customer":{"id":1004,"attributes":{"created_at":"1542474417","email":"${EMAIL}","first_name":"Sofia"},` +
        `"events":{},"last_updated":${time}}}`,
    );
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now() / 1000);
    expect(answer.headers.location).toBe('/customers/1004');
    const read = await app.get('/customers/1004');
    expect([read.body, read.headers.etag]).toEqual([answer.body, answer.headers.etag]);
  });

  it.each<[unknown, unknown]>([
    ['1542474417', '1542474417'],
    [1542474417, 1542474417],
    ['100000000', '100000000'],
    [100000000, 100000000],
    ['9999999999', '9999999999'],
    [9999999999, 9999999999],
  ])('keeps created_at %p', async (given, kept) => {
    const answer = await postAttributes({ email: EMAIL, created_at: given });
    expect(answer.json<CustomerBody>().customer.attributes).toEqual({ created_at: kept, email: EMAIL });
  });

  it.each([
    undefined,
    null,
    '',
    'yesterday',
    '99999999',
    '10000000000',
    99999999,
    1e10,
    '1542474417.5',
    1542474417.5,
    '-1542474417',
    '0542474417',
    ' 1542474417',
    '1542474417\n',
    '1.5e9',
    true,
    [],
    {},
  ])('sets created_at to now instead of %p', async (given) => {
    const { customer } = (await postAttributes({ email: EMAIL, created_at: given })).json<CustomerBody>();
    expect(customer.attributes).toEqual({ created_at: String(customer.last_updated), email: EMAIL });
  });

  it.each(['a@b', 'x+y@example.com', 'ü@ö', '"quoted"@example.com'])('takes the email %p', async (email) => {
    expect((await postAttributes({ email })).statusCode).toBe(201);
  });

  it.each<[unknown, unknown]>([
    [1004, 1004],
    ['1004', 1004],
    [0, 0],
    ['0', 0],
    [-5, '-5'],
    ['007', '007'],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    ['9007199254740993', '9007199254740993'],
    ['bill@example.com', 'bill@example.com'],
    ['a/b c', 'a/b c'],
    ['😀', '😀'],
    ['__proto__', '__proto__'],
    ['é'.repeat(75), 'é'.repeat(75)],
  ])('takes the id %p and answers %p', async (given, shown) => {
    const answer = await post({ id: given, attributes: { email: EMAIL } });
    expect(answer.statusCode).toBe(201);
    expect(answer.json<CustomerBody>().customer.id).toBe(shown);
    expect((await app.get(answer.headers.location ?? '')).body).toBe(answer.body);
  });

  it('leaves out what is null or empty, and id; ignores unknown members', async () => {
    const answer = await app.post('/customers', {
      customer: {
        id: 1,
        attributes: {
          email: EMAIL,
          created_at: '1542474417',
          plan: null,
          city: '',
          id: 'other',
          n: 0,
          no: false,
          list: [],
        },
        events: { page: 9 },
        last_updated: 1,
        constructor: 1,
      },
      toString: 1,
      constructor: { prototype: 1 },
    });
    expect(answer.statusCode).toBe(201);
    expect(answer.json<CustomerBody>().customer).toMatchObject({
      events: {},
      attributes: { created_at: '1542474417', email: EMAIL, list: [], n: 0, no: false },
    });
    expect(Object.keys(answer.json<CustomerBody>().customer.attributes)).toEqual([
      'created_at',
      'email',
      'list',
      'n',
      'no',
    ]);
  });

  it('keeps attributes whose names every object has, also inside values', async () => {
    const values =
      '{"constructor":{"prototype":1},"created_at":"1542474417","email":"a@b","hasOwnProperty":"h","toString":"x","valueOf":[{"__proto__":1}]}';
    const answer = await app.post('/customers', `{"customer":{"id":1,"attributes":${values}}}`, {
      'content-type': 'application/json',
    });
    expect(answer.statusCode).toBe(201);
    expect(answer.body).toContain(`"attributes":${values},`);
  });
});

describe.each(ENGINES)('POST /customers over a customer on %s', (_name, open) => {
  it('makes the attributes exactly those sent, and keeps the events', async () => {
    const app = await startRestApp(await open());
    await ingestLines(app.engine, [event(), event({ name: 'buy' }), attributes({ old: 'x', plan: 'gold' })]);
    const sent = { email: EMAIL, created_at: '1542474417', plan: 'basic' };
    const answer = await app.post('/customers', { customer: { id: 1, attributes: sent } });
    const { customer } = answer.json<CustomerBody>();
    expect(customer).toEqual({
      id: 1,
      attributes: { created_at: '1542474417', email: EMAIL, plan: 'basic' },
      events: { buy: 1, page: 1 },
      last_updated: customer.last_updated,
    });
    expect((await app.get('/customers')).json()).toEqual({
      customers: [customer],
      meta: { page: 1, per_page: 25, total: 1 },
    });
    await app.close();
  });
});

describe.each(ENGINES)('POST /customers that is refused on %s', (_name, open) => {
  let app: RestApp;
  beforeAll(async () => {
    app = await startRestApp(await open());
  });
  afterAll(() => app.close());

  const post = (customer: unknown): Promise<Answer> => app.post('/customers', { customer });
  const nobody = async (): Promise<void> => {
    expect((await app.get('/customers')).json()).toMatchObject({ customers: [] });
  };

  it.each([
    'a',
    '@',
    'a@',
    '@b',
    'a@b@c',
    'a b@c',
    'a@b c',
    ' a@b',
    'a@b\n',
    'a\t@b',
    'a@\u00a0b',
    1,
    true,
    ['a@b'],
    {},
  ])('refuses the email %p', async (email) => {
    const answer = await post({ id: 1, attributes: { email, plan: 'x' } });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toEqual(wrongField('customer.attributes.email', WRONG_EMAIL));
    await nobody();
  });

  it.each([undefined, null, ''])('says of the email %p that it is required', async (email) => {
    const answer = await post({ id: 1, attributes: { email, plan: 'x' } });
    expect(answer.statusCode).toBe(400);
    const message = 'email is required: text around one "@", without white space.';
    expect(answer.json()).toEqual(wrongField('customer.attributes.email', message));
    await nobody();
  });

  it.each([undefined, null, '', 1.5, 2 ** 53, true, [], {}, 'é'.repeat(76)])('refuses the id %p', async (id) => {
    const answer = await post({ id, attributes: { email: EMAIL } });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toEqual(wrongField('customer.id', WRONG_ID));
    await nobody();
  });

  it.each(['a\u0000b', 'a\ud800b'])('refuses the id %p for its character', async (id) => {
    const answer = await post({ id, attributes: { email: EMAIL } });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toEqual(wrongField('customer.id', WRONG_CHARACTER));
    await nobody();
  });

  it.each<[string, unknown]>([
    ['customer', undefined],
    ['customer', null],
    ['customer', []],
    ['customer', 'text'],
    ['customer.attributes', { id: 1 }],
    ['customer.attributes', { id: 1, attributes: null }],
    ['customer.attributes', { id: 1, attributes: [] }],
    ['customer.attributes', { id: 1, attributes: 'text' }],
  ])('names %s when it is %j', async (field, customer) => {
    const answer = await post(customer);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toEqual(wrongField(field, `${field} must be an object.`));
  });

  it('names every wrong field', async () => {
    const wrongAttributes = 'customer.attributes must be an object.';
    expect((await post({})).json()).toEqual(
      refusal(
        400,
        'invalid_request',
        `${WRONG_ID} ${wrongAttributes}`,
        ['customer.id', WRONG_ID],
        ['customer.attributes', wrongAttributes],
      ),
    );
  });

  it.each(['[]', 'null', '"text"', '1', '{}'])('refuses the body %s', async (payload) => {
    const answer = await app.post('/customers', payload, { 'content-type': 'application/json' });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toEqual(wrongField('customer', 'customer must be an object.'));
  });
});
