import { Injectable, inject, signal } from '@angular/core';

import { LocalStore } from '../../core/local-store';

const KEY = 'density';

/** Tells whether the rows of the list are close together. Stored in this browser. */
@Injectable({ providedIn: 'root' })
export class Density {
  private readonly store = inject(LocalStore);
  private readonly compact = signal(this.store.read(KEY) === 'compact');

  readonly isCompact = this.compact.asReadonly();

  toggle(): void {
    this.compact.update((compact) => !compact);
    this.store.write(KEY, this.compact() ? 'compact' : null);
  }
}
