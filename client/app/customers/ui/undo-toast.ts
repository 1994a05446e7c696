import { Injectable, Injector, inject } from '@angular/core';

import { lazily } from '../../core/lazy-code';
import { Toast } from '../../ui/toast';
import { AttributeChanges } from '../model/customer';
import type { Undo } from './undo';

/** Confirms what was done to a customer, and offers to take it back. */
@Injectable({ providedIn: 'root' })
export class UndoToast {
  private readonly injector = inject(Injector);
  private readonly toast = inject(Toast);
  private readonly load = lazily(() => import('./undo'));

  saved(id: string, changes: AttributeChanges): void {
    this.offer($localize`Changes saved`, (undo) => undo.changes(id, changes));
  }

  /** @param title of the customer */
  deleted(id: string, title: string): void {
    this.offer($localize`Customer ${title}:customer: deleted`, (undo) => undo.deletion(id, title));
  }

  private offer(message: string, work: (undo: Undo) => Promise<void>): void {
    const run = async (): Promise<void> => {
      const code = await this.load();
      if (code) await work(this.injector.get(code.Undo));
    };
    void this.toast.show(message, { label: $localize`Undo`, run: () => void run() });
  }
}
