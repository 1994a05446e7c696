import { DOCUMENT, Injectable, Injector, inject } from '@angular/core';
import { NavigationStart, Router } from '@angular/router';
import { filter, fromEvent, merge, takeUntil } from 'rxjs';

import { Announcer } from '../core/announcer';
import { preloaded } from '../core/lazy-code';

/** Shows a confirmation for a few seconds. Screen readers read it too. */
@Injectable({ providedIn: 'root' })
export class Toast {
  private readonly injector = inject(Injector);

  private readonly document = inject(DOCUMENT);
  private readonly router = inject(Router);
  private readonly announcer = inject(Announcer);
  private readonly load = preloaded(() => import('@angular/material/snack-bar'));

  async show(message: string): Promise<void> {
    try {
      const { MatSnackBar } = await this.load();
      const options = { duration: 6000, horizontalPosition: 'end' } as const;
      const shown = this.injector.get(MatSnackBar).open(message, $localize`Dismiss`, options);
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
