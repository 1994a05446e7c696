import { ForbiddenException } from '@nestjs/common';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { WEB_ADMIN, type Actor } from '../../server/domain/actor.js';
import { addRouteConfig } from '../../server/http/route-config.js';
import { ENGINES, temporaryFolder } from '../support/engine.js';
import { attributes, ingestLines } from '../support/messages.js';
import { startRestApp, type Request, type RestApp } from '../support/rest-app.js';
import { until } from '../support/until.js';

const [[, open]] = ENGINES;
const NAVIGATION = { accept: 'text/html', 'sec-fetch-dest': 'document' };
const REFUSED = 'A marker that only the hook knows.';

/** Paths of live messages, and probes of the health, which anyone gets. */
const ELSEWHERE = /^\/(?:v1|api|messages|unsubscribe|health)(?:\/|$)/;

describe.each(['at once', 'after a wait'])('the hook that every request passes, which decides %s', (when) => {
  const folder = temporaryFolder();
  let app: RestApp;
  let refuses = true;
  const decide = (): Actor => {
    if (refuses) throw new ForbiddenException(REFUSED);
    return WEB_ADMIN;
  };

  beforeAll(async () => {
    mkdirSync(join(folder.path, 'en'));
    writeFileSync(join(folder.path, 'en', 'index.html'), '<!doctype html>');
    writeFileSync(join(folder.path, 'en', 'main-ABCDEFGH.js'), 'start()');
    app = await startRestApp(await open(), {
      adminRoot: folder.path,
      admit: when === 'at once' ? decide : async () => decide(),
    });
    await ingestLines(app.engine, [attributes({}, { user_id: '1' })]);
  });
  afterAll(async () => {
    await app.close();
    folder.remove();
  });
  beforeEach(() => (refuses = true));

  const refused = async (request: Exclude<Request, string>): Promise<readonly [unknown, number, boolean]> => {
    const { statusCode, body } = await app.inject(request);
    return [request, statusCode, request.method === 'HEAD' || body.includes(REFUSED)];
  };

  it('may refuse every route of the router', async () => {
    const routes = [...app.routes].map((route) => route.split(' '));
    const paths = routes.map(([, path]) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        '/customers',
        '/customers/:id',
        '/ingestions/:id/progress',
        '/exports/customers.csv',
        '/health/live',
        '/metrics',
        '/docs',
        '/openapi.json',
        '/en/main-ABCDEFGH.js',
        '*',
      ]),
    );
    expect(routes.length).toBeGreaterThan(50);
    for (const [method, path] of routes) {
      // Who sends live messages is found by their handler: rest.live.keys.spec.ts.
      if (ELSEWHERE.test(path)) continue;
      const request = { method, url: path.replace(/:\w+/g, '1').replace('*', '/any') } as Exclude<Request, string>;
      expect(await refused(request)).toEqual([request, 403, true]);
    }
  });

  it.each([
    { method: 'GET', url: '/nowhere.js' },
    { method: 'PUT', url: '/customers/1' },
    { method: 'GET', url: '/customers', headers: NAVIGATION },
    { method: 'GET', url: '/', headers: NAVIGATION },
    {
      method: 'OPTIONS',
      url: '/customers',
      headers: { origin: 'http://localhost', 'access-control-request-method': 'GET' },
    },
  ] as const)('may refuse what is no route, a page or a preflight: $method $url', async (request) => {
    expect(await refused(request)).toEqual([request, 403, true]);
  });

  it('lets HEAD of every route with one path answer as GET does, without a body', async () => {
    refuses = false;
    const paths = [...app.routes].flatMap((route) => /^GET ([^*]*)$/.exec(route)?.[1] ?? []);
    expect(paths.length).toBeGreaterThan(20);
    for (const path of paths) {
      // The live view has no end, but for a wrong filter.
      const url = path.replace(/:\w+/g, '1').replace(/^\/live$/, '/live?source=none');
      const [got, head] = [await app.get(url), await app.inject({ method: 'HEAD', url })];
      const answerOf = ({ statusCode, headers }: typeof got): unknown => [url, statusCode, headers['content-type']];
      expect([answerOf(head), head.body]).toEqual([answerOf(got), '']);
    }
  });

  it('says who acts, which the history tells', async () => {
    refuses = false;
    await app.patch('/customers/1', { customer: { attributes: { plan: 'a' } } });
    expect((await app.get('/customers/1/history')).json()).toMatchObject({ history: [{ source: 'admin' }] });
  });
});

