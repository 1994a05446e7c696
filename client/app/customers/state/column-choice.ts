import { Injectable, computed, inject, signal } from '@angular/core';

import { LocalStore } from '../../core/local-store';
import { Column, columnKey, columnOf } from '../model/column';

const KEY = 'columns';
const DEFAULT = ['attribute:email', 'attribute:created_at', 'last_updated'];
/** Most columns: a wider table can not be read. */
export const MOST_COLUMNS = 12;

/** The columns of the list that the user chose, stored in this browser. */
@Injectable({ providedIn: 'root' })
export class ColumnChoice {
  private readonly store = inject(LocalStore);
  private readonly keys = signal<readonly string[]>(read(this.store.read(KEY)));

  readonly columns = computed<readonly Column[]>(() => this.keys().map(columnOf));
  readonly isDefault = computed(() => this.keys().join('\n') === DEFAULT.join('\n'));

  has(column: Column): boolean {
    return this.keys().includes(columnKey(column));
  }

  /** Adds a column at the end, or removes it. */
  toggle(column: Column): void {
    const key = columnKey(column);
    const keys = this.keys();
    this.choose(keys.includes(key) ? keys.filter((other) => other !== key) : [...keys, key].slice(0, MOST_COLUMNS));
  }

  reset(): void {
    this.choose(DEFAULT);
  }

  private choose(keys: readonly string[]): void {
    this.keys.set(keys);
    this.store.write(KEY, this.isDefault() ? null : JSON.stringify(keys));
  }
}

/** The stored keys; the default columns when the text can not be read, such as from another version. */
function read(kept: string | null): readonly string[] {
  try {
    const keys: unknown = JSON.parse(kept ?? 'null');
    if (!Array.isArray(keys)) return DEFAULT;
    return keys.filter(
      (key): key is string => typeof key === 'string' && /^(?:last_updated$|(?:attribute|event):.)/.test(key),
    );
  } catch {
    return DEFAULT;
  }
}
