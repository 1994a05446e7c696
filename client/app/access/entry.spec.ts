import { ChangeDetectionStrategy, Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';

import { Session, SessionStore } from '../core/session';
import { CurrentSession } from './current-session';
import { isSignedIn, may, needsLogin, ownPath } from './entry';

@Component({ template: '', changeDetection: ChangeDetectionStrategy.OnPush })
class Page {}

const ADA = { id: 1, email: 'ada@example.com', name: 'Ada', role: 'viewer' } as const;
const NOBODY: Session = { access: 'closed', user: null, permissions: [], single_sign_on: false };
const VIEWER: Session = { ...NOBODY, user: ADA, permissions: ['read'] };
const OPEN: Session = {
  ...NOBODY,
  access: 'open',
  permissions: ['read', 'write', 'delete', 'export', 'ingest', 'manage'],
};

describe('the way into the pages', () => {
  const go = async (session: Session | null, url: string): Promise<string> => {
    TestBed.configureTestingModule({
      providers: [
        { provide: CurrentSession, useValue: { known: Promise.resolve() } },
        provideRouter([
          { path: 'customers', canMatch: [may('read')], component: Page },
          { path: 'users', canMatch: [may('read', 'manage')], component: Page },
          { path: 'account', canMatch: [isSignedIn], component: Page },
          { path: 'login', canMatch: [needsLogin], component: Page },
          { path: 'setup', component: Page },
          { path: '**', component: Page, title: 'refused' },
        ]),
      ],
    });
    if (session) TestBed.inject(SessionStore).set(session);
    const router = TestBed.inject(Router);
    await router.navigateByUrl(url);
    return router.routerState.snapshot.root.firstChild?.title ?? router.url;
  };

  it.each<[string, Session | null, string, string]>([
    ['is free while the session is not known', null, '/users', '/users'],
    ['is free when open', OPEN, '/users?a=1', '/users?a=1'],
    ['leads to the login', NOBODY, '/customers', '/login'],
    ['leads to the login with the way back', NOBODY, '/users?a=1', '/login?return=%2Fusers%3Fa%3D1'],
    ['leads to the set-up', { ...NOBODY, access: 'setup' }, '/customers', '/setup'],
    ['leads to the set-up from the login', { ...NOBODY, access: 'setup' }, '/login', '/setup'],
    ['is free with the permission', VIEWER, '/customers', '/customers'],
    ['is refused without the permission', VIEWER, '/users', 'refused'],
    ['leads to the account of a person', VIEWER, '/account', '/account'],
    ['has no account when open', OPEN, '/account', '/customers'],
    ['has no login for who is signed in', VIEWER, '/login?return=/account', '/account'],
    ['has no login when open', OPEN, '/login', '/customers'],
  ])('%s', async (_what, session, url, arrived) => {
    expect(await go(session, url)).toBe(arrived);
  });

  it.each([
    ['/customers/7?a=1', '/customers/7?a=1'],
    ['//evil.test', '/customers'],
    ['/\\evil.test', '/customers'],
    ['https://evil.test', '/customers'],
    ['/login?return=/', '/customers'],
    [['/users'], '/customers'],
    [undefined, '/customers'],
  ])('goes back only to pages of the admin: %j', (path, own) => {
    expect(ownPath(path)).toBe(own);
  });
});
