import { DOCUMENT, Injectable, Injector, inject } from '@angular/core';
import { NavigationStart, Router } from '@angular/router';
import { filter, fromEvent, merge, takeUntil } from 'rxjs';

import { Announcer } from '../core/announcer';
import { preloaded } from '../core/lazy-code';

/** The button of a message. */
export interface ToastAction {
  readonly label: string;
  readonly run: () => void;
}

/** A message with a button of its own stays longer: its reader has to decide. */
const DURATION_MS = { plain: 6000, action: 12_000 } as const;

/** Shows a confirmation for a few seconds. Screen readers read it too. */
@Injectable({ providedIn: 'root' })
export class Toast {
  private readonly injector = inject(Injector);

  private readonly document = inject(DOCUMENT);
  private readonly router = inject(Router);
  private readonly announcer = inject(Announcer);
  private readonly load = preloaded(() => import('@angular/material/snack-bar'));

  async show(message: string, action?: ToastAction): Promise<void> {
    try {
      const { MatSnackBar } = await this.load();
      const duration = DURATION_MS[action ? 'action' : 'plain'];
      const options = { duration, horizontalPosition: 'end' } as const;
      const shown = this.injector.get(MatSnackBar).open(message, action?.label ?? $localize`Dismiss`, options);
      shown.onAction().subscribe(() => action?.run());
      // The message is about what was done before: it ends with the next page or change.
      merge(
        this.router.events.pipe(filter((event) => event instanceof NavigationStart)),
        fromEvent(this.document, 'input'),
      )
        .pipe(takeUntil(shown.afterDismissed()))
        .subscribe(() => shown.dismiss());
    } catch {
      // The code could not be loaded. Screen readers still get the message.
      this.announcer.announce(message);
    }
  }
}
