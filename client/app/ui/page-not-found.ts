import { ChangeDetectionStrategy, Component } from '@angular/core';
import { RouterLink } from '@angular/router';

@Component({
  selector: 'app-page-not-found',
  imports: [RouterLink],
  template: `
    <h1 i18n>Page not found</h1>
    <p class="muted" i18n>There is nothing at this address.</p>
    <a class="button outlined" routerLink="/customers" i18n>Go to customers</a>
  `,
  styles: `
    p {
      margin-block: var(--space-2) var(--space-4);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class PageNotFound {}
