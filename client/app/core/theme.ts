import { DOCUMENT, Injectable, effect, inject, signal } from '@angular/core';

import { LocalStore } from './local-store';

export type Theme = 'light' | 'dark' | 'system';

const KEY = 'theme';

/**
 * Light, dark, or what the system says. The choice is kept in this browser; a line of script in `index.html` applies it
 * before anything is painted, and reads the same key.
 */
@Injectable({ providedIn: 'root' })
export class ThemeStore {
  private readonly store = inject(LocalStore);
  private readonly root = inject(DOCUMENT).documentElement;
  private readonly _theme = signal<Theme>(remembered(this.store.read(KEY)));

  readonly theme = this._theme.asReadonly();

  constructor() {
    effect(() => {
      const theme = this._theme();
      if (theme === 'system') delete this.root.dataset.theme;
      else this.root.dataset.theme = theme;
    });
  }

  choose(theme: Theme): void {
    this._theme.set(theme);
    this.store.write(KEY, theme === 'system' ? null : theme);
  }
}

function remembered(kept: string | null): Theme {
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}
