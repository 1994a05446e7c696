import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccessRepository } from '../../server/domain/access/access-repository.js';
import type { Author } from '../../server/domain/access/audit.js';
import { PERMISSIONS, ROLE_PERMISSIONS, ROLES, type Permission } from '../../server/domain/access/permission.js';
import { httpAdapter } from '../../server/http/http-adapter.js';
import { requirePermissions } from '../../server/http/route-permission.js';
import { giveToken, makeUser, signIn } from '../support/credentials.js';
import { ENGINES, temporaryFolder } from '../support/engine.js';
import { startRestApp, type Answer, type Request, type RestApp } from '../support/rest-app.js';

const [[, open]] = ENGINES;

/**
 * The callers of a route; `person` is every signed-in user, `source` the key of a source or a token with `ingest`, but no signed-in user, and a
 * list means one of these permissions.
 */
type Needed = Permission | 'public' | 'person' | 'source' | `${Permission} and ${Permission}` | readonly Permission[];

/** Every route of the server, and what a caller needs. HEAD needs what GET needs. */
const TABLE: Readonly<Record<string, Needed>> = {
  'GET /': 'read',
  'GET /customers': 'read',
  'POST /customers': 'write',
  'GET /customers/:id': 'read',
  'PATCH /customers/:id': 'write',
  'DELETE /customers/:id': 'delete',
  'POST /customers/:id/suppress': 'delete',
  'POST /customers/:id/unsuppress': 'delete',
  'GET /customers/:id/history': 'read',
  'POST /customers/:id/history/:entry/undo': 'write',
  'GET /customers/:id/everything': 'export',
  'GET /customers/:id/segments': 'read',
  'GET /customers/:id/timeline': 'read',
  'GET /customers/:id/activity': 'read',
  'GET /customers/:id/events': 'read',
  'GET /customers/:id/timeline/:entry': 'read',
  'GET /customers/:id/why': 'read',
  'GET /customers/:id/attributes/:name/why': 'read',
  'GET /customers/:id/notes': 'read',
  'POST /customers/:id/notes': 'write',
  'PATCH /customers/:id/notes/:note': 'write',
  'DELETE /customers/:id/notes/:note': 'write',
  'GET /customers/:id/labels': 'read',
  'PUT /customers/:id/labels/:label': 'write',
  'DELETE /customers/:id/labels/:label': 'write',
  'GET /labels': 'read',
  'GET /trash': 'delete',
  'GET /trash/:id': 'delete',
  'POST /trash/:id/restore': 'delete',
  'GET /attributes': 'read',
  'GET /attribute-names': 'read',
  'GET /attribute-values': 'read',
  'GET /event-names': 'read',
  'GET /segments': 'read',
  'POST /segments': 'write',
  'GET /segments/:id': 'read',
  'PATCH /segments/:id': 'write',
  'DELETE /segments/:id': 'write',
  'GET /overview': 'read',
  'GET /overview/activity': 'read',
  'POST /bulk-edits': ['write', 'delete'],
  'POST /bulk-edits/preview': 'read',
  'POST /bulk-edits/:id/undo': ['write', 'delete'],
  'GET /exports/customers.csv': 'export',
  'POST /exports/customers.csv': 'export',
  'GET /exports/customers.jsonl': 'export',
  'POST /exports/customers.jsonl': 'export',
  'GET /ingestions': 'read',
  'POST /ingestions': 'ingest',
  'GET /ingestions/:id': ['read', 'ingest'],
  'GET /ingestions/:id/rejects': 'export',
  'GET /ingestions/:id/progress': ['read', 'ingest'],
  'GET /imports': ['read', 'ingest'],
  'POST /imports': 'ingest',
  'GET /imports/:id': ['read', 'ingest'],
  'PATCH /imports/:id': 'ingest',
  'DELETE /imports/:id': 'ingest',
  'POST /imports/:id/dry-run': 'ingest',
  'DELETE /imports/:id/dry-run': 'ingest',
  'POST /imports/:id/confirm': 'ingest',
  'GET /imports/:id/rejects': 'export',
  'GET /exports/audit.jsonl': 'manage and export',
  'GET /exports/audit.csv': 'manage and export',
  'GET /session': 'public',
  'POST /session': 'public',
  'DELETE /session': 'public',
  'GET /session/single-sign-on': 'public',
  'GET /session/single-sign-on/callback': 'public',
  'PUT /session/password': 'person',
  'GET /sessions': 'person',
  'DELETE /sessions': 'person',
  'DELETE /sessions/:id': 'person',
  'POST /setup': 'public',
  'POST /setup/code': 'public',
  'POST /codes/check': 'public',
  'POST /codes/use': 'public',
  'GET /users': 'manage',
  'POST /users': 'manage',
  'GET /users/:id': 'manage',
  'PATCH /users/:id': 'manage',
  'DELETE /users/:id': 'manage',
  'POST /users/:id/link': 'manage',
  'GET /tokens': 'manage',
  'POST /tokens': 'manage',
  'DELETE /tokens/:id': 'manage',
  'GET /audit': 'manage',
  'GET /sources': 'manage',
  'POST /sources': 'manage',
  'GET /sources/:id': 'manage',
  'PATCH /sources/:id': 'manage',
  'DELETE /sources/:id': 'manage',
  'POST /sources/:id/key': 'manage',
  'GET /sources/:id/counts': 'manage',
  'GET /sources/:id/rejects': 'manage and export',
  'GET /live': 'manage and read',
  'POST /messages': 'source',
  'OPTIONS /messages': 'public',
  'POST /unsubscribe/:delivery_id': 'public',
  'OPTIONS /unsubscribe/:delivery_id': 'public',
  // The keys that their paths take are tested in rest.live.keys.spec.ts. The others are 404 for everyone.
  ...Object.fromEntries(
    ['/v1', '/v1/*', '/api/v1', '/api/v1/*', '/api/v2', '/api/v2/*'].flatMap((path) =>
      ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY'].map(
        (method) => [`${method} ${path}`, 'public'] as const,
      ),
    ),
  ),
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

