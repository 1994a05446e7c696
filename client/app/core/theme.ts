import { DOCUMENT, Injectable, effect, inject, signal } from '@angular/core';

import { LocalStore } from './local-store';

export type Theme = 'light' | 'dark' | 'system';

const KEY = 'theme';

/**
 * The theme: light, dark, or that of the system. The choice is stored in this browser. A script in `index.html` reads the same
 * key and applies the theme before the first paint.
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
