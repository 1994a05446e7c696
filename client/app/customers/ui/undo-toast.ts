import { Injectable, inject } from '@angular/core';
import { Router } from '@angular/router';

import { Toast } from '../../ui/toast';
import { AttributeChanges } from '../model/customer';
import { undoProblemText } from '../model/undo-text';
import { CustomerStore, Saved } from '../state/customer-store';

/** Confirms what was done to a customer, and offers to take it back. */
@Injectable({ providedIn: 'root' })
export class UndoToast {
  private readonly toast = inject(Toast);
  private readonly store = inject(CustomerStore);
  private readonly router = inject(Router);

  saved(id: string, changes: AttributeChanges): void {
    const run = async (): Promise<void> => {
      if (await this.isDone(id, this.store.undoChanges(id, changes))) void this.toast.show($localize`Changes undone`);
    };
    this.offer($localize`Changes saved`, run);
  }

  /** @param title of the customer */
  deleted(id: string, title: string): void {
    const run = async (): Promise<void> => {
      if (!(await this.isDone(id, this.store.restore(id)))) return;
      await this.open(id);
      void this.toast.show($localize`Customer ${title}:customer: is back`);
    };
    this.offer($localize`Customer ${title}:customer: deleted`, run);
  }

  private offer(message: string, run: () => Promise<void>): void {
    void this.toast.show(message, { label: $localize`Undo`, run: () => void run() });
  }

  /** Tells whether it is undone. If not, the reason is shown, with the way to the customer. */
  private async isDone(id: string, undo: Promise<Saved<unknown>>): Promise<boolean> {
    const undone = await undo;
    if (undone.ok) return true;
    const open = { label: $localize`Show customer`, run: () => void this.open(id) };
    void this.toast.show(undoProblemText(undone.problem), open);
    return false;
  }

  /** The page of the customer loads it. If it is on the screen already, it is loaded anew. */
  private async open(id: string): Promise<void> {
    if (this.store.state().id === id) await this.store.load(id);
    await this.router.navigate(['/customers', id]);
  }
}
