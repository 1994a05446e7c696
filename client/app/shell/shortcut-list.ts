import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { MatDialogClose, MatDialogContent, MatDialogTitle } from '@angular/material/dialog';

import { Shortcut, Shortcuts, keysOf } from '../core/shortcuts';
import { Icon } from '../ui/icon';

const NAMES: Readonly<Record<string, string>> = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Enter: '↵',
};
const IS_APPLE = /Mac|iP(?:hone|ad|od)/.test(navigator.userAgent);

/** Lists the shortcuts of the page, with the switch for those of a single character. */
@Component({
  selector: 'app-shortcut-list',
  imports: [Icon, MatDialogClose, MatDialogContent, MatDialogTitle],
  template: `
    <div class="head">
      <h2 mat-dialog-title i18n>Keyboard shortcuts</h2>
      <button type="button" class="icon-button" mat-dialog-close aria-label="Close" i18n-aria-label>
        <app-icon name="close" />
      </button>
    </div>
    <mat-dialog-content>
      @for (group of groups(); track group.heading) {
        <h3>{{ group.heading }}</h3>
        <dl>
          @for (shortcut of group.shortcuts; track shortcut.label) {
            <div>
              <dt>{{ shortcut.label }}</dt>
              <dd>
                @for (keys of shown(shortcut); track $index) {
                  @if (!$first) {
                    <span class="muted" i18n="between two keys that do the same">or</span>
                  }
                  @for (key of keys; track $index) {
                    <kbd>{{ key }}</kbd>
                  }
                }
              </dd>
            </div>
          }
        </dl>
      }
      <label class="switch">
        <input type="checkbox" [checked]="shortcuts.enabled()" (change)="shortcuts.enable(!shortcuts.enabled())" />
        <span i18n>Use shortcuts of a single key</span>
      </label>
    </mat-dialog-content>
  `,
  styles: `
    .head {
      display: flex;
      align-items: center;
      justify-content: space-between;
      padding-inline-end: var(--space-3);
    }
    h3 {
      margin: var(--space-4) 0 var(--space-1);
      color: var(--ink-soft);
      font-size: 12.5px;
      font-weight: 600;
    }
    dl {
      margin: 0;
    }
    dl div {
      display: flex;
      align-items: center;
      justify-content: space-between;
      gap: var(--space-4);
      min-block-size: 36px;
      border-block-end: 1px solid var(--line);
      color: var(--ink);
    }
    dd {
      display: flex;
      align-items: center;
      gap: 6px;
      margin: 0;
      white-space: nowrap;
    }
    .switch {
      display: flex;
      align-items: center;
      gap: var(--space-2);
      min-block-size: 44px;
      margin-block-start: var(--space-3);
      color: var(--ink);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ShortcutList {
  protected readonly shortcuts = inject(Shortcuts);

  /** The groups by heading, those of the page before those of the shell. A key that the page takes from the shell is listed once. */
  protected readonly groups = computed(() => {
    const byHeading = new Map<string, Shortcut[]>();
    const listed = new Set<string>();
    for (const { heading, shortcuts } of [...this.shortcuts.groups()].reverse()) {
      const others = shortcuts.filter((shortcut) => !listed.has(textOf(shortcut)));
      byHeading.set(heading, [...(byHeading.get(heading) ?? []), ...others]);
      for (const shortcut of shortcuts) listed.add(textOf(shortcut));
    }
    return [...byHeading].map(([heading, shortcuts]) => ({ heading, shortcuts }));
  });

  protected shown(shortcut: Shortcut): readonly (readonly string[])[] {
    return keysOf(shortcut).map((keys) =>
      keys.split(/[ +]/).map((key) => (key === 'mod' ? (IS_APPLE ? '⌘' : 'Ctrl') : (NAMES[key] ?? key))),
    );
  }
}

function textOf(shortcut: Shortcut): string {
  return `${keysOf(shortcut).join(' ')} ${shortcut.label}`;
}
