import { DOCUMENT, Injectable, inject } from '@angular/core';

/** What this browser remembers for a person. Where storage is closed (private mode, policy) it lasts for the visit. */
@Injectable({ providedIn: 'root' })
export class LocalStore {
  private readonly window = inject(DOCUMENT).defaultView;
  private readonly visit = new Map<string, string>();

  /** @param key without the prefix that all of the admin's keys share */
  read(key: string): string | null {
    try {
      return this.visit.get(key) ?? this.window?.localStorage.getItem(`roster.${key}`) ?? null;
    } catch {
      return null;
    }
  }

  /** The keys that begin so, of this visit and earlier ones. */
  keys(prefix: string): string[] {
    const kept = (): string[] =>
      Object.keys(this.window?.localStorage ?? {}).map((key) => key.replace(/^roster\./, ''));
    try {
      return [...new Set([...this.visit.keys(), ...kept()])].filter((key) => key.startsWith(prefix));
    } catch {
      return [...this.visit.keys()].filter((key) => key.startsWith(prefix));
    }
  }

  /** @param value null forgets it */
  write(key: string, value: string | null): void {
    if (value === null) this.visit.delete(key);
    else this.visit.set(key, value);
    try {
      if (value === null) this.window?.localStorage.removeItem(`roster.${key}`);
      else this.window?.localStorage.setItem(`roster.${key}`, value);
    } catch {
      // Closed or full: the visit remembers.
    }
  }
}
