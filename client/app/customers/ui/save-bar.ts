import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import { RouterLink } from '@angular/router';

/** The bar above a form: the projected content, the way back and the button that submits. */
@Component({
  selector: 'app-save-bar',
  imports: [RouterLink],
  host: { role: 'group', '[attr.aria-label]': 'group' },
  template: `
    <div class="said"><ng-content /></div>
    <a class="button" [routerLink]="back()" data-testid="discard" aria-keyshortcuts="Escape" title="Esc" i18n-title i18n
      >Discard</a
    >
    <button
      class="button"
      type="submit"
      data-testid="save"
      aria-keyshortcuts="Control+S Meta+S"
      title="Ctrl+S"
      i18n-title
      [class.filled]="!idle()"
      [class.outlined]="idle()"
      [attr.aria-disabled]="idle()"
      [attr.aria-busy]="saving()"
    >
      {{ saving() ? savingLabel() : label() }}
    </button>
  `,
  styles: `
    /* Stays at the upper edge of the window. */
    :host {
      position: sticky;
      z-index: 5;
      inset-block-start: 0;
      display: flex;
      align-items: center;
      gap: var(--space-2);
      padding-block: var(--space-2);
      background: var(--ground);
    }
    [aria-disabled='true'] {
      color: var(--ink-soft);
      cursor: default;
    }
    .said {
      flex: 1;
      min-inline-size: 0;
      font-size: 13px;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class SaveBar {
  /** Target of Discard. The page asks before it discards edits. */
  readonly back = input.required<string | readonly string[]>();
  readonly saving = input.required<boolean>();
  /** True while there is nothing to save. */
  readonly idle = input(false);
  readonly label = input.required<string>();
  readonly savingLabel = input.required<string>();

  protected readonly group = $localize`Save`;
}