type Headers = Readonly<Record<string, string>>;

/** Every kind of caller, with what it may do and fresh credentials of it. */
const CALLERS: readonly (readonly [
  name: string,
  kind: Author['kind'],
  permissions: readonly Permission[],
  credentials: (access: AccessRepository) => Promise<Headers>,
])[] = [
  ['nobody', 'anyone', [], async () => ({})],
  ...ROLES.map(
    (role) =>
      [
        role,
        'user',
        ROLE_PERMISSIONS[role],
        async (access: AccessRepository) => signIn(access, await makeUser(access, role)),
      ] as const,
  ),
  ...PERMISSIONS.map(
    (one) => [`a token to ${one}`, 'token', [one], (access: AccessRepository) => giveToken(access, [one])] as const,
  ),
];

function expected(needed: Needed, kind: Author['kind'], permissions: readonly Permission[]): 'passes' | 401 | 403 {
  if (needed === 'public') return 'passes';
  if (kind === 'anyone') return 401;
  if (needed === 'source' && kind === 'user') return 401;
  if (needed === 'source') return permissions.includes('ingest') ? 'passes' : 403;
  if (needed === 'person') return kind === 'user' ? 'passes' : 403;
  if (typeof needed === 'string') {
    const all = needed.split(' and ');
    return all.every((permission) => permissions.some((one) => one === permission)) ? 'passes' : 403;
  }
  return needed.some((permission) => permissions.includes(permission)) ? 'passes' : 403;
}

describe('the permission of every route', () => {
  const folder = temporaryFolder();
  let app: RestApp;
  let access: AccessRepository;

  beforeAll(async () => {
    mkdirSync(join(folder.path, 'en'));
    writeFileSync(join(folder.path, 'en', 'index.html'), '<!doctype html>');
    writeFileSync(join(folder.path, 'en', 'main-ABCDEFGH.js'), 'start()');
    const engine = await open();
    ({ access } = engine);
    await makeUser(access, 'admin');
    app = await startRestApp(engine, { adminRoot: folder.path });
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

  it.each(CALLERS)('is what the table says for %s', async (_name, kind, permissions, credentials) => {
    for (const route of app.routes) {
      const [method, path] = route.split(' ');
      const answer = await app.inject({
        method: method as 'GET',
        // The live view has no end, but for a wrong filter.
        url: path
          .replace(/^\/live$/, '/live?source=none')
          .replace(/:\w+/g, '9999')
          .replace('*', path === '*' ? '/customers' : 'favicon-16x16.png'),
        headers: {
          // Fresh, as some routes end the session that calls them.
          ...(await credentials(access)),
          ...(path === '*' && { origin: 'http://localhost', 'access-control-request-method': 'GET' }),
        },
        ...(['POST', 'PATCH', 'PUT'].includes(method) && { payload: {} }),
      });
      const needed = TABLE[route.replace(/^HEAD /, 'GET ')];
      expect([route, outcome(answer)]).toEqual([route, expected(needed, kind, permissions)]);
    }
  });

  it('is asked for before the body is read, and names what is missing', async () => {
    const headers = await giveToken(access, ['read']);
    const request: Request = { method: 'POST', url: '/customers', payload: 'no JSON', headers };
    expect((await app.inject(request)).json()).toMatchObject({
      code: 'forbidden',
      message: 'This needs the permission "write", which the token does not have.',
    });
  });

  it.each<[readonly Permission[], number]>([
    [['delete'], 403],
    [['manage'], 403],
    [['delete', 'manage'], 404],
  ])('of a token to %j is as it should be to erase: %i', async (permissions, status) => {
    const headers = await giveToken(access, permissions);
    expect((await app.inject({ method: 'DELETE', url: '/customers/8888?erase=true', headers })).statusCode).toBe(
      status,
    );
  });

  it.each([
    ['write', { set: { name: 'plan', value: 'a' } }, { delete: true }],
    ['delete', { delete: true }, { remove: 'plan' }],
  ] as const)('to %s is what bulk edits of that kind need', async (permission, may, mayNot) => {
    const headers = await giveToken(access, [permission]);
    const send = async (action: object): Promise<number> =>
      (await app.post('/bulk-edits', { selection: { ids: ['99'] }, action }, headers)).statusCode;
    expect([await send(may), await send(mayNot)]).toEqual([200, 403]);
  });

  it.each(['/nowhere', '/nowhere.js'])('does not matter for %s, which only a known caller learns', async (url) => {
    const nobody = await app.get(url);
    expect([nobody.statusCode, nobody.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    expect((await app.get(url, await giveToken(access, ['ingest']))).statusCode).toBe(404);
  });

  it('does not matter for a page, which holds no data', async () => {
    const ended = { cookie: 'roster_session=ended' };
    for (const headers of [{}, ended, await giveToken(access, ['ingest'])]) {
      for (const url of ['/', '/customers/1004', '/login']) {
        const page = await app.get(url, { accept: 'text/html', ...headers });
        expect([page.statusCode, page.body]).toEqual([200, '<!doctype html>']);
      }
    }
  });

  it('is needed without the page where the admin is not built', async () => {
    const engine = await open();
    await makeUser(engine.access, 'admin');
    const bare = await startRestApp(engine);
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
