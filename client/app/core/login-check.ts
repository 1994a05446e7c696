import { HttpClient, HttpErrorResponse } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';

import { LoginAgain } from './login-again';
import { requestFailure } from './request-failure';
import { Session, SessionStore } from './session';

/** Checks the session where no answer of the server says that it has ended. */
@Injectable({ providedIn: 'root' })
export class LoginCheck {
  private readonly http = inject(HttpClient);
  private readonly store = inject(SessionStore);
  private readonly again = inject(LoginAgain);

  /** @returns whether the user is signed in again, so that a refused request may be sent again */
  ask(): Promise<boolean> {
    return this.again.ask();
  }

  /** Tells whether the browser itself must not request something before {@link holds}: no script can repeat it. */
  isNeeded(): boolean {
    return this.store.user() !== null;
  }

  /** @returns whether the user is signed in, perhaps again; true without an answer of the server, which the browser then reports */
  async holds(): Promise<boolean> {
    return (await this.hasEnded()) ? this.ask() : true;
  }

  /** Explains a request that broke off: the server cuts those of a session that has ended, else the connection was lost. */
  async explain(url: string): Promise<HttpErrorResponse> {
    if (!this.isNeeded() || !(await this.hasEnded())) return requestFailure(0, null, url);
    const message = $localize`Your session ended before this was done. Log in and try again.`;
    return requestFailure(401, { code: 'unauthenticated', message }, url);
  }

  private async hasEnded(): Promise<boolean> {
    const session = await firstValueFrom(this.http.get<Session>('/session')).catch(() => null);
    return session?.user === null;
  }
}
