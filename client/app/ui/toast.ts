import { Injectable, Injector, inject } from '@angular/core';

import { Announcer } from '../core/announcer';
import { preloaded } from '../core/lazy-code';

/** Shows a confirmation for a few seconds. Screen readers read it too. */
@Injectable({ providedIn: 'root' })
export class Toast {
  private readonly injector = inject(Injector);

  private readonly announcer = inject(Announcer);
  private readonly load = preloaded(() => import('@angular/material/snack-bar'));

  async show(message: string): Promise<void> {
    try {
      const { MatSnackBar } = await this.load();
      this.injector.get(MatSnackBar).open(message, $localize`Dismiss`, { duration: 6000 });
    } catch {
      // The code could not be loaded. Screen readers still get the message.
      this.announcer.announce(message);
    }
  }
}
