import { ChangeDetectionStrategy, Component, inject } from '@angular/core';

import { LANGUAGES, LanguageChoice } from '../core/language';

/** Switches the language of the admin. Each language is named in itself. */
@Component({
  selector: 'app-language-menu',
  template: `
    <select
      class="control"
      data-testid="language"
      aria-label="Language"
      i18n-aria-label
      title="Language"
      i18n-title
      (change)="choose($event)"
    >
      @for (language of languages; track language.code) {
        <option [value]="language.code" [selected]="language.code === choice.current" [attr.lang]="language.code">
          {{ language.name }}
        </option>
      }
    </select>
  `,
  styles: `
    .control {
      inline-size: auto;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class LanguageMenu {
  protected readonly languages = LANGUAGES;
  protected readonly choice = inject(LanguageChoice);

  protected choose(event: Event): void {
    if (event.target instanceof HTMLSelectElement) this.choice.choose(event.target.value);
  }
}
