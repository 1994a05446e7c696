import { Injectable, Injector, inject } from '@angular/core';

import { Announcer } from '../core/announcer';
import { preloaded } from '../core/lazy-code';

/** Says for a few seconds that something is done; screen readers hear it too. */
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
      // The page shows what is done; who cannot see it hears it still.
      this.announcer.announce(message);
    }
  }
}
