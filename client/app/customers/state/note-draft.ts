import { Injectable, inject } from '@angular/core';

import { LocalStore } from '../../core/local-store';
import { SessionStore } from '../../core/session';

/** Keeps the text of a note that is typed and not yet added, in this browser: one for each customer and user. */
@Injectable({ providedIn: 'root' })
export class NoteDraft {
  private readonly store = inject(LocalStore);
  private readonly user = inject(SessionStore).user;

  keep(id: string, text: string): void {
    this.store.write(this.keyOf(id), text.trim() === '' ? null : text);
  }

  /** @returns an empty text if there is none */
  recall(id: string): string {
    return this.store.read(this.keyOf(id)) ?? '';
  }

  private keyOf(id: string): string {
    const user = this.user();
    return `note${user ? `-of-${user.id}` : ''}.${id}`;
  }
}
