import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { Observable, map } from 'rxjs';

import { getSession } from '../../api/fn/access/get-session';
import { logOut } from '../../api/fn/access/log-out';
import { Session } from '../../core/session';

/** Reads and ends the session. Fails with `HttpErrorResponse`. */
@Injectable({ providedIn: 'root' })
export class SessionClient {
  private readonly http = inject(HttpClient);

  read(): Observable<Session> {
    return getSession(this.http, '').pipe(map(({ body }) => body));
  }

  /** Gives what holds without a login. */
  end(): Observable<Session> {
    return logOut(this.http, '').pipe(map(({ body }) => body));
  }
}
