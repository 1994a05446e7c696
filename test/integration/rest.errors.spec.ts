import { gzipSync } from 'node:zlib';
import { DomainError } from '../../server/domain/errors.js';
import { ENGINES } from '../support/engine.js';
import { refusal, wrongField } from '../support/refusal.js';
import { startRestApp, type Answer, type RestApp } from '../support/rest-app.js';

const MIB = 1024 * 1024;
const JSON_TYPE = 'application/json';

describe.each(ENGINES)('errors on %s', (_name, open) => {
  let app: RestApp;
  beforeAll(async () => {
    app = await startRestApp(await open());
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => app.close());

  const post = (
    payload: string | Buffer,
    type: string | undefined,
    more: Record<string, string> = {},
  ): Promise<Answer> =>
    app.post('/customers', payload, { ...(type !== undefined && { 'content-type': type }), ...more });
  const expectRefusal = (answer: Answer, body: { statusCode: number }): void => {
    expect(answer.json()).toEqual(body);
    expect(answer.statusCode).toBe(body.statusCode);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  };

  it.each(['{', '{"customer":', 'text', "{'a':1}", '{"a":1}}', '\u0000'])('of JSON that is none: %s', async (text) => {
    const answer = await post(text, JSON_TYPE);
    const { message } = answer.json<{ message: string }>();
    expectRefusal(answer, refusal(400, 'invalid_json', message));
    expect(message).toMatch(/^The body is not valid JSON: \w/);
  });

  it('of bytes that are no UTF-8', async () => {
    const answer = await post(Buffer.from('{"customer":{"id":"\xff"}}', 'latin1'), JSON_TYPE);
    expectRefusal(answer, refusal(400, 'invalid_json', 'The body is not valid JSON: it is not UTF-8'));
  });

  it.each([JSON_TYPE, undefined])('of no body with the type %s', async (type) => {
    expectRefusal(await post('', type), wrongField('customer', 'customer must be an object.'));
  });

  it.each(['text/xml', 'text/plain', 'application/x-www-form-urlencoded', 'nonsense'])(
    'of the media type %s',
    async (type) => {
      const message = 'The body must be JSON. Send it with the header "content-type: application/json".';
      expectRefusal(await post('{}', type), refusal(415, 'unsupported_media_type', message));
    },
  );

  it('of a compressed body', async () => {
    const answer = await post(gzipSync('{}'), JSON_TYPE, { 'content-encoding': 'gzip' });
    const message = 'A body in content-encoding gzip is not taken here; send it plain.';
    expectRefusal(answer, refusal(415, 'unsupported_media_type', message));
  });

  it('of a body that is too large', async () => {
    const answer = await post(' '.repeat(MIB + 1), JSON_TYPE);
    expectRefusal(answer, refusal(413, 'payload_too_large', 'The body is too large. It may have 1048576 bytes.'));
  });

  it('of none that is just large: a hundred attributes of the longest', async () => {
    const values = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`a${i}`, 'x'.repeat(9_998)]));
    const answer = await app.post('/customers', { customer: { id: 1, attributes: { ...values, email: 'a@b' } } });
    expect(answer.statusCode).toBe(201);
    expect((await app.get('/customers/1')).body).toBe(answer.body);
  });

  it.each([
    ['GET', '/nothing'],
    ['GET', '/customers/1/2'],
    ['PUT', '/customers/1'],
    ['POST', '/customers/1'],
    ['DELETE', '/customers'],
    ['PATCH', '/customers'],
    ['GET', '/main-ABCDEFGH.js'],
  ] as const)('of %s %s, which is no route', async (method, url) => {
    const answer = await app.inject({ method, url, ...(method !== 'GET' && { payload: {} }) });
    expectRefusal(answer, refusal(404, 'not_found', `Cannot ${method} ${url}`));
  });

  it('that nobody expected tell nothing, and are in the log with their cause', async () => {
    const cause = new Error('the disk said no');
    jest.spyOn(app.engine.customers, 'getJson').mockRejectedValue(new Error('secret detail', { cause }));
    const answer = await app.get('/customers/1', { 'x-request-id': 'reader-1' });
    expectRefusal(answer, refusal(500, 'internal_error', 'Something went wrong on our side. The log has the cause.'));
    expect(answer.headers['x-request-id']).toBe('reader-1');
    const logged = app.log.filter((line) => line.includes('secret detail'));
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatch(/^Request reader-1: Error: secret detail\n/);
    expect(logged[0]).toContain('Caused by: Error: the disk said no');
    expect(logged[0]).toContain('rest.errors.spec');
  });

  it('of a storage that does not answer say when to ask again, and are in the log', async () => {
    const away = new DomainError('storage_unavailable', 'The database does not answer: gone.');
    jest.spyOn(app.engine.customers, 'getJson').mockRejectedValue(away);
    const answer = await app.get('/customers/1', { 'x-request-id': 'reader-1' });
    expectRefusal(answer, refusal(503, 'storage_unavailable', 'The database does not answer: gone.'));
    expect(answer.headers['retry-after']).toBe('5');
    expect(app.log).toContainEqual(expect.stringContaining('Request reader-1: The database does not answer: gone.'));
  });

  it.each([
    ['a text', 'thrown text'],
    ['an object', { statusCode: 500, message: 'thrown object' }],
  ])('that throw %s are 500 as well', async (_what, thrown) => {
    jest.spyOn(app.engine.customers, 'pageJson').mockRejectedValue(thrown);
    const answer = await app.get('/customers');
    expect([answer.statusCode, answer.json()]).toMatchObject([500, { code: 'internal_error' }]);
    expect(answer.body).not.toContain('thrown');
  });
});

