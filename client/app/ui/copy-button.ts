import { ChangeDetectionStrategy, Component, DOCUMENT, computed, inject, input, signal } from '@angular/core';

import { Announcer } from '../core/announcer';
import { Icon } from './icon';

@Component({
  selector: 'app-copy-button',
  imports: [Icon],
  template: `
    <button type="button" class="icon-button small" [attr.aria-label]="label()" [title]="label()" (click)="copy()">
      <app-icon [name]="copied() ? 'check' : 'copy'" />
    </button>
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class CopyButton {
  readonly text = input.required<string>();
  /** Name of what is copied, for the label: "id", "email". */
  readonly what = input.required<string>();

  private readonly clipboard = inject(DOCUMENT).defaultView?.navigator.clipboard;
  private readonly announcer = inject(Announcer);
  protected readonly label = computed(() => $localize`Copy ${this.what()}:what:`);
  protected readonly copied = signal(false);

  protected async copy(): Promise<void> {
    await this.clipboard?.writeText(this.text());
    this.copied.set(true);
    this.announcer.announce($localize`Copied ${this.what()}:what:`);
    setTimeout(() => this.copied.set(false), 1500);
  }
}
