import { DOCUMENT, Injectable, effect, inject, untracked } from '@angular/core';
import { firstValueFrom, tap } from 'rxjs';

import { Connection } from '../core/connection';
import { LoginAgain } from '../core/login-again';
import { Session, SessionStore } from '../core/session';
import { SessionClient } from './wire/session-client';

/** Reads the session, and tells the other tabs of this browser when it changes: they share its cookie. */
@Injectable({ providedIn: 'root' })
export class CurrentSession {
  private readonly client = inject(SessionClient);
  private readonly store = inject(SessionStore);
  private readonly again = inject(LoginAgain);
  private readonly window = inject(DOCUMENT).defaultView;
  private readonly tabs = 'BroadcastChannel' in globalThis ? new BroadcastChannel('roster-session') : null;

  private first: Promise<void> | null = null;

  /** Resolves when the session is known, or was asked for in vain. */
  get known(): Promise<void> {
    return (this.first ??= this.load());
  }

  constructor() {
    const { recoveries } = inject(Connection);
    effect(() => {
      if (recoveries() > 0 && untracked(this.store.session) === null) void this.load();
    });
    this.tabs?.addEventListener('message', () => void this.follow());
  }

  /** Sets the session synchronously when an early answer has arrived, so that the first paint knows it. Never rejects. */
  async load(): Promise<void> {
    try {
      await firstValueFrom(this.client.read().pipe(tap((session) => this.store.set(session))));
    } catch {
      // Without an answer the session stays as it is known.
    }
  }

  /** Takes the session that a login has begun. */
  begin(session: Session): void {
    this.store.set(session);
    this.tabs?.postMessage('changed');
  }

  /** Logs out, and loads the page anew: nothing of the session stays in memory. */
  async end(): Promise<void> {
    await firstValueFrom(this.client.end());
    this.tabs?.postMessage('changed');
    this.window?.location.assign('/login');
  }

  /** After a login in another tab, goes on here if the person is the same; else loads the page anew. */
  private async follow(): Promise<void> {
    const before = this.store.user();
    const session = await firstValueFrom(this.client.read()).catch(() => null);
    if (!session?.user) return;
    if (before && session.user.id !== before.id) {
      this.window?.location.reload();
      return;
    }
    this.store.set(session);
    this.again.answer(true);
  }
}
