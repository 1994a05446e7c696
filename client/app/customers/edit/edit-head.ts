import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';

import { usePageTitle } from '../../core/page-title';
import { CustomerStore } from '../state/customer-store';
import { People } from '../state/people';
import { Avatar } from '../ui/avatar';
import { DraftsButton } from '../ui/drafts-button';

/** The way back, and who is edited; only the id until the record has arrived. Names the page. */
@Component({
  selector: 'app-edit-head',
  imports: [Avatar, DraftsButton, RouterLink],
  template: `
    <nav class="crumbs" aria-label="Breadcrumb" i18n-aria-label>
      <a routerLink="/customers" i18n>Customers</a>
      <span aria-hidden="true">/</span>
      <a dir="auto" [routerLink]="['/customers', id()]">{{ person()?.name ?? id() }}</a>
    </nav>
    <div class="page-head">
      @if (person(); as who) {
        <app-avatar [person]="who" />
      } @else {
        <span class="to-come" aria-hidden="true"></span>
      }
      <!-- The same element before and after the record arrives: it has the focus. -->
      <h1>
        <ng-container i18n
          >Edit <bdi>{{ person()?.name ?? id() }}</bdi></ng-container
        >
        @if (person()?.isIdOnly === false) {
          &ngsp;<bdi class="id code" data-testid="edited-id">{{ id() }}</bdi>
        }
      </h1>
      <app-drafts-button [except]="id()" />
    </div>
  `,
  styles: `
    .page-head {
      --size: 32px;
    }
    h1 {
      flex: 1;
      min-inline-size: 0;
      overflow-wrap: anywhere;
    }
    .id {
      margin-inline-start: 4px;
      color: var(--ink-soft);
      font-size: 15px;
      font-weight: 500;
      letter-spacing: 0;
    }
    .to-come {
      flex: none;
      inline-size: var(--size);
      block-size: var(--size);
      border-radius: 50%;
      background: var(--hover);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class EditHead {
  readonly id = input.required<string>();

  private readonly store = inject(CustomerStore);
  private readonly people = inject(People);
  protected readonly person = computed(() => {
    const state = this.store.state();
    return state.kind === 'ready' && state.id === this.id() ? this.people.of(state.version.customer) : null;
  });

  constructor() {
    usePageTitle(() => {
      const title = this.person()?.title;
      return title === undefined ? null : $localize`Edit ${title}:customer:`;
    });
  }
}
