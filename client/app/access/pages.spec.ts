import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';

import { HTTP, Screen, render } from '../../../test/support/component';
import { openDialog } from '../../../test/support/dialog';
import { Session, SessionStore } from '../core/session';
import { Confirm } from '../ui/confirm';
import { Question } from '../ui/confirm-dialog';
import { Account } from './account/account';
import { browserText } from './account/browser-text';
import { Audit } from './audit/audit';
import { detailsText, sentenceOf } from './audit/audit-text';
import { NotAllowed } from './not-allowed';
import { TokenDialog } from './tokens/token-dialog';
import { Tokens } from './tokens/tokens';
import { UserDialog, UserTask } from './users/user-dialog';
import { Users } from './users/users';
import { AuditEntry } from './wire/audit-client';
import { OwnSession } from './wire/login-client';
import { Token } from './wire/tokens-client';
import { User } from './wire/users-client';

const AT = '2026-01-31T12:00:00.000Z';
const ADA = { id: 1, email: 'ada@example.com', name: 'Ada', role: 'admin' } as const;
const SESSION: Session = {
  access: 'closed',
  user: ADA,
  permissions: ['read', 'write', 'export', 'manage'],
  single_sign_on: false,
};
const refusal = (status: number) => ({ status, statusText: 'x' });

let http: HttpTestingController;
let questions: Question[];
/** The providers of a page of Ada, who goes ahead whenever she is asked. */
const ofAda = (session: Session = SESSION) => {
  const store = new SessionStore();
  store.set(session);
  questions = [];
  const ask = (question: Question) => {
    questions.push(question);
    return Promise.resolve(true);
  };
  return [
    ...HTTP,
    provideRouter([]),
    { provide: SessionStore, useValue: store },
    { provide: Confirm, useValue: { ask } },
  ];
};

describe('NotAllowed', () => {
  it('names the permission that is missing', async () => {
    const screen = await render(NotAllowed, { needs: ['read', 'delete'] }, ofAda());
    expect(screen.text).toContain('It needs the permission “Delete customers”');
  });
});

describe('Account', () => {
  const session = (id: number, current: boolean): OwnSession => ({
    id,
    created_at: AT,
    used_at: AT,
    ends_at: AT,
    address: '192.0.2.7',
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    current,
  });
  let screen: Screen<Account>;
  const list = async (...sessions: OwnSession[]) => {
    http.expectOne('/sessions').flush({ sessions });
    await screen.settle();
  };
  beforeEach(async () => {
    screen = await render(Account, {}, ofAda());
    http = TestBed.inject(HttpTestingController);
    await list(session(1, true), session(2, false));
  });

  it('says who is signed in, and with which sessions', () => {
    expect(screen.texts('[data-testid=me] dd')[2]).toContain('Admin');
    expect(screen.texts('[data-testid=session] .what')).toEqual(['Firefox, Linux this browser', 'Firefox, Linux']);
  });

  it('ends one session, and all others', async () => {
    await screen.click(screen.button('End the session of Firefox, Linux'));
    http.expectOne({ method: 'DELETE', url: '/sessions/2' }).flush({});
    await screen.settle();
    await list(session(1, true), session(3, false));
    await screen.click(screen.button('End all others'));
    http.expectOne({ method: 'DELETE', url: '/sessions' }).flush({});
    await screen.settle();
    await list(session(1, true));
    expect(screen.all('[data-testid=end-session], [data-testid=end-others]')).toEqual([]);
  });

  it('changes the password, and says at the field what is wrong', async () => {
    const change = async (current: string, password: string) => {
      await screen.type(screen.input('Present password'), current);
      await screen.type(screen.input('New password'), password);
      await screen.submit();
    };
    await change('', 'short');
    expect(screen.texts('app-field-error')).toEqual(['Fill this in.', 'At least 10 characters.']);
    await change('wrong', 'a long password');
    const details = [{ field: 'current', message: 'Not yours.' }];
    http
      .expectOne({ method: 'PUT', url: '/session/password' })
      .flush({ code: 'password_refused', message: 'No.', details }, refusal(400));
    await screen.settle();
    expect(screen.texts('app-field-error')).toEqual(['Not yours.', '']);
    await change('right', 'a long password');
    const request = http.expectOne('/session/password');
    expect(request.request.body).toEqual({ current: 'right', password: 'a long password' });
    request.flush(SESSION);
    await screen.settle();
    await list(session(4, true));
    expect(screen.input('New password').value).toBe('');
  });

  it.each([
    ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0', 'Edge, Windows'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1', 'Safari, iOS'],
    ['curl/8.5.0', 'curl/8.5.0'],
    ['', 'An unknown program'],
  ])('names a browser: %s', (agent, text) => {
    expect(browserText(agent)).toBe(text);
  });
});

