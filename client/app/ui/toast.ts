import { Injectable, Injector, inject } from '@angular/core';

/** Says for a few seconds that something is done; screen readers hear it too. Its code is loaded with the first one. */
@Injectable({ providedIn: 'root' })
export class Toast {
  private readonly injector = inject(Injector);

  async show(message: string): Promise<void> {
    const { MatSnackBar } = await import('@angular/material/snack-bar');
    this.injector.get(MatSnackBar).open(message, $localize`Dismiss`, { duration: 6000 });
  }
}
