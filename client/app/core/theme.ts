import { DOCUMENT, Injectable, computed, effect, inject, signal } from '@angular/core';

export type Theme = 'light' | 'dark';

const KEY = 'roster.theme';

/**
 * Light or dark. Follows the system until a person chooses otherwise; choosing what the system says follows it again.
 * The choice is kept in local storage; where that is closed to us it lasts for the visit.
 */
@Injectable({ providedIn: 'root' })
export class ThemeStore {
  private readonly document = inject(DOCUMENT);
  private readonly _system = signal<Theme>('light');
  private readonly _chosen = signal<Theme | null>(this.remembered());

  readonly theme = computed(() => this._chosen() ?? this._system());

  constructor() {
    const dark = this.document.defaultView?.matchMedia('(prefers-color-scheme: dark)');
    if (dark) {
      this._system.set(dark.matches ? 'dark' : 'light');
      dark.addEventListener('change', (change) => this._system.set(change.matches ? 'dark' : 'light'));
    }
    this.apply();
    effect(() => this.apply());
  }

  toggle(): void {
    const next = this.theme() === 'dark' ? 'light' : 'dark';
    this._chosen.set(next === this._system() ? null : next);
    this.remember(this._chosen());
  }

  private apply(): void {
    const chosen = this._chosen();
    if (chosen) this.document.documentElement.dataset.theme = chosen;
    else delete this.document.documentElement.dataset.theme;
  }

  private remembered(): Theme | null {
    try {
      const kept = this.document.defaultView?.localStorage.getItem(KEY);
      return kept === 'light' || kept === 'dark' ? kept : null;
    } catch {
      return null;
    }
  }

  private remember(choice: Theme | null): void {
    try {
      if (choice) this.document.defaultView?.localStorage.setItem(KEY, choice);
      else this.document.defaultView?.localStorage.removeItem(KEY);
    } catch {
      // Storage is closed (private mode, policy): the choice lasts for this visit.
    }
  }
}