const user = (id: number, some: Partial<User> = {}): User => ({
  id,
  email: `u${id}@example.com`,
  name: `User ${id}`,
  role: 'viewer',
  disabled: false,
  has_password: true,
  single_sign_on: false,
  created_at: AT,
  last_seen_at: null,
  ...some,
});

describe('Users', () => {
  let screen: Screen<Users>;
  const list = async (...users: User[]) => {
    http.expectOne({ method: 'GET', url: '/users' }).flush({ users });
    await screen.settle();
  };
  beforeEach(async () => {
    screen = await render(Users, {}, ofAda());
    http = TestBed.inject(HttpTestingController);
    await list(user(1), user(2, { has_password: false }), user(3, { disabled: true }));
  });

  it('lists them, and does not offer to shut oneself out', () => {
    expect(screen.texts('[data-testid=user] strong')).toEqual(['User 1', 'User 2', 'User 3']);
    expect(screen.texts('[data-testid=user] .tag')).toEqual(['you', 'invited', 'disabled']);
    expect(screen.names('[data-testid=user]:first-child button')).toEqual([
      'Edit User 1',
      'New password link for User 1',
    ]);
  });

  it('disables, lets in again, and removes after a question', async () => {
    await screen.click(screen.button('Disable User 2'));
    const request = http.expectOne({ method: 'PATCH', url: '/users/2' });
    expect(request.request.body).toEqual({ user: { disabled: true } });
    request.flush({ user: user(2) });
    await screen.settle();
    await list(user(1), user(3, { disabled: true }));
    await screen.click(screen.button('Enable User 3'));
    expect(http.expectOne('/users/3').request.body).toEqual({ user: { disabled: false } });
    await screen.click(screen.button('Remove User 3'));
    http.expectOne({ method: 'DELETE', url: '/users/3' }).flush({ code: 'last_admin', message: 'No.' }, refusal(409));
    await screen.settle();
    await list(user(1));
    expect(questions.map(({ heading }) => heading)).toEqual(['Remove User 3?']);
    expect(screen.one('[data-testid=failed]').textContent).toContain('This is the last admin.');
  });
});

describe('Users, when there are many', () => {
  it('finds one by name or email', async () => {
    const screen = await render(Users, {}, ofAda());
    http = TestBed.inject(HttpTestingController);
    const some = Array.from({ length: 11 }, (_, i) => user(i + 1));
    http.expectOne({ method: 'GET', url: '/users' }).flush({ users: some });
    await screen.settle();
    await screen.type(screen.one<HTMLInputElement>('[data-testid=find-user]'), 'U1@');
    expect(screen.texts('[data-testid=user] strong')).toEqual(['User 1']);
    await screen.type(screen.one<HTMLInputElement>('[data-testid=find-user]'), 'zoe');
    expect(screen.texts('[data-testid=users]')).toEqual(['No user has this in the name or email.']);
  });
});

describe('UserDialog', () => {
  const open = async (task: UserTask) => {
    const dialog = await openDialog(UserDialog, task, ofAda());
    http = TestBed.inject(HttpTestingController);
    return dialog;
  };

  it('invites, and shows the link until it is done', async () => {
    const { screen, results } = await open({ does: 'invite' });
    await screen.type(screen.input('Name'), 'Bob');
    await screen.type(screen.input('Email'), 'no email');
    await screen.submit();
    expect(screen.texts('app-field-error').filter(Boolean)).toEqual(['This is no email.']);
    await screen.type(screen.input('Email'), 'bob@example.com');
    await screen.choose(screen.select('Role'), 'editor');
    await screen.submit();
    http.expectOne('/users').flush({ code: 'email_taken', message: 'No.' }, refusal(409));
    await screen.settle();
    expect(screen.texts('app-field-error').filter(Boolean)).toEqual(['There is a user with this email already.']);
    await screen.submit();
    const request = http.expectOne('/users');
    const fields = { name: 'Bob', email: 'bob@example.com', role: 'editor', single_sign_on: false };
    expect(request.request.body).toEqual({ user: fields });
    const link = { url: 'http://localhost/invitation#c0de', code: 'c0de', ends_at: AT };
    request.flush({ user: user(2), link }, { status: 201, statusText: 'Created' });
    await screen.settle();
    expect(screen.texts('code')).toEqual([link.url]);
    await screen.press(screen.one('code'), 'Escape');
    expect(results).toEqual([]);
    await screen.click(screen.button('Done'));
    expect(results).toHaveLength(1);
  });

  it('sends only what was changed', async () => {
    const { screen, results } = await open({ does: 'edit', user: user(2) });
    await screen.type(screen.input('Name'), 'Robert');
    await screen.submit();
    const request = http.expectOne({ method: 'PATCH', url: '/users/2' });
    expect(request.request.body).toEqual({ user: { name: 'Robert' } });
    request.flush({ user: user(2) });
    await screen.settle();
    expect(results).toHaveLength(1);
  });

  it('lets a user sign in by the provider', async () => {
    const open = (session?: Session) => openDialog(UserDialog, { does: 'edit', user: user(2) }, ofAda(session));
    const { screen } = await open({ ...SESSION, single_sign_on: true });
    http = TestBed.inject(HttpTestingController);
    await screen.click(screen.one('[data-testid=user-provider]'));
    await screen.submit();
    const request = http.expectOne({ method: 'PATCH', url: '/users/2' });
    expect(request.request.body).toEqual({ user: { single_sign_on: true } });
  });

  it('offers no provider where there is none', async () => {
    const { screen } = await open({ does: 'edit', user: user(2) });
    expect(screen.all('[data-testid=user-provider]')).toEqual([]);
  });

  it('makes a link for a new password', async () => {
    const { screen } = await open({ does: 'link', user: user(2) });
    await screen.submit();
    const link = { url: 'http://localhost/password#c0de', code: 'c0de', ends_at: AT };
    http.expectOne({ method: 'POST', url: '/users/2/link' }).flush({ link });
    await screen.settle();
    expect(screen.texts('code')).toEqual([link.url]);
  });
});

