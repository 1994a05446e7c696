import { DomainError } from '../errors.js';
import type { Role } from './permission.js';

/** An account of the single sign-on provider. It names a person for ever, which an email does not. */
export interface ProviderAccount {
  readonly issuer: string;
  readonly subject: string;
}

/** A person who may log in. */
export interface User {
  readonly id: number;
  /** Unique; in lower case. */
  readonly email: string;
  /** The name that others see. */
  readonly name: string;
  readonly role: Role;
  readonly isDisabled: boolean;
  /** True if a password is set. */
  readonly hasPassword: boolean;
  /** The account by which the user signs in; undefined when there is none. */
  readonly account: ProviderAccount | undefined;
  /** True if an account of the provider with the same, verified email may be linked. */
  readonly mayBeLinked: boolean;
  /** Milliseconds since the Unix epoch, like {@link lastSeenAt}. */
  readonly createdAt: number;
  /** The last use of a session, to the minute; undefined before the first login. */
  readonly lastSeenAt: number | undefined;
}

/** A user before it is stored. */
export type NewUser = Pick<User, 'email' | 'name' | 'role'> & {
  /** The argon2id hash in its usual text form; undefined for a user without a password. */
  readonly passwordHash?: string;
  readonly account?: ProviderAccount;
  readonly mayBeLinked?: boolean;
};

/** The members of a user to change. */
export type UserChange = Partial<Pick<User, 'email' | 'name' | 'role' | 'isDisabled' | 'mayBeLinked'>>;

/** The form in which emails are stored and compared. */
export function emailKey(email: string): string {
  return email.trim().toLowerCase();
}

export function userNotFound(id: number): DomainError {
  return new DomainError('user_not_found', `There is no user with the number ${id}.`);
}

export function emailTaken(email: string): DomainError {
  return new DomainError('email_taken', `There is a user with the email ${JSON.stringify(email)} already.`);
}

export function accountTaken(): DomainError {
  return new DomainError('email_taken', 'Another user signs in with this account of the provider.');
}

export function lastAdmin(): DomainError {
  return new DomainError(
    'last_admin',
    'This is the last admin who can log in. Make another user an admin first; an invited admin counts once it can log in.',
  );
}

/** The error for a user who was removed or disabled, or got another password, while it logged in. */
export function userDisabled(): DomainError {
  return new DomainError(
    'unauthenticated',
    'This user was disabled or removed, or has another password now. Log in again, or ask an admin.',
  );
}
