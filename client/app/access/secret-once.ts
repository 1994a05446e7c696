import { ChangeDetectionStrategy, Component, input } from '@angular/core';

import { CopyButton } from '../ui/copy-button';

/** A secret that is shown once: a link or a token. */
@Component({
  selector: 'app-secret-once',
  imports: [CopyButton],
  host: { role: 'group', '[attr.aria-label]': 'what()' },
  template: `
    <code tabindex="0" data-testid="secret">{{ text() }}</code><app-copy-button [text]="text()" [what]="what()" />
  `,
  styles: `
    :host {
      display: flex;
      align-items: center;
      gap: var(--space-1);
      padding: var(--space-2);
      border: 1px solid var(--line-strong);
      border-radius: var(--radius-s);
    }
    code {
      flex: 1;
      min-inline-size: 0;
      background: none;
      overflow-wrap: anywhere;
      user-select: all;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class SecretOnce {
  readonly text = input.required<string>();
  /** Name of what is copied, for the label of the button. */
  readonly what = input.required<string>();
}
