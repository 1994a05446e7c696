import { Injectable, inject } from '@angular/core';

import { LocalStore } from '../../core/local-store';
import { SessionStore } from '../../core/session';

const KEY = 'recent';
/** Customers that are remembered. */
const MOST = 8;

export interface RecentCustomer {
  readonly id: string;
  /** The display name at the last look. */
  readonly name: string;
}

/** The customers that the reader looked at last, in this browser; each user sees the own ones alone. */
@Injectable({ providedIn: 'root' })
export class RecentCustomers {
  private readonly store = inject(LocalStore);
  private readonly user = inject(SessionStore).user;

  /** The last one first. */
  list(): readonly RecentCustomer[] {
    try {
      const kept: unknown = JSON.parse(this.store.read(this.key()) ?? '[]');
      return Array.isArray(kept) ? kept.filter(isRecent) : [];
    } catch {
      return [];
    }
  }

  note({ id, name }: RecentCustomer): void {
    this.write([{ id, name }, ...this.list().filter((other) => other.id !== id)].slice(0, MOST));
  }

  /** Forgets a customer that was deleted. */
  forget(id: string): void {
    this.write(this.list().filter((other) => other.id !== id));
  }

  private write(list: readonly RecentCustomer[]): void {
    this.store.write(this.key(), list.length === 0 ? null : JSON.stringify(list));
  }

  private key(): string {
    return `${KEY}:${this.user()?.id ?? ''}`;
  }
}

function isRecent(value: unknown): value is RecentCustomer {
  return (
    typeof value === 'object' &&
    value !== null &&
    'id' in value &&
    typeof value.id === 'string' &&
    'name' in value &&
    typeof value.name === 'string'
  );
}
