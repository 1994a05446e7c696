import { HttpClient, HttpContext, provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';

import { takeFetch } from '../../../test/support/streamed-request';
import { IS_LOGIN, LoginAgain, waitForLogin } from './login-again';
import { LoginCheck } from './login-check';
import { Session, SessionStore } from './session';
import { StreamFailure, linesOf } from './streamed-answer';

const REFUSAL = { status: 401, statusText: 'Unauthorized' };
const USER: Session = {
  access: 'closed',
  user: { id: 1, email: 'ada@example.com', name: 'Ada', role: 'admin' },
  permissions: ['read'],
  single_sign_on: false,
};
const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('requests without a login', () => {
  let http: HttpClient;
  let server: HttpTestingController;
  let login: LoginAgain;
  let check: LoginCheck;
  let got: unknown[];

  beforeEach(() => {
    TestBed.configureTestingModule({
      providers: [provideHttpClient(withInterceptors([waitForLogin])), provideHttpClientTesting()],
    });
    [check, http, server, login] = [
      TestBed.inject(LoginCheck),
      TestBed.inject(HttpClient),
      TestBed.inject(HttpTestingController),
      TestBed.inject(LoginAgain),
    ];
    got = [];
  });
  afterEach(() => server.verify());

  const send = (url: string, context = new HttpContext()) =>
    http.put(url, 'typed', { context }).subscribe({
      next: (body) => got.push(body),
      error: ({ status }: { status: number }) => got.push(status),
    });
  const refuse = (url: string) => server.expectOne(url).flush({ code: 'unauthenticated' }, REFUSAL);

  it('share one question, and all go on after it, as they were', async () => {
    send('/a');
    send('/b');
    refuse('/a');
    refuse('/b');
    expect(login.asks()).toBe(true);
    const question = login.ask();
    login.answer(true);
    expect(await question).toBe(true);
    expect(login.asks()).toBe(false);
    for (const url of ['/a', '/b']) {
      const again = server.expectOne(url);
      expect([again.request.method, again.request.body]).toEqual(['PUT', 'typed']);
      again.flush(url);
    }
    expect(got).toEqual(['/a', '/b']);
  });

  it('are refused when the user does not log in, and the next one asks again', async () => {
    send('/a');
    refuse('/a');
    login.answer(false);
    await settled();
    expect(got).toEqual([401]);
    send('/a');
    refuse('/a');
    expect(login.asks()).toBe(true);
    login.answer(false);
    await settled();
  });

  it('ask once more when the new session is refused too', async () => {
    send('/a');
    refuse('/a');
    login.answer(true);
    await settled();
    refuse('/a');
    expect(login.asks()).toBe(true);
    login.answer(false);
    await settled();
    expect(got).toEqual([401]);
  });

  it('do not ask for a wrong password, nor for another refusal', () => {
    send('/session', new HttpContext().set(IS_LOGIN, true));
    refuse('/session');
    send('/b');
    server.expectOne('/b').flush({ code: 'forbidden' }, { status: 403, statusText: 'Forbidden' });
    expect([login.asks(), got]).toEqual([false, [401, 403]]);
  });

  it('that stream begin anew after the login', async () => {
    const requests = takeFetch();
    const lines = linesOf('/bulk-edits', { method: 'POST', body: 'typed' }, check);
    const first = lines.next();
    requests[0].refuse(401, { code: 'unauthenticated' });
    await settled();
    expect(login.asks()).toBe(true);
    login.answer(true);
    await settled();
    requests[1].accept().send('a\nb').end();
    expect((await first).value).toBe('a');
    expect((await lines.next()).value).toBe('b');
    expect(requests.map(({ url, init }) => [url, init.body])).toEqual(Array(2).fill(['/bulk-edits', 'typed']));
  });

  describe('that break off in the middle', () => {
    /** Breaks a stream off, and says what the session is then. The status of its failure comes into `got`. */
    const breakOff = async (session: Session): Promise<void> => {
      const requests = takeFetch();
      TestBed.inject(SessionStore).set(USER);
      const lines = linesOf('/bulk-edits', { method: 'POST' }, check);
      const first = lines.next();
      requests[0].accept().send('a\nb');
      expect((await first).value).toBe('a');
      lines.next().catch((error: unknown) => got.push(error instanceof StreamFailure ? error.cause.status : error));
      requests[0].break();
      await settled();
      server.expectOne('/session').flush(session);
      await settled();
    };

    it('ask for the login when the session has ended, and fail', async () => {
      await breakOff({ ...USER, user: null });
      expect([login.asks(), got]).toEqual([true, []]);
      login.answer(true);
      await settled();
      expect(got).toEqual([401]);
    });

    it('have lost the connection when the session goes on', async () => {
      await breakOff(USER);
      expect([login.asks(), got]).toEqual([false, [0]]);
    });
  });
});
