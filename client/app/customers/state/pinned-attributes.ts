import { Injectable, inject, signal } from '@angular/core';

import { LocalStore } from '../../core/local-store';

const KEY = 'pinned-attributes';

/** The names of the attributes that are shown first, in this browser, for every customer. */
@Injectable({ providedIn: 'root' })
export class PinnedAttributes {
  private readonly store = inject(LocalStore);
  private readonly _names = signal(read(this.store.read(KEY)));

  /** In the order in which they were pinned. */
  readonly names = this._names.asReadonly();

  toggle(name: string): void {
    const others = this._names().filter((other) => other !== name);
    const names = others.length < this._names().length ? others : [...others, name];
    this._names.set(names);
    this.store.write(KEY, names.length > 0 ? JSON.stringify(names) : null);
  }
}

function read(text: string | null): readonly string[] {
  try {
    const names: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
  } catch {
    return [];
  }
}
