import { Injectable, Injector, inject } from '@angular/core';

import { lazily } from '../../core/lazy-code';
import { SessionStore } from '../../core/session';
import { Confirm } from '../../ui/confirm';
import { Named } from '../model/person';
import { CustomerStore } from '../state/customer-store';
import { People } from '../state/people';
import type { Deletion } from './erase-customer';
import { UndoToast } from './undo-toast';

/** Asks, deletes the customer, or erases it, and confirms it. The page handles a failure. */
@Injectable({ providedIn: 'root' })
export class DeleteCustomer {
  private readonly confirm = inject(Confirm);
  private readonly session = inject(SessionStore);
  private readonly store = inject(CustomerStore);
  private readonly people = inject(People);
  private readonly injector = inject(Injector);
  private readonly loadEraser = lazily(() => import('./erase-customer'));
  private readonly toast = inject(UndoToast);

  /** @param etag of the version on the screen; null deletes any version */
  async ask(customer: Named, etag: string | null): Promise<Deletion> {
    const id = String(customer.id);
    const { email, name, title } = this.people.of(customer);
    const answer = await this.confirm.choose({
      heading: $localize`Delete customer ${title}:customer:?`,
      text:
        email && email !== name
          ? $localize`${email}:email: goes to the trash, from where it can be restored for some time. Messages that arrive later start the customer anew.`
          : $localize`It goes to the trash, from where it can be restored for some time. Messages that arrive later start the customer anew.`,
      confirm: $localize`Delete`,
      cancel: $localize`Cancel`,
      ...(this.session.may('manage') && { other: $localize`Erase for ever …` }),
    });
    if (answer === 'cancel') return { kind: 'kept' };
    if (answer === 'other') return this.erase(customer, etag);
    const removed = await this.store.remove(id, etag);
    if (!removed.ok) return { kind: 'failed', problem: removed.problem };
    this.toast.deleted(id, title);
    return { kind: 'deleted' };
  }

  private async erase(customer: Named, etag: string | null): Promise<Deletion> {
    const code = await this.loadEraser();
    return code ? this.injector.get(code.EraseCustomer).ask(customer, etag) : { kind: 'kept' };
  }
}
