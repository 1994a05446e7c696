import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { ActivatedRoute, Router, provideRouter } from '@angular/router';
import { of } from 'rxjs';

import { HTTP, Screen, heard, render } from '../../../../test/support/component';
import { openDialog } from '../../../../test/support/dialog';
import { Session, SessionStore } from '../../core/session';
import { CodePage } from './code-page';
import { LoginDialog } from './login-dialog';
import { LoginForm } from './login-form';
import { LoginPage } from './login-page';
import { SetUpPage } from './set-up-page';

const ADA = { id: 1, email: 'ada@example.com', name: 'Ada', role: 'admin' } as const;
const NOBODY: Session = { access: 'closed', user: null, permissions: [], single_sign_on: false };
const SIGNED_IN: Session = { ...NOBODY, user: ADA, permissions: ['read'] };
const refusal = (status: number) => ({ status, statusText: 'x' });

let http: HttpTestingController;
const server = () => (http = TestBed.inject(HttpTestingController));

describe('LoginForm', () => {
  let screen: Screen<LoginForm>;

  const open = async (known = '') => {
    screen = await render(LoginForm, { known }, HTTP);
    server();
  };
  const fill = async (email: string, password: string) => {
    await screen.type(screen.input('Email'), email);
    await screen.type(screen.input('Password'), password);
    await screen.submit();
  };

  it('asks for what is missing, and sends nothing', async () => {
    await open();
    await fill('', '');
    expect(screen.texts('app-field-error')).toEqual(['Fill this in.', 'Fill this in.']);
    http.expectNone('/session');
  });

  it('gives the session', async () => {
    await open();
    const sessions = heard(screen.component.loggedIn);
    await fill(' ada@example.com ', 'short');
    const request = http.expectOne('/session');
    expect(request.request.body).toEqual({ email: 'ada@example.com', password: 'short' });
    request.flush(SIGNED_IN);
    await screen.settle();
    expect(sessions).toEqual([SIGNED_IN]);
  });

  it.each([
    [401, 'unauthenticated', 'Email or password is wrong.'],
    [429, 'too_many_tries', 'Too many tries. Wait a few minutes, then try again.'],
    [503, 'busy', 'Said by the server.'],
  ])('says why not, and forgets the password: %d', async (status, code, text) => {
    await open('ada@example.com');
    expect(screen.input('Email').value).toBe('ada@example.com');
    await screen.type(screen.input('Password'), 'wrong');
    await screen.submit();
    http.expectOne('/session').flush({ code, message: 'Said by the server.' }, refusal(status));
    await screen.settle();
    expect(screen.one('[role=alert]').textContent).toContain(text);
    expect(screen.input('Password').value).toBe('');
  });

  it('offers the provider only when there is one', async () => {
    await open();
    expect(screen.all('[data-testid=single-sign-on]')).toEqual([]);
    TestBed.inject(SessionStore).set({ ...NOBODY, single_sign_on: true });
    await screen.set({ back: '/users?a=1' });
    expect(screen.link('Log in by single sign-on').getAttribute('href')).toBe(
      '/session/single-sign-on?return=%2Fusers%3Fa%3D1',
    );
  });
});

describe('LoginPage', () => {
  it('goes back to the page of the address, and takes no text of it for a reason', async () => {
    const screen = await render(LoginPage, { return: '/users', failure: 'Call 555!' }, [...HTTP, provideRouter([])]);
    server();
    expect(screen.all('[data-testid=provider-failed]')).toEqual([]);
    await screen.set({ failure: 'email_not_verified' });
    expect(screen.one('[data-testid=provider-failed]').textContent).toContain('email_not_verified');
    const to = jest.spyOn(TestBed.inject(Router), 'navigateByUrl').mockResolvedValue(true);
    await screen.type(screen.input('Email'), 'ada@example.com');
    await screen.type(screen.input('Password'), 'a password');
    await screen.submit();
    http.expectOne('/session').flush(SIGNED_IN);
    await screen.settle();
    expect(to).toHaveBeenCalledWith('/users', { replaceUrl: true });
    expect(TestBed.inject(SessionStore).user()).toEqual(ADA);
  });
});

describe('LoginDialog', () => {
  const open = async (before: Session) => {
    const store = new SessionStore();
    store.set(before);
    return openDialog<boolean>(LoginDialog, null, [...HTTP, { provide: SessionStore, useValue: store }]);
  };
  const logIn = async (screen: Screen, session: Session) => {
    await screen.type(screen.input('Password'), 'a password');
    await screen.submit();
    server().expectOne('/session').flush(session);
    await screen.settle();
  };

  it('goes on with the same person', async () => {
    const { screen, results } = await open(SIGNED_IN);
    expect(screen.input('Email').value).toBe('ada@example.com');
    await logIn(screen, SIGNED_IN);
    expect(results).toEqual([true]);
  });

  it('does not go on with another one, and says so', async () => {
    const { screen, results } = await open(SIGNED_IN);
    await logIn(screen, { ...SIGNED_IN, user: { ...ADA, id: 2, name: 'Bob' } });
    expect(screen.text).toContain('You logged in as Bob. Ada had this page open');
    expect([screen.names('button'), results]).toEqual([['Reload'], []]);
  });

  it('goes on after a login in another tab', async () => {
    const { screen, results } = await open(SIGNED_IN);
    for (const session of [NOBODY, SIGNED_IN]) {
      expect(results).toEqual([]);
      window.dispatchEvent(new Event('focus'));
      server().expectOne({ method: 'GET', url: '/session' }).flush(session);
      await screen.settle();
    }
    expect(results).toEqual([true]);
  });

  it('may wait', async () => {
    const { screen, results } = await open(SIGNED_IN);
    await screen.click(screen.button('Not now'));
    expect(results).toEqual([false]);
  });
});

