import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Author } from '../../server/domain/access/audit.js';
import { PERMISSIONS, ROLE_PERMISSIONS, ROLES, type Permission } from '../../server/domain/access/permission.js';
import { ANYONE } from '../../server/domain/access/audit.js';
import { API_CLIENT, type Actor } from '../../server/domain/actor.js';
import { httpAdapter } from '../../server/http/http-adapter.js';
import { requirePermissions } from '../../server/http/route-permission.js';
import { ENGINES, temporaryFolder } from '../support/engine.js';
import { startRestApp, type Answer, type Request, type RestApp } from '../support/rest-app.js';

const [[, open]] = ENGINES;

/** Who may call a route: `any` is every known caller. */
type Needed = Permission | 'public' | 'any' | 'person' | readonly Permission[];

/** Every route of the server, and what a caller needs. HEAD needs what GET needs. */
const TABLE: Readonly<Record<string, Needed>> = {
  'GET /': 'read',
  'GET /customers': 'read',
  'POST /customers': 'write',
  'GET /customers/:id': 'read',
  'PATCH /customers/:id': 'write',
  'DELETE /customers/:id': 'delete',
  'GET /customers/:id/history': 'read',
  'GET /attribute-names': 'read',
  'GET /event-names': 'read',
  'GET /segments': 'read',
  'POST /segments': 'write',
  'GET /segments/:id': 'read',
  'PATCH /segments/:id': 'write',
  'DELETE /segments/:id': 'write',
  'GET /overview': 'read',
  'POST /bulk-edits': ['write', 'delete'],
  'GET /exports/customers.csv': 'export',
  'POST /exports/customers.csv': 'export',
  'GET /exports/customers.jsonl': 'export',
  'POST /exports/customers.jsonl': 'export',
  'GET /ingestions': 'read',
  'POST /ingestions': 'ingest',
  'GET /ingestions/:id': 'read',
  'GET /ingestions/:id/rejects': 'export',
  'GET /ingestions/:id/progress': 'read',
  'GET /health/live': 'public',
  'GET /health/ready': 'public',
  'GET /metrics': 'read',
  'GET /openapi.json': 'read',
  'GET /docs-yaml': 'read',
  'GET /docs': 'read',
  'GET /docs/': 'read',
  'GET /docs/*': 'read',
  'GET /docs/index.html': 'read',
  'GET /docs/LICENSE': 'read',
  'GET /docs/swagger-ui-init.js': 'read',
  'GET /docs/docs/swagger-ui-init.js': 'read',
  'GET /en/index.html': 'public',
  'GET /en/main-ABCDEFGH.js': 'public',
  'OPTIONS *': 'public',
};

const person = (name: string): Author => ({ kind: 'user', id: 1, name });
const token = (name: string): Author => ({ kind: 'token', id: 1, name });

const CALLERS: readonly (readonly [name: string, author: Author, permissions: readonly Permission[]])[] = [
  ['nobody', ANYONE, []],
  ...ROLES.map((role) => [role, person(role), ROLE_PERMISSIONS[role]] as const),
  ...PERMISSIONS.map((one) => [`a token to ${one}`, token(one), [one]] as const),
];

function expected(needed: Needed, author: Author, permissions: readonly Permission[]): 'passes' | 401 | 403 {
  if (needed === 'public') return 'passes';
  if (author.kind === 'anyone') return 401;
  if (needed === 'any') return 'passes';
  if (needed === 'person') return author.kind === 'user' ? 'passes' : 403;
  const oneOf: readonly Permission[] = typeof needed === 'string' ? [needed] : needed;
  return oneOf.some((permission) => permissions.includes(permission)) ? 'passes' : 403;
}

