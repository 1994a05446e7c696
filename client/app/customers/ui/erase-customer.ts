import { Injectable, inject } from '@angular/core';

import { Problem } from '../../core/problem';
import { Confirm } from '../../ui/confirm';
import { Toast } from '../../ui/toast';
import { Named } from '../model/person';
import { CustomerStore } from '../state/customer-store';
import { People } from '../state/people';

export type Deletion = { readonly kind: 'deleted' | 'kept' } | { readonly kind: 'failed'; readonly problem: Problem };

/** Asks twice, removes all that is kept of a customer, and says where it may still occur. The page handles a failure. */
@Injectable({ providedIn: 'root' })
export class EraseCustomer {
  private readonly confirm = inject(Confirm);
  private readonly store = inject(CustomerStore);
  private readonly people = inject(People);
  private readonly toast = inject(Toast);

  /** @param etag of the version on the screen; null erases any version */
  async ask(customer: Named, etag: string | null): Promise<Deletion> {
    const { title } = this.people.of(customer);
    const sure = await this.confirm.ask({
      heading: $localize`Erase customer ${title}:customer: for ever?`,
      text: $localize`The record goes, also from the trash, and with it its history, the memory of its messages, its rejected messages and its id in the audit. Messages up to now do not bring it back. Source files and backups are not touched.`,
      confirm: $localize`Erase …`,
      cancel: $localize`Cancel`,
    });
    if (!sure || !(await this.askAgain(title))) return { kind: 'kept' };
    const erased = await this.store.erase(String(customer.id), etag);
    if (!erased.ok) return { kind: 'failed', problem: erased.problem };
    const sources = erased.value.join(', ');
    void this.toast.show(
      sources === ''
        ? $localize`Customer ${title}:customer: erased`
        : $localize`Customer ${title}:customer: erased. It occurs in ${sources}:sources:, which stays as it is.`,
    );
    return { kind: 'deleted' };
  }

  private askAgain(title: string): Promise<boolean> {
    return this.confirm.ask({
      heading: $localize`Is this certain?`,
      text: $localize`Nobody can restore customer ${title}:customer: afterwards.`,
      confirm: $localize`Erase for ever`,
      cancel: $localize`Cancel`,
    });
  }
}
