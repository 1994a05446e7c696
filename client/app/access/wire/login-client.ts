import { HttpClient, HttpContext } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { Observable, map } from 'rxjs';

import { changePassword } from '../../api/fn/access/change-password';
import { checkCode } from '../../api/fn/access/check-code';
import { endOtherSessions } from '../../api/fn/access/end-other-sessions';
import { endSession } from '../../api/fn/access/end-session';
import { listSessions } from '../../api/fn/access/list-sessions';
import { logIn } from '../../api/fn/access/log-in';
import { setUp } from '../../api/fn/access/set-up';
import { useCode } from '../../api/fn/access/use-code';
import { writeSetUpLink } from '../../api/fn/access/write-set-up-link';
import { CodeAnswer } from '../../api/models/code-answer';
import { SessionView } from '../../api/models/session-view';
import { SetUpBody } from '../../api/models/set-up-body';
import { UseCodeBody } from '../../api/models/use-code-body';
import { IS_LOGIN } from '../../core/login-again';
import { Session } from '../../core/session';

/** The purpose of a one-time code, and its user. */
export type CodePurpose = Readonly<CodeAnswer>;
/** A session of the user, in this browser or another one. */
export type OwnSession = Readonly<SessionView>;

/** Logs in, by a password or a one-time code, and keeps the account of the user. Fails with `HttpErrorResponse`. */
@Injectable({ providedIn: 'root' })
export class LoginClient {
  private readonly http = inject(HttpClient);

  logIn(email: string, password: string): Observable<Session> {
    const context = new HttpContext().set(IS_LOGIN, true);
    return logIn(this.http, '', { body: { email, password } }, context).pipe(map(({ body }) => body));
  }

  setUp(body: SetUpBody): Observable<Session> {
    return setUp(this.http, '', { body }).pipe(map(({ body }) => body));
  }

  /** Makes the server write a new set-up link to its terminal or its log. */
  writeLink(): Observable<void> {
    return writeSetUpLink(this.http, '').pipe(map(() => undefined));
  }

  checkCode(code: string): Observable<CodePurpose> {
    return checkCode(this.http, '', { body: { code } }).pipe(map(({ body }) => body));
  }

  useCode(body: UseCodeBody): Observable<Session> {
    return useCode(this.http, '', { body }).pipe(map(({ body }) => body));
  }

  /** Ends all other sessions of the user. */
  changePassword(current: string, password: string): Observable<Session> {
    return changePassword(this.http, '', { body: { current, password } }).pipe(map(({ body }) => body));
  }

  /** The last used first. */
  sessions(): Observable<readonly OwnSession[]> {
    return listSessions(this.http, '').pipe(map(({ body }) => body.sessions));
  }

  endSession(id: number): Observable<void> {
    return endSession(this.http, '', { id }).pipe(map(() => undefined));
  }

  endOthers(): Observable<void> {
    return endOtherSessions(this.http, '').pipe(map(() => undefined));
  }
}