describe('the permission of every route', () => {
  const folder = temporaryFolder();
  let app: RestApp;
  let actor: Actor;

  beforeAll(async () => {
    mkdirSync(join(folder.path, 'en'));
    writeFileSync(join(folder.path, 'en', 'index.html'), '<!doctype html>');
    writeFileSync(join(folder.path, 'en', 'main-ABCDEFGH.js'), 'start()');
    app = await startRestApp(await open(), { adminRoot: folder.path, admit: () => actor });
    // Files are declared when the server is ready.
    await app.nest.getHttpAdapter().getInstance().ready();
  });
  afterAll(async () => {
    await app.close();
    folder.remove();
  });

  it('is in the table', () => {
    const routes = [...app.routes].map((route) => route.replace(/^HEAD /, 'GET '));
    expect([...new Set(routes)].sort()).toEqual(Object.keys(TABLE).sort());
  });

  it.each(CALLERS)('is what the table says for %s', async (_name, author, permissions) => {
    actor = { ...API_CLIENT, author, permissions };
    for (const route of app.routes) {
      const [method, path] = route.split(' ');
      const needed = TABLE[route.replace(/^HEAD /, 'GET ')];
      const answer = await app.inject({
        method: method as 'GET',
        url: path.replace(/:\w+/g, '99').replace('*', path === '*' ? '/customers' : 'favicon-16x16.png'),
        headers: path === '*' ? { origin: 'http://localhost', 'access-control-request-method': 'GET' } : {},
        ...(method === 'POST' && { payload: {} }),
      });
      expect([route, outcome(answer)]).toEqual([route, expected(needed, author, permissions)]);
    }
  });

  it('is asked for before the body is read, and names what is missing', async () => {
    actor = { ...API_CLIENT, author: token('reader'), permissions: ['read'] };
    const request: Request = { method: 'POST', url: '/customers', payload: 'no JSON' };
    expect((await app.inject(request)).json()).toMatchObject({
      code: 'forbidden',
      message: 'This needs the permission "write", which the token does not have.',
    });
  });

  it.each([
    ['write', { set: { name: 'plan', value: 'a' } }, { delete: true }],
    ['delete', { delete: true }, { remove: 'plan' }],
  ] as const)('to %s is what bulk edits of that kind need', async (permission, may, mayNot) => {
    actor = { ...API_CLIENT, author: token('bulk'), permissions: [permission] };
    const send = async (action: object): Promise<number> =>
      (await app.post('/bulk-edits', { selection: { ids: ['99'] }, action })).statusCode;
    expect([await send(may), await send(mayNot)]).toEqual([200, 403]);
  });

  it.each([
    ['/nowhere', 404],
    ['/nowhere.js', 404],
  ])('does not matter for %s, which only a known caller learns', async (url, status) => {
    actor = { ...API_CLIENT, author: ANYONE, permissions: [] };
    const nobody = await app.get(url);
    expect([nobody.statusCode, nobody.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    actor = { ...API_CLIENT, author: token('ingester'), permissions: ['ingest'] };
    expect((await app.get(url)).statusCode).toBe(status);
  });

  it('does not matter for a page, which holds no data', async () => {
    for (const permissions of [[], ['ingest']] as const) {
      actor = { ...API_CLIENT, author: ANYONE, permissions };
      for (const url of ['/', '/customers/1004', '/login']) {
        const page = await app.get(url, { accept: 'text/html' });
        expect([page.statusCode, page.body]).toEqual([200, '<!doctype html>']);
      }
    }
  });

  it('is needed without the page where the admin is not built', async () => {
    const bare = await startRestApp(await open(), { admit: () => ({ ...API_CLIENT, permissions: [] }) });
    expect((await bare.get('/customers', { accept: 'text/html' })).statusCode).toBe(401);
    await bare.close();
  });

  it('must be set, or the server does not start', async () => {
    const fastify = httpAdapter().getInstance();
    requirePermissions(fastify);
    fastify.get('/open', { config: { permission: 'public' } }, async () => 'open');
    fastify.get('/forgotten', async () => 'forgotten');
    await expect(fastify.ready()).rejects.toThrow(
      'No permission is set for GET /forgotten; HEAD /forgotten. Add @Requires, @SignedIn or @Public.',
    );
  });
});

function outcome({ statusCode }: Answer): 'passes' | 401 | 403 {
  return statusCode === 401 || statusCode === 403 ? statusCode : 'passes';
}
