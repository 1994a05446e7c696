import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';

import { LoginAgain } from './login-again';
import { Session, SessionStore } from './session';

/** Checks the session before the browser itself requests something, which no script can repeat. */
@Injectable({ providedIn: 'root' })
export class LoginCheck {
  private readonly http = inject(HttpClient);
  private readonly store = inject(SessionStore);
  private readonly again = inject(LoginAgain);

  isNeeded(): boolean {
    return this.store.user() !== null;
  }

  /** @returns whether the user is signed in, perhaps again; true without an answer of the server, which the browser then reports */
  async holds(): Promise<boolean> {
    const session = await firstValueFrom(this.http.get<Session>('/session')).catch(() => null);
    return session?.user === null ? this.again.ask() : true;
  }
}
