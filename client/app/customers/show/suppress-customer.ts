import { Injectable, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';

import { Problem, readProblem } from '../../core/problem';
import { Confirm } from '../../ui/confirm';
import { Toast } from '../../ui/toast';
import { CustomerStore } from '../state/customer-store';
import { SuppressionClient } from '../wire/suppression-client';

/** Suppresses a customer after a question, and takes that back. The page shows the new state, and the problem that it may get. */
@Injectable({ providedIn: 'root' })
export class SuppressCustomer {
  private readonly confirm = inject(Confirm);
  private readonly client = inject(SuppressionClient);
  private readonly store = inject(CustomerStore);
  private readonly toast = inject(Toast);

  /**
   * @param title the name of the customer with its id
   * @returns the problem; null if it is done, or was not wanted
   */
  async ask(id: string, title: string): Promise<Problem | null> {
    const sure = await this.confirm.ask({
      heading: $localize`Suppress customer ${title}:title:?`,
      text: $localize`The customer goes to the trash, and from then on every message with this id is rejected, from every source. To take messages again, open the page of this id and choose “Take messages again”. Messages that were rejected until then are missing.`,
      confirm: $localize`Suppress`,
      cancel: $localize`Cancel`,
    });
    if (!sure) return null;
    try {
      await firstValueFrom(this.client.suppress(id));
    } catch (error: unknown) {
      return readProblem(error);
    }
    this.store.forget(id, 'suppressed');
    void this.toast.show($localize`Customer ${id}:id: suppressed`);
    return null;
  }

  /** @returns the problem; null if it is done */
  async undo(id: string): Promise<Problem | null> {
    try {
      await firstValueFrom(this.client.unsuppress(id));
    } catch (error: unknown) {
      return readProblem(error);
    }
    this.store.forget(id, 'missing');
    void this.toast.show($localize`Messages of customer ${id}:id: are taken again`);
    return null;
  }
}
