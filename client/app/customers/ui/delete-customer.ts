import { Injectable, inject } from '@angular/core';

import { Problem } from '../../core/problem';
import { Confirm } from '../../ui/confirm';
import { Toast } from '../../ui/toast';
import { CustomerStore } from '../state/customer-store';

export type Deletion = { readonly kind: 'deleted' | 'kept' } | { readonly kind: 'failed'; readonly problem: Problem };

/** Asks, deletes the customer and confirms it. The page handles a failure. */
@Injectable({ providedIn: 'root' })
export class DeleteCustomer {
  private readonly confirm = inject(Confirm);
  private readonly store = inject(CustomerStore);
  private readonly toast = inject(Toast);

  /** @param etag of the version on the screen; null deletes any version */
  async ask(id: string, email: string | null, etag: string | null): Promise<Deletion> {
    const sure = await this.confirm.ask({
      heading: $localize`Delete customer ${id}:id:?`,
      text: email
        ? $localize`${email}:email: goes to the trash, from where it can be restored for some time. Messages that arrive later start the customer anew.`
        : $localize`It goes to the trash, from where it can be restored for some time. Messages that arrive later start the customer anew.`,
      confirm: $localize`Delete`,
      cancel: $localize`Cancel`,
    });
    if (!sure) return { kind: 'kept' };
    const removed = await this.store.remove(id, etag);
    if (!removed.ok) return { kind: 'failed', problem: removed.problem };
    void this.toast.show($localize`Customer ${id}:id: deleted`);
    return { kind: 'deleted' };
  }
}
