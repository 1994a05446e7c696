import { Injectable, inject } from '@angular/core';
import { Router } from '@angular/router';

import { Toast } from '../../ui/toast';
import { AttributeChanges } from '../model/customer';
import { undoProblemText } from '../model/undo-text';
import { CustomerStore, Saved } from '../state/customer-store';
import { UndoStore } from '../state/undo-store';

/** Takes back what was done to a customer, and says so. */
@Injectable({ providedIn: 'root' })
export class Undo {
  private readonly toast = inject(Toast);
  private readonly store = inject(CustomerStore);
  private readonly undoStore = inject(UndoStore);
  private readonly router = inject(Router);

  /** Puts back what the last edit with these changes changed. */
  async changes(id: string, changes: AttributeChanges): Promise<void> {
    if (!(await this.isDone(id, this.undoStore.undoChanges(id, changes)))) return;
    void this.toast.show($localize`Changes undone`);
  }

  /** @param title of the customer */
  async deletion(id: string, title: string): Promise<void> {
    if (!(await this.isDone(id, this.undoStore.restore(id)))) return;
    await this.open(id);
    void this.toast.show($localize`Customer ${title}:customer: is back`);
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
