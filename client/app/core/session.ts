import { Injectable, computed, signal } from '@angular/core';

export type Permission = 'read' | 'write' | 'delete' | 'export' | 'ingest' | 'manage';
export type Role = 'viewer' | 'editor' | 'admin';

export interface SignedInUser {
  readonly id: number;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
}

/** The reader of the admin, and what the reader may do. */
export interface Session {
  /** The rights without a login: everything, nothing, or only to make the first user. */
  readonly access: 'open' | 'closed' | 'setup';
  readonly user: SignedInUser | null;
  readonly permissions: readonly Permission[];
  /** True if people can log in by a provider. */
  readonly single_sign_on: boolean;
  /** The attributes that make the display name of a customer, in groups; absent for readers that may not read. */
  readonly display_name?: readonly (readonly string[])[];
}

/** Holds the session. Until it is known, everything is offered: the server refuses what is not allowed. */
@Injectable({ providedIn: 'root' })
export class SessionStore {
  private readonly _session = signal<Session | null>(null);

  /** Null while it is not known. */
  readonly session = this._session.asReadonly();
  readonly user = computed(() => this._session()?.user ?? null);
  /** True if the reader has to log in, or to set Roster up, before anything else. */
  readonly isOutside = computed(() => {
    const session = this._session();
    return session !== null && session.access !== 'open' && session.user === null;
  });

  set(session: Session): void {
    this._session.set(session);
  }

  may(permission: Permission): boolean {
    return this._session()?.permissions.includes(permission) ?? true;
  }
}
