import { ENGINES } from '../support/engine.js';
import { wrongField } from '../support/refusal.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';

const WRONG_NAME = 'An attribute name has 1 to 150 bytes and is not "__proto__".';
const WRONG_VALUE =
  'An attribute value has at most 10000 bytes as JSON, and its numbers at most 400 digits before and after the point.';
const WRONG_TEXT = 'Text must not hold U+0000 or half of a surrogate pair.';
const JSON_TYPE = { 'content-type': 'application/json' };

describe.each(ENGINES)('attributes in a body on %s', (_name, open) => {
  let app: RestApp;
  /** The id of the customer of a test. */
  let id = 0;
  beforeAll(async () => {
    app = await startRestApp(await open());
  });
  beforeEach(() => {
    id++;
  });
  afterAll(() => app.close());

  it.each<[string, string, string]>([
    ['__proto__', '"x"', WRONG_NAME],
    ['', '"x"', WRONG_NAME],
    ['n'.repeat(151), '"x"', WRONG_NAME],
    ['é'.repeat(76), '"x"', WRONG_NAME],
    ['big', JSON.stringify('x'.repeat(9_999)), WRONG_VALUE],
    ['big', JSON.stringify(['é'.repeat(4_999)]), WRONG_VALUE],
    ['nul', '"a\\u0000b"', WRONG_TEXT],
    ['half', '"\\ud800"', WRONG_TEXT],
    ['inside', '{"a":["\\udc00"]}', WRONG_TEXT],
    ['huge', '1e400', WRONG_VALUE],
    ['tiny', '[{"a":1e-401}]', WRONG_VALUE],
    ['long', '9'.repeat(401), WRONG_VALUE],
  ])('refuses the attribute %.20s with the value %.20s', async (name, value, message) => {
    const body = `{"customer":{"id":${id},"attributes":{"email":"a@b",${JSON.stringify(name)}:${value}}}}`;
    const created = await app.post('/customers', body, JSON_TYPE);
    expect(created.statusCode).toBe(400);
    expect(created.json()).toEqual(wrongField(`customer.attributes.${name}`, message));
    expect((await app.get(`/customers/${id}`)).statusCode).toBe(404);

    const before = await app.post('/customers', { customer: { id, attributes: { email: 'c@d' } } });
    const changed = await app.patch(`/customers/${id}`, body, JSON_TYPE);
    expect([changed.statusCode, changed.json()]).toEqual([400, created.json()]);
    expect((await app.get(`/customers/${id}`)).body).toBe(before.body);
  });

  it.each<[string, unknown]>([
    ['n'.repeat(150), 'x'],
    ['é'.repeat(75), 'x'],
    ['big', 'x'.repeat(9_998)],
    ['nested', { a: [1, 'two', { b: null }] }],
    ['text', '007'],
    ['escaped', '\\u0000 "quoted" \u2028'],
  ])('takes the attribute %.20s at its limit', async (name, value) => {
    const customer = { id, attributes: { email: 'a@b', [name]: value } };
    const created = await app.post('/customers', { customer });
    const changed = await app.patch(`/customers/${id}`, { customer });
    for (const answer of [created, changed]) {
      expect(answer.json<{ customer: { attributes: Record<string, unknown> } }>().customer.attributes[name]).toEqual(
        value,
      );
    }
    expect([created.statusCode, changed.statusCode]).toEqual([201, 200]);
  });
});
