import { Injectable, computed, inject } from '@angular/core';

import { SessionStore } from '../../core/session';
import { DEFAULT_DISPLAY_NAME } from '../model/display-name';
import { Named, Person, personOf } from '../model/person';

/** Names customers by the rule that the server is configured with. */
@Injectable({ providedIn: 'root' })
export class People {
  private readonly session = inject(SessionStore);
  private readonly groups = computed(() => this.session.session()?.display_name ?? DEFAULT_DISPLAY_NAME);

  of(customer: Named): Person {
    return personOf(customer, this.groups());
  }
}
