import { request } from 'node:http';
import { ENGINES } from '../support/engine.js';
import { event, ingestLines } from '../support/messages.js';
import { noCustomer, refusal } from '../support/refusal.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';

/** Without the normalisation that clients apply to a path. */
function getRaw(origin: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    const sent = request({ hostname, port, path, agent: false }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => (body += text));
      answer.on('end', () => resolve(body));
    });
    sent.on('error', reject).end();
  });
}

describe.each(ENGINES)('ids in a path on %s', (_name, open) => {
  let app: RestApp;
  let origin: string;
  // Each test has a customer of its own.
  beforeAll(async () => {
    app = await startRestApp(await open());
    origin = await app.listen();
  });
  afterAll(() => app.close());

  const known = async (id: string): Promise<string> => {
    await ingestLines(app.engine, [event({ user_id: id })]);
    return `{"customer":{"id":${JSON.stringify(id)},"attributes":{},"events":{"page":1},"last_updated":1428067050}}`;
  };

  it.each([
    ['a/b', 'a%2Fb'],
    ['a b', 'a%20b'],
    ['a+b', 'a+b'],
    ['bill@example.com', 'bill@example.com'],
    ['anna@example.com', 'anna%40example.com'],
    ['main-ABCDEFGH.js', 'main-ABCDEFGH.js'],
    ['a?b#c', 'a%3Fb%23c'],
    ['a;b', 'a;b'],
    ['a:b', 'a:b'],
    ['a%2Fb', 'a%252Fb'],
    ['%zz', '%25zz'],
    ['"quoted"\\', '%22quoted%22%5C'],
    ['\u2028', '%E2%80%A8'],
    ['é', '%C3%A9'],
    ['e\u0301', 'e%CC%81'],
    ['😀', '%F0%9F%98%80'],
    ['...', '...'],
    ['007', '007'],
    ['-1', '-1'],
    ['a'.repeat(150), 'a'.repeat(150)],
    ['/'.repeat(150), '%2F'.repeat(150)],
    ['é'.repeat(75), '%C3%A9'.repeat(75)],
  ])('%.20s is read, changed and deleted at %.40s', async (id, segment) => {
    const url = `/customers/${segment}`;
    const body = await known(id);
    expect((await app.get(url)).body).toBe(body);
    expect((await app.patch(url, { customer: { attributes: { plan: 'gold' } } })).json()).toMatchObject({
      customer: { id, attributes: { plan: 'gold' } },
    });
    expect((await app.inject({ method: 'DELETE', url })).statusCode).toBe(201);
    expect((await app.get(url)).json()).toEqual(noCustomer(id));
  });

  it('. and .. are read by a client that leaves the path as it is', async () => {
    for (const id of ['.', '..']) {
      const body = await known(id);
      for (const segment of [id, encodeURIComponent(id).replaceAll('.', '%2E')])
        expect(await getRaw(origin, `/customers/${segment}`)).toBe(body);
    }
  });

  it.each(['.', '..', 'a/b c+d', '0x7 ü'])(
    '%s is read, changed and deleted by a query, as URL parsers leave it',
    async (id) => {
      const query = `id=${encodeURIComponent(id)}`;
      await known(id);
      const url = new URL(`/customer?${query}`, origin);
      const read = await fetch(url);
      expect([read.status, await read.json()]).toMatchObject([200, { customer: { id } }]);
      const attributes = { plan: 'gold' };
      const body = JSON.stringify({ customer: { attributes } });
      const patched = await fetch(url, { method: 'PATCH', headers: { 'content-type': 'application/json' }, body });
      expect(await patched.json()).toMatchObject({ customer: { attributes } });
      const history = await fetch(new URL(`/customer/history?${query}&limit=1`, origin));
      expect(await history.json()).toMatchObject({ history: [{ changes: [{ name: 'plan' }] }] });
      expect((await fetch(url, { method: 'DELETE' })).status).toBe(201);
      expect((await fetch(url)).status).toBe(404);
    },
  );

  it.each(['.', '..', '...', 'a/b c+d', 'é'])('%s is found at the Location that a POST answers', async (id) => {
    const created = await app.post('/customers', { customer: { id, attributes: { email: 'a@b' } } });
    const read = await fetch(new URL(String(created.headers.location), origin));
    expect([read.status, await read.text()]).toEqual([200, created.body]);
  });

  it.each(['%zz', '%', 'a%2', '%ff', '%C3%28'])('%s is a 400', async (segment) => {
    const answer = await app.get(`/customers/${segment}`);
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([400, 'application/json; charset=utf-8']);
    expect(answer.json()).toEqual(
      refusal(400, 'invalid_request', `'/customers/${segment}' is not a valid url component`),
    );
  });

  it('which no customer can have are not there', async () => {
    expect((await app.get('/customers/a%00b')).json()).toEqual(noCustomer('a\0b'));
    expect((await app.get(`/customers/${'a'.repeat(151)}`)).json()).toEqual(noCustomer('a'.repeat(151)));
    expect((await app.get(`/customers/${'a'.repeat(501)}`)).json()).toMatchObject({
      statusCode: 414,
      code: 'uri_too_long',
    });
  });

  it.each(['/customers/1/', '/customers/1?page=2'])('%s is customer 1', async (url) => {
    await known('1');
    expect((await app.get(url)).json()).toMatchObject({ customer: { id: 1 } });
  });

  it('are in no line of the log', async () => {
    await known('secret@example.com');
    const before = app.log.length;
    await app.get('/customers/secret@example.com?token=secret');
    await app.get('/customers/nobody.secret@example.com');
    await app.post('/customers', { customer: { id: 'secret', attributes: { email: 'secret' } } });
    await app.patch('/customers/secret@example.com', { customer: { attributes: { note: 'secret' } } });
    const requests = app.log.slice(before).filter((line) => line.includes('"message":"request"'));
    expect(requests).toHaveLength(4);
    expect(app.log.join('\n')).not.toContain('secret');
  });
});
