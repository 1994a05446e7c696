import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Permission, SessionStore } from '../core/session';
import { EmptyState } from '../ui/empty-state';
import { PERMISSION_TEXT } from './permission-text';

/** Stands in for a page that the reader may not open. */
@Component({
  selector: 'app-not-allowed',
  imports: [RouterLink, EmptyState],
  template: `
    <h1 i18n>Not allowed</h1>
    <app-empty-state icon="lock" heading="You may not open this page" i18n-heading data-testid="not-allowed">
      <p class="muted" i18n>
        It needs the permission “{{ missing() }}”, which you do not have. An admin can give it to you.
      </p>
      <a class="button outlined" routerLink="/customers" i18n>Go to customers</a>
    </app-empty-state>
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class NotAllowed {
  /** From the route. */
  readonly needs = input.required<readonly Permission[]>();

  private readonly store = inject(SessionStore);
  protected readonly missing = computed(() => {
    const first = this.needs().find((permission) => !this.store.may(permission)) ?? this.needs()[0];
    return PERMISSION_TEXT[first];
  });
}