describe('the client of an edit', () => {
  it('is the admin where a browser says that a page of this server asks, whatever other headers say', async () => {
    const app = await startRestApp(await open());
    const clients: Record<string, string>[] = [{ 'sec-fetch-site': 'same-origin' }, { 'x-roster-client': 'admin' }, {}];
    for (const headers of clients)
      await app.post(
        '/customers',
        { customer: { id: '1', attributes: { email: 'a@b.example', n: JSON.stringify(headers) } } },
        headers,
      );
    const { history } = (await app.get('/customers/1/history')).json<{ history: { source: string }[] }>();
    expect(history.map(({ source }) => source)).toEqual(['api', 'api', 'admin']);
    await app.close();
  });
});

describe('the config of a route', () => {
  it('has what every decorator of its method adds', () => {
    class Controller {
      @addRouteConfig({ direct: { controller: Controller, method: 'one' } })
      @addRouteConfig({ permission: ['read'] })
      one(): void {
        // Only its decorators matter.
      }
    }
    // eslint-disable-next-line @typescript-eslint/unbound-method
    expect(Reflect.getMetadata('__fastify_route_config__', Controller.prototype.one)).toMatchObject({
      permission: ['read'],
      direct: { method: 'one' },
    });
  });
});

/** Routes that Fastify calls directly, and one that Nest calls. */
describe.each(['/customers?per_page=10000', '/customers/1', '/overview'])('GET %s', (path) => {
  let app: RestApp;
  let url: URL;

  beforeAll(async () => {
    app = await startRestApp(await open());
    const note = 'x'.repeat(9_000);
    await ingestLines(
      app.engine,
      Array.from({ length: 200 }, (_, at) => attributes({ note }, { user_id: String(at + 1) })),
    );
    url = new URL(path, await app.listen());
  });
  afterAll(() => app.close());

  it('has the headers of its answer without the body for a HEAD', async () => {
    const [get, head] = [await app.get(path), await app.inject({ method: 'HEAD', url: path })];
    const changing = { date: '', 'x-request-id': '', 'transfer-encoding': '' };
    const stable = ({ headers }: typeof get): unknown => ({ ...headers, ...changing });
    expect([head.statusCode, head.body, stable(head)]).toEqual([200, '', stable(get)]);
    // The length of a long list is not known when it begins.
    const length = path.includes('per_page') ? undefined : String(get.rawPayload.length);
    expect(get.headers['content-length']).toBe(length);
    expect(get.headers['cache-control']).toBe('private, no-cache');
  });

  it('outlives clients that leave without their answer', async () => {
    for (let client = 0; client < 5; client++) {
      const socket = connect(Number(url.port), url.hostname);
      await once(socket, 'connect');
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      socket.destroy();
    }
    await until(async () => /route="[^"]*",status="200"/.test((await app.get('/metrics')).body));
    expect((await app.get(path)).statusCode).toBe(200);
    expect(app.log.join()).not.toMatch(/error|exception/i);
  });

  it('comes whole to a client that reads slowly', async () => {
    const request = httpGet(url);
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    const { body } = await app.get(path);
    let read = '';
    answer.setEncoding('utf8');
    answer.pause();
    while (!answer.readableEnded) {
      read += String(answer.read() ?? '');
      await new Promise(setImmediate);
    }
    expect(read).toBe(body);
  });
});
