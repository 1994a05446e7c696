import { Gate } from '../../server/access/gate.js';
import type { AuditAction } from '../../server/domain/access/audit.js';
import { DomainError } from '../../server/domain/errors.js';
import { giveToken, makeUser, signIn } from '../support/credentials.js';
import { ENGINES, type Engine } from '../support/engine.js';
import { QuickHasher } from '../support/quick-hasher.js';
import { startRestApp, type Answer, type RestApp } from '../support/rest-app.js';

const [[, open]] = ENGINES;
const PASSWORD = 'correct horse battery';

interface Entry {
  readonly id: number;
  readonly at: string;
  readonly action: AuditAction;
  readonly author: { readonly kind: string; readonly id: number | null; readonly name: string };
  readonly target: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly address: string | null;
  readonly request_id: string | null;
}
interface Page {
  readonly entries: readonly Entry[];
  readonly meta: { readonly next?: number };
}

describe('the audit', () => {
  let app: RestApp;
  let engine: Engine;
  let admin: { cookie: string };
  beforeEach(async () => {
    engine = await open();
    app = await startRestApp(engine);
    admin = await signIn(engine.access, await makeUser(engine.access, 'admin', QuickHasher.of(PASSWORD)));
    app.nest.get(Gate).forget();
  });
  afterEach(() => app.close());

  const page = async (query = ''): Promise<Page> => (await app.get(`/audit${query}`, admin)).json<Page>();
  const send = (method: 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object): Promise<Answer> =>
    app.inject({ method, url, headers: admin, ...(payload && { payload }) });

  it('says who did what to whom, from where, and in which request', async () => {
    await send('POST', '/users', { user: { email: 'Bob@Example.com', name: 'Bob', role: 'viewer' } });
    await send('PATCH', '/users/2', { user: { role: 'editor', disabled: true } });
    await send('POST', '/users/2/link');
    await send('DELETE', '/users/2');
    await send('POST', '/tokens', { token: { name: 'ci', permissions: ['read'] } });
    await send('DELETE', '/tokens/1');
    await send('POST', '/customers', { customer: { id: 1, attributes: { email: 'a@b.example' } } });
    await send('POST', '/bulk-edits', { selection: { ids: ['1'] }, action: { set: { name: 'plan', value: 'gold' } } });
    await send('DELETE', '/customers/1');
    await app.inject({ method: 'POST', url: '/ingestions?name=more', headers: admin, payload: '' });
    await app.get('/ingestions/1/rejects', admin);
    const csv = await app.get('/exports/customers.csv', admin);
    await app.inject({ method: 'HEAD', url: '/exports/customers.csv', headers: admin });
    await app.post('/session', { email: 'nobody@example.com', password: 'wrong' });
    await app.post('/session', { email: 'admin-1@example.com', password: PASSWORD });
    await send('DELETE', '/sessions');
    const { entries } = await page('?limit=15');
    expect(entries.map(({ action, target }) => [action, target]).reverse()).toEqual([
      ['user.created', 'bob@example.com'],
      ['user.link', 'bob@example.com'],
      ['user.changed', 'bob@example.com'],
      ['user.link', 'bob@example.com'],
      ['user.removed', 'bob@example.com'],
      ['token.created', 'ci'],
      ['token.removed', 'ci'],
      ['bulk-edit', '{"ids":["1"]}'],
      ['customer.deleted', '1'],
      ['ingestion', 'more'],
      ['export', 'rejects of ingestion 1'],
      ['export', 'customers.csv'],
      ['login.failed', 'nobody@example.com'],
      ['login', expect.stringMatching(/^admin-\d+@example\.com$/)],
      ['session.ended', expect.stringMatching(/^admin-\d+@example\.com$/)],
    ]);
    const exported = entries.find(({ target }) => target === 'customers.csv');
    expect(exported).toMatchObject({
      author: { kind: 'user', id: 1, name: expect.stringMatching(/^admin-/) as string },
      address: '127.0.0.1',
      request_id: csv.headers['x-request-id'],
    });
    expect(entries.find(({ action }) => action === 'user.changed')?.details).toEqual({
      role: 'editor',
      disabled: true,
    });
    expect(JSON.stringify(entries)).not.toContain('gold');
  });

  it('comes before an export: nothing is given out that is not noted, but over a database that cannot be written', async () => {
    const record = jest.spyOn(engine.access, 'record');
    record.mockRejectedValue(new DomainError('storage_busy', 'It is busy.'));
    for (const url of ['/exports/customers.csv', '/exports/customers.jsonl', '/exports/audit.csv']) {
      expect((await app.get(url, admin)).json()).toMatchObject({ code: 'storage_busy' });
    }
    const upload = { method: 'POST', url: '/ingestions', headers: admin, payload: '' } as const;
    expect((await app.inject(upload)).json()).toMatchObject({ code: 'storage_busy' });
    expect((await app.get('/ingestions', admin)).json()).toEqual({ ingestions: [] });
    record.mockRejectedValue(new DomainError('storage_read_only', 'It is read only.'));
    expect((await app.get('/exports/customers.csv', admin)).statusCode).toBe(200);
    record.mockRestore();
    expect(app.log.join()).toMatch(/an export by user 1 is not in the audit, as nothing can be written/);
  });

  it('names the token that acted, and so does the history', async () => {
    const token = await giveToken(engine.access, ['read', 'write', 'delete']);
    await app.post('/customers', { customer: { id: 1, attributes: { email: 'a@b.example' } } }, token);
    const by = { kind: 'token', id: 1, name: 'to read, write, delete' };
    expect((await app.get('/customers/1/history', token)).json()).toMatchObject({ history: [{ by }] });
    await app.inject({ method: 'DELETE', url: '/customers/1', headers: token });
    expect((await page()).entries[0]).toMatchObject({ action: 'customer.deleted', author: by });
  });

  it('comes in pages, by what is asked for', async () => {
    for (let i = 0; i < 5; i++) await send('POST', '/tokens', { token: { name: `t${i}`, permissions: ['read'] } });
    const first = await page('?limit=2&action=token.created');
    expect(first.entries.map(({ target }) => target)).toEqual(['t4', 't3']);
    const second = await page(`?limit=3&action=token.created&before=${first.meta.next}`);
    expect([second.entries.map(({ target }) => target), second.meta]).toEqual([['t2', 't1', 't0'], {}]);
    const { author, at } = first.entries[1];
    expect((await page(`?author=${author.name}&target=t3`)).entries).toEqual([first.entries[1]]);
    expect((await page(`?since=${at}&until=2999-01-01T00:00:00Z&target=t3`)).entries).toHaveLength(1);
    expect((await page(`?until=${at}&target=t3`)).entries).toEqual([]);
  });

  it.each([
    'limit=0',
    'limit=501',
    'before=x',
    'action=nothing',
    'since=yesterday',
    'until=2026-13-01T00:00:00Z',
    'author=a&author=b',
  ])('refuses ?%s and names it', async (query) => {
    expect((await app.get(`/audit?${query}`, admin)).json()).toMatchObject({
      statusCode: 400,
      details: [{ field: query.split('=')[0] }],
    });
  });

  it('is given out as JSON lines and as CSV, without a formula in it', async () => {
    await send('POST', '/tokens', { token: { name: '=1+1', permissions: ['read'] } });
    const lines = await app.get('/exports/audit.jsonl?action=token.created', admin);
    expect(lines.headers['content-disposition']).toBe('attachment; filename="audit.jsonl"');
    expect(JSON.parse(lines.body)).toMatchObject({ target: '=1+1' });
    const csv = await app.get('/exports/audit.csv?action=token.created', admin);
    expect(csv.body).toMatch(
      /^\uFEFFid,at,author_kind,author_id,author,action,target,details,address,request_id,hash\r\n/,
    );
    expect(csv.body).toContain(',token.created,"\t=1+1",');
    expect((await page('?action=export')).entries.map(({ target }) => target)).toEqual(['audit.csv', 'audit.jsonl']);
  });
});