const withCode = (fragment: string | null) => [
  ...HTTP,
  provideRouter([]),
  { provide: ActivatedRoute, useValue: { fragment: of(fragment) } },
];

describe('SetUpPage', () => {
  let screen: Screen<SetUpPage>;

  const open = async (fragment: string | null) => {
    screen = await render(SetUpPage, {}, withCode(fragment));
    server();
    jest.spyOn(TestBed.inject(Router), 'navigateByUrl').mockResolvedValue(true);
  };
  const fill = async (password = 'a long password') => {
    await screen.type(screen.input('Name'), 'Ada');
    await screen.type(screen.input('Email'), 'ada@example.com');
    await screen.type(screen.input('Password'), password);
    await screen.submit();
  };

  it('takes the code of the link, and makes the first user', async () => {
    await open('c0de');
    expect(screen.names('input')).toEqual(['Name', 'Email', 'Password']);
    await fill();
    const request = http.expectOne('/setup');
    const user = { name: 'Ada', email: 'ada@example.com', password: 'a long password' };
    expect(request.request.body).toEqual({ code: 'c0de', ...user });
    request.flush(SIGNED_IN, { status: 201, statusText: 'Created' });
    await screen.settle();
    expect(TestBed.inject(SessionStore).user()).toEqual(ADA);
  });

  it('asks for a code without one, also in a whole link, and for a new link', async () => {
    await open(null);
    await screen.click(screen.button('Write a new link to the terminal'));
    http.expectOne('/setup/code').flush({}, { status: 202, statusText: 'Accepted' });
    await screen.settle();
    expect(screen.all('[data-testid=link-written]')).toHaveLength(1);
    await screen.type(screen.input('Code of the link'), 'http://localhost:1323/setup#c0de ');
    await fill();
    expect(http.expectOne('/setup').request.body).toMatchObject({ code: 'c0de' });
  });

  it('asks for the code when that of the link is refused', async () => {
    await open('old');
    await fill();
    http.expectOne('/setup').flush({ code: 'code_invalid', message: 'No.' }, refusal(400));
    await screen.settle();
    expect(screen.input('Code of the link').getAttribute('aria-invalid')).toBe('true');
  });

  it('shows refusals at their fields, and a short password before it is sent', async () => {
    await open('c0de');
    await fill('short');
    http.expectNone('/setup');
    expect(screen.input('Password').getAttribute('aria-invalid')).toBe('true');
    await fill();
    const details = [{ field: 'password', message: 'Among the commonest.' }];
    http.expectOne('/setup').flush({ code: 'password_refused', message: 'No.', details }, refusal(400));
    await screen.settle();
    expect(screen.texts('app-field-error').filter(Boolean)).toEqual(['Among the commonest.']);
  });

  it('says that it is done', async () => {
    await open('c0de');
    await fill();
    http.expectOne('/setup').flush({ code: 'set_up_done', message: 'No.' }, refusal(409));
    await screen.settle();
    expect(screen.all('[data-testid=set-up-done]')).toHaveLength(1);
  });
});

describe('CodePage', () => {
  let screen: Screen<CodePage>;

  const open = async (purpose: 'invitation' | 'password') => {
    screen = await render(CodePage, {}, withCode('c0de'));
    server();
    jest.spyOn(TestBed.inject(Router), 'navigateByUrl').mockResolvedValue(true);
    const request = http.expectOne('/codes/check');
    expect(request.request.body).toEqual({ code: 'c0de' });
    request.flush({ purpose, user: { email: 'bob@example.com', name: 'Bob' } });
    await screen.settle();
  };

  it('welcomes an invited user, who may change the name', async () => {
    await open('invitation');
    expect(screen.texts('h1')).toEqual(['Welcome to Roster']);
    expect([screen.input('Email').value, screen.input('Email').readOnly]).toEqual(['bob@example.com', true]);
    await screen.type(screen.input('Name'), 'Robert');
    await screen.type(screen.input('Password'), 'a long password');
    await screen.submit();
    const request = http.expectOne('/codes/use');
    expect(request.request.body).toEqual({ code: 'c0de', name: 'Robert', password: 'a long password' });
    request.flush(SIGNED_IN);
    await screen.settle();
    expect(TestBed.inject(SessionStore).user()).toEqual(ADA);
  });

  it('sets a new password', async () => {
    await open('password');
    expect(screen.names('input')).toEqual(['Email', 'New password']);
    await screen.type(screen.input('New password'), 'a long password');
    await screen.submit();
    const request = http.expectOne('/codes/use');
    expect(request.request.body).toEqual({ code: 'c0de', password: 'a long password' });
    request.flush({ code: 'code_invalid', message: 'No.' }, refusal(400));
    await screen.settle();
    expect(screen.one('[data-testid=code-refused]').textContent).toContain('Ask for a new one.');
  });
});
