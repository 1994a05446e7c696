import { ChangeDetectionStrategy, Component, inject } from '@angular/core';

import { Theme, ThemeStore } from '../core/theme';
import { Icon, IconName } from '../ui/icon';

interface Choice {
  readonly theme: Theme;
  readonly icon: IconName;
  readonly label: string;
}

/** Switches between light, dark and the theme of the system. The choices are radio buttons: arrow keys move between them. */
@Component({
  selector: 'app-theme-switch',
  imports: [Icon],
  template: `
    <fieldset>
      <legend class="cdk-visually-hidden" i18n>Theme</legend>
      @for (choice of choices; track choice.theme) {
        <label [title]="choice.label">
          <input
            class="cdk-visually-hidden"
            type="radio"
            name="theme"
            [attr.data-testid]="'theme-' + choice.theme"
            [attr.aria-label]="choice.label"
            [checked]="themes.theme() === choice.theme"
            (change)="themes.choose(choice.theme)"
          />
          <app-icon [name]="choice.icon" />
        </label>
      }
    </fieldset>
  `,
  styles: `
    fieldset {
      position: relative;
      display: inline-flex;
      gap: 2px;
      margin: 0;
      padding: 2px;
      border: 1px solid var(--line);
      border-radius: var(--radius-s);
    }
    label {
      display: grid;
      place-items: center;
      inline-size: 30px;
      block-size: 28px;
      border-radius: 5px;
      color: var(--ink-soft);
      font-size: 15px;
      cursor: pointer;
    }
    label:hover {
      color: var(--ink);
    }
    label:has(:checked) {
      background: var(--selected);
      color: var(--ink);
    }
    label:has(:focus-visible) {
      outline: 2px solid var(--focus);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ThemeSwitch {
  protected readonly themes = inject(ThemeStore);
  protected readonly choices: readonly Choice[] = [
    { theme: 'light', icon: 'sun', label: $localize`Light` },
    { theme: 'dark', icon: 'moon', label: $localize`Dark` },
    { theme: 'system', icon: 'monitor', label: $localize`As the system` },
  ];
}
