import { Injectable, inject } from '@angular/core';

import { LocalStore } from '../../core/local-store';

const KEY = 'looked';
/** Customers whose last look is remembered. */
const MOST = 200;

/** The times at which the reader last looked at the timelines of customers, in this browser. */
@Injectable({ providedIn: 'root' })
export class LastLooks {
  private readonly store = inject(LocalStore);

  /**
   * Notes a look.
   * @param now ms since the Unix epoch
   * @returns the time of the look before, or null for none
   */
  look(id: string, now: number): number | null {
    const looks = this.read().filter(([known]) => known !== id);
    const before = this.read().find(([known]) => known === id);
    this.store.write(KEY, JSON.stringify([[id, now], ...looks].slice(0, MOST)));
    return before?.[1] ?? null;
  }

  private read(): readonly (readonly [id: string, time: number])[] {
    try {
      const looks: unknown = JSON.parse(this.store.read(KEY) ?? '[]');
      return Array.isArray(looks) ? looks.filter(isLook) : [];
    } catch {
      return [];
    }
  }
}

function isLook(value: unknown): value is readonly [string, number] {
  return Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'number';
}