describe('Tokens', () => {
  const token = (id: number, some: Partial<Token> = {}): Token => ({
    id,
    name: `token ${id}`,
    permissions: ['read', 'write'],
    effective_permissions: ['read'],
    creator: ADA,
    created_at: AT,
    expires_at: null,
    used_at: null,
    ...some,
  });

  it('lists them with what holds of them, and removes one after a question', async () => {
    const screen = await render(Tokens, {}, ofAda());
    http = TestBed.inject(HttpTestingController);
    const tokens = [token(1), token(2, { expires_at: AT, creator: null }), token(3, { effective_permissions: [] })];
    http.expectOne('/tokens').flush({ tokens });
    await screen.settle();
    expect(screen.texts('.tag')).toEqual(['expired', 'without effect']);
    expect(screen.texts('[data-testid=token]:first-child del')).toEqual(['Edit customers']);
    expect(screen.texts('[data-testid=token]:nth-child(2) .facts')[0]).toContain('Made on the command line');
    await screen.click(screen.button('Remove token 1'));
    http.expectOne({ method: 'DELETE', url: '/tokens/1' }).flush({});
    await screen.settle();
    http.expectOne('/tokens').flush({ tokens: [] });
    await screen.settle();
    expect(questions).toHaveLength(1);
    expect(screen.texts('app-empty-state h2')).toEqual(['No tokens yet']);
  });

  it('are made with permissions of the reader, and shown once', async () => {
    const { screen, results } = await openDialog(TokenDialog, null, ofAda());
    http = TestBed.inject(HttpTestingController);
    expect(screen.all('[type=checkbox]').map(({ dataset }) => dataset.testid)).toEqual([
      'may-read',
      'may-write',
      'may-export',
      'may-manage',
    ]);
    await screen.submit();
    expect(screen.texts('app-field-error')).toEqual(['Fill this in.', 'Choose at least one.']);
    await screen.type(screen.input('Name'), 'nightly');
    await screen.click(screen.input('Export'));
    screen.select('Expires').selectedIndex = 3;
    screen.select('Expires').dispatchEvent(new Event('change'));
    await screen.submit();
    const request = http.expectOne('/tokens');
    expect(request.request.body).toEqual({ token: { name: 'nightly', permissions: ['export'], expires_at: null } });
    request.flush({ token: { ...token(1), secret: 'rst_secret' } }, { status: 201, statusText: 'Created' });
    await screen.settle();
    expect(screen.texts('app-secret-once code')).toEqual(['rst_secret']);
    await screen.press(screen.one('app-secret-once code'), 'Escape');
    expect(results).toEqual([]);
  });
});

const entry = (id: number, some: Partial<AuditEntry> = {}): AuditEntry => ({
  id,
  at: AT,
  author: { kind: 'user', id: 1, name: 'ada@example.com' },
  action: 'customer.deleted',
  target: '12',
  details: {},
  address: '192.0.2.7',
  request_id: null,
  hash: '',
  ...some,
});