describe('the log', () => {
  const EMAIL = 'secret.person@mail.example';
  const VALUE = 'a value that no log may have';

  it('holds no email, no body and no value, whatever fails', async () => {
    const [[, open]] = ENGINES;
    const app = await startRestApp(await open());
    const body = { customer: { id: EMAIL, attributes: { email: EMAIL, note: VALUE } } };
    const path = `/customers/${EMAIL}`;
    const ask = async (): Promise<void> => {
      await app.get(path);
      await app.get(`/customers?search=${EMAIL}&filter=attribute:email:is:${EMAIL}`);
      await app.get(`/customers/%zz${EMAIL}`);
      await app.get(path, { host: EMAIL });
      await app.post('/customers', body);
      await app.post('/customers', body, { origin: `https://${EMAIL}` });
      await app.post('/customers', `{"customer":"${VALUE}`, { 'content-type': JSON_TYPE });
      await app.patch(path, { customer: { attributes: { note: VALUE, email: `${EMAIL} ` } } });
      await app.inject({ method: 'DELETE', url: path });
      await app.post('/bulk-edits', { selection: { ids: [EMAIL] }, action: { set: { name: 'note', value: VALUE } } });
      await app.post('/segments', { segment: { name: EMAIL, search: VALUE } });
      await app.post(`/ingestions?name=${EMAIL}`, gzipSync(`{"email":"${EMAIL}"}`).subarray(0, 20));
      await app.post(`/ingestions`, `{"user_id":"${EMAIL}","data":"${VALUE}`);
    };
    await ask();
    // The failures of a storage name what they were about as little as those of a client.
    const failure = new DomainError('storage_unavailable', 'The database does not answer.');
    for (const method of ['getJson', 'change', 'changeEach'] as const) {
      jest.spyOn(app.engine.customers, method).mockRejectedValue(failure);
    }
    await ask();
    await app.close();
    expect(app.log.length).toBeGreaterThan(20);
    expect(app.log.filter((line) => line.includes('secret.person') || line.includes(VALUE))).toEqual([]);
  });
});
