import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

import { parseJson, writeJson } from '../../core/exact-json';
import { CopyButton } from '../../ui/copy-button';

/** The text of a message: JSON with a member a line, anything else as it came. Copying gives it as it came. */
@Component({
  selector: 'app-call-text',
  imports: [CopyButton],
  template: `
    <pre tabindex="0" dir="auto" role="region" aria-label="Text of the message" i18n-aria-label data-testid="text">{{
      pretty()
    }}</pre>
    <app-copy-button [text]="text()" [what]="copied" />
  `,
  styles: `
    :host {
      position: relative;
      display: block;
    }
    pre {
      overflow: auto;
      max-block-size: 360px;
      margin: 0;
      padding: var(--space-3) 44px var(--space-3) var(--space-3);
      border-radius: var(--radius-s);
      background: var(--hover);
      font: 12.5px/1.5 var(--mono);
      white-space: pre-wrap;
      overflow-wrap: anywhere;
    }
    app-copy-button {
      position: absolute;
      inset: 4px 4px auto auto;
      border-radius: var(--radius-s);
      background: var(--hover);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class CallText {
  readonly text = input.required<string>();

  protected readonly copied = $localize`:what is copied:text`;
  protected readonly pretty = computed(() => {
    try {
      return writeJson(parseJson(this.text()), '  ');
    } catch {
      return this.text();
    }
  });
}