describe('Audit', () => {
  it('reads as sentences, by name, and shows older ones on demand', async () => {
    const screen = await render(Audit, { action: 'customer.deleted', author: 'ada@example.com' }, ofAda());
    http = TestBed.inject(HttpTestingController);
    http.expectOne('/users').flush({ users: [user(1, { name: 'Ada' })] });
    const url = '/audit?action=customer.deleted&author=ada%40example.com';
    http.expectOne(url).flush({ entries: [entry(2)], meta: { next: 2 } });
    await screen.settle();
    expect(screen.texts('[data-testid=audit-entry] p[dir]')).toEqual(['Ada deleted customer 12']);
    await screen.click(screen.button('Show older'));
    http.expectOne(`${url}&before=2`).flush({
      entries: [
        entry(1, { author: { kind: 'token', id: 1, name: 'nightly' } }),
        entry(0, { author: { kind: 'source', id: 2, name: 'Shop' } }),
      ],
      meta: {},
    });
    await screen.settle();
    expect(screen.texts('[data-testid=audit-entry] p[dir]')).toEqual([
      'Ada deleted customer 12',
      'The token nightly deleted customer 12',
      'The source Shop deleted customer 12',
    ]);
    expect(screen.all('[data-testid=audit-more]')).toEqual([]);
    expect(screen.link('CSV').getAttribute('href')).toBe(
      '/exports/audit.csv?action=customer.deleted&author=ada%40example.com',
    );
  });

  it('leads to the customer, also if the words around the id contain it', async () => {
    const screen = await render(Audit, {}, ofAda());
    http = TestBed.inject(HttpTestingController);
    http.expectOne('/users').flush({ users: [] });
    const entries = [entry(1, { action: 'customer.unsuppressed', target: 'in' })];
    http.expectOne('/audit').flush({ entries, meta: {} });
    await screen.settle();
    const link = screen.one('[data-testid=audit-entry] a');
    expect(link.getAttribute('href')).toBe('/customers/in');
    expect(link.previousSibling?.textContent?.trim()).toBe('ada@example.com let the messages of customer');
  });

  it('puts filters into the address, and leaves out what is not understood', async () => {
    const screen = await render(Audit, { action: 'nonsense', since: '2026-01-31', until: 'tomorrow' }, ofAda());
    http = TestBed.inject(HttpTestingController);
    const since = encodeURIComponent(new Date('2026-01-31T00:00:00').toISOString());
    const asked = http.match(({ url }) => url === '/audit').map(({ request }) => request.urlWithParams);
    expect(asked.map(decodeURIComponent)).toEqual([`/audit?since=${decodeURIComponent(since)}`]);
    const to = jest.spyOn(TestBed.inject(Router), 'navigate').mockResolvedValue(true);
    await screen.choose(screen.select('What'), 'login.failed');
    expect(to).toHaveBeenCalledWith([], {
      queryParams: { action: 'login.failed' },
      queryParamsHandling: 'merge',
    });
  });

  it('offers no file to who may not export', async () => {
    const screen = await render(Audit, {}, ofAda({ ...SESSION, permissions: ['read', 'manage'] }));
    expect(screen.all('[data-testid=audit-csv]')).toEqual([]);
  });

  it.each<[Partial<AuditEntry>, string, string]>([
    [
      { action: 'user.created', target: 'a@b.c', details: { way: 'set-up', role: 'admin' } },
      'Ada set Roster up, as its first user',
      'role Admin',
    ],
    [
      { action: 'user.created', target: 'a@b.c', details: { role: 'viewer' } },
      'Ada made the user a@b.c',
      'role Viewer',
    ],
    [
      { action: 'user.changed', target: 'a@b.c', details: { disabled: true } },
      'Ada changed the user a@b.c',
      'disabled',
    ],
    [
      { action: 'bulk-edit', target: null, details: { does: 'set', name: 'plan', customers: 1200 } },
      'Ada set plan of 1,200 customers at once',
      '',
    ],
    [
      { action: 'bulk-edit', target: null, details: { does: 'delete', customers: 2 } },
      'Ada deleted 2 customers at once',
      '',
    ],
    [
      { action: 'token.created', target: 'nightly', details: { permissions: ['read'] } },
      'Ada made the token nightly',
      'read',
    ],
    [{ action: 'source.created', target: 'Shop' }, 'Ada made the source Shop', ''],
    [{ action: 'source.changed', target: 'Shop' }, 'Ada changed the source Shop', ''],
    [{ action: 'source.key', target: 'Shop' }, 'Ada changed the key of the source Shop', ''],
    [{ action: 'source.removed', target: 'Shop' }, 'Ada removed the source Shop', ''],
    [{ action: 'customer.suppressed', target: '7' }, 'Ada suppressed customer 7', ''],
    [{ action: 'customer.unsuppressed', target: '7' }, 'Ada let the messages of customer 7 in again', ''],
    [{ action: 'login.failed', target: 'a@b.c' }, 'Failed login as a@b.c', ''],
    [{ action: 'export', target: null }, 'Ada exported …', ''],
  ])('says %j', (some, sentence, details) => {
    expect([sentenceOf(entry(1, some), 'Ada'), detailsText(entry(1, some))]).toEqual([sentence, details]);
  });
});
