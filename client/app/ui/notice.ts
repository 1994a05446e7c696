import { ChangeDetectionStrategy, Component, input } from '@angular/core';

import { Icon } from './icon';

/** A message that needs attention. Screen readers read it when it appears. Its actions are projected. */
@Component({
  selector: 'app-notice',
  imports: [Icon],
  host: { role: 'alert', '[class.danger]': "tone() === 'danger'" },
  template: `
    <app-icon name="alert" />
    <div class="body">
      <strong>{{ heading() }}</strong>
      <ng-content />
    </div>
  `,
  styles: `
    :host {
      display: flex;
      gap: var(--space-3);
      padding: var(--space-4);
      border: 1px solid var(--caution-line);
      border-radius: var(--radius);
      background: var(--caution-soft);
      color: var(--ink);
    }
    :host(.danger) {
      border-color: var(--danger-line);
      background: var(--danger-soft);
    }
    app-icon {
      margin-block-start: 2px;
      color: var(--caution);
      font-size: 17px;
    }
    :host(.danger) app-icon {
      color: var(--danger);
    }
    .body {
      display: grid;
      flex: 1;
      gap: var(--space-2);
      min-inline-size: 0;
      overflow-wrap: anywhere;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Notice {
  readonly heading = input.required<string>();
  readonly tone = input<'caution' | 'danger'>('danger');
}