describe('users over REST', () => {
  it('keep one admin, have an email each, and are named when they are wrong', async () => {
    const engine = await open();
    const app = await startRestApp(engine);
    const post = (user: object): Promise<Answer> => app.post('/users', { user });
    expect((await post({ email: 'a@b.example', name: 'A', role: 'viewer' })).json()).toMatchObject({
      code: 'last_admin',
    });
    const headers = await signIn(engine.access, await makeUser(engine.access, 'admin'));
    app.nest.get(Gate).forget();
    const as = (method: 'POST' | 'PATCH' | 'DELETE', url: string, user?: object): Promise<Answer> =>
      app.inject({ method, url, headers, ...(user && { payload: { user } }) });
    for (const [user, field] of [
      [{ email: 'no email', name: 'A', role: 'viewer' }, 'user.email'],
      [{ email: 'a@b.example', name: ' ', role: 'viewer' }, 'user.name'],
      [{ email: 'a@b.example', name: 'A', role: 'owner' }, 'user.role'],
      [{ email: 'a@b.example', name: 'A', role: 'viewer', single_sign_on: 'yes' }, 'user.single_sign_on'],
    ] as const) {
      expect((await as('POST', '/users', user)).json()).toMatchObject({ statusCode: 400, details: [{ field }] });
    }
    const made = await as('POST', '/users', { email: 'A@b.example', name: 'A', role: 'viewer' });
    expect(made.json()).toMatchObject({
      user: { id: 2, email: 'a@b.example', has_password: false, last_seen_at: null },
      link: { url: expect.stringMatching(/^http:\/\/localhost:\d+\/invitation#[\w-]{22}$/) as string },
    });
    const { link } = made.json<{ link: { code: string } }>();
    expect((await app.post('/codes/check', { code: link.code })).json()).toEqual({
      purpose: 'invitation',
      user: { email: 'a@b.example', name: 'A' },
    });
    const used = await app.post('/codes/use', { code: link.code, password: PASSWORD, name: 'Anna' });
    expect([used.statusCode, used.json()]).toMatchObject([200, { user: { name: 'Anna', role: 'viewer' } }]);
    expect((await app.post('/codes/use', { code: link.code, password: PASSWORD })).json()).toMatchObject({
      code: 'code_invalid',
    });
    expect((await as('POST', '/users', { email: 'a@B.example', name: 'A', role: 'viewer' })).json()).toMatchObject({
      code: 'email_taken',
    });
    for (const user of [{ role: 'viewer' }, { disabled: true }]) {
      expect((await as('PATCH', '/users/1', user)).json()).toMatchObject({ statusCode: 409, code: 'last_admin' });
    }
    expect((await as('DELETE', '/users/1')).json()).toMatchObject({ statusCode: 409, code: 'last_admin' });
    expect((await as('PATCH', '/users/9', { name: 'X' })).json()).toMatchObject({ code: 'user_not_found' });
    expect((await as('PATCH', '/users/2', { name: null as never })).statusCode).toBe(400);
    await app.close();
  });
});
