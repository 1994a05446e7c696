import { ChangeDetectionStrategy, Component } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Icon } from './icon';

@Component({
  selector: 'app-page-not-found',
  imports: [Icon, RouterLink],
  template: `
    <span class="badge"><app-icon name="search" /></span>
    <h1 i18n>Page not found</h1>
    <p class="muted" i18n>There is nothing at this address.</p>
    <a class="button outlined" routerLink="/customers" i18n>Go to customers</a>
  `,
  styles: `
    :host {
      display: flex;
      flex-direction: column;
      align-items: center;
      gap: var(--space-3);
      padding: var(--space-8) var(--space-4);
      text-align: center;
    }
    .badge {
      display: inline-flex;
      padding: var(--space-3);
      border-radius: 999px;
      background: var(--hover);
      color: var(--ink-soft);
      font-size: 20px;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class PageNotFound {}
