import { ChangeDetectionStrategy, Component, input } from '@angular/core';

import { Icon, IconName } from './icon';

/** Stands in for a page or part without content: the reason, and as projected content what to do. */
@Component({
  selector: 'app-empty-state',
  imports: [Icon],
  template: `
    <span class="badge"><app-icon [name]="icon()" /></span>
    <h2>{{ heading() }}</h2>
    <ng-content />
  `,
  styles: `
    :host {
      display: flex;
      flex-direction: column;
      align-items: center;
      gap: var(--space-3);
      padding: var(--space-8) var(--space-4);
      text-align: center;
      overflow-wrap: anywhere;
    }
    .badge {
      display: inline-flex;
      padding: var(--space-3);
      border-radius: 999px;
      background: var(--hover);
      color: var(--ink-soft);
      font-size: 20px;
    }
    h2 {
      font-size: 16px;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class EmptyState {
  readonly icon = input<IconName>('inbox');
  readonly heading = input.required<string>();
}
