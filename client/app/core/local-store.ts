import { DOCUMENT, Injectable, inject } from '@angular/core';

/** Settings of the user in this browser. Without local storage (private mode, policy) they last for the visit. */
@Injectable({ providedIn: 'root' })
export class LocalStore {
  private readonly window = inject(DOCUMENT).defaultView;
  private readonly visit = new Map<string, string>();

  /** @param key without the prefix of all keys of the admin */
  read(key: string): string | null {
    try {
      return this.visit.get(key) ?? this.window?.localStorage.getItem(`roster.${key}`) ?? null;
    } catch {
      return null;
    }
  }

  /** The keys with this beginning, of this visit and earlier ones. */
  keys(prefix: string): string[] {
    const kept = (): string[] =>
      Object.keys(this.window?.localStorage ?? {}).map((key) => key.replace(/^roster\./, ''));
    try {
      return [...new Set([...this.visit.keys(), ...kept()])].filter((key) => key.startsWith(prefix));
    } catch {
      return [...this.visit.keys()].filter((key) => key.startsWith(prefix));
    }
  }

  /** Tells whether a value outlasts the visit. */
  isStored(key: string): boolean {
    try {
      return this.window?.localStorage.getItem(`roster.${key}`) === this.visit.get(key);
    } catch {
      return false;
    }
  }

  /** @param value null removes the key */
  write(key: string, value: string | null): void {
    if (value === null) this.visit.delete(key);
    else this.visit.set(key, value);
    try {
      if (value === null) this.window?.localStorage.removeItem(`roster.${key}`);
      else this.window?.localStorage.setItem(`roster.${key}`, value);
    } catch {
      // Local storage is closed or full. The value lasts for the visit.
    }
  }
}
