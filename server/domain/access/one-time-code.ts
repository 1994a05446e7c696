import { DomainError } from '../errors.js';

const HOUR_MS = 3_600_000;

/** The purpose of a one-time code: to make the first user, or to set the password of a user. */
export type CodePurpose = 'set-up' | 'invitation' | 'password';

/** Life of each kind of code, in ms. */
export const CODE_MS: Readonly<Record<CodePurpose, number>> = {
  'set-up': HOUR_MS,
  invitation: 24 * HOUR_MS,
  password: 24 * HOUR_MS,
};

/** Number of wrong codes that ends every set-up code that is there. */
export const SET_UP_TRIES = 10;

/** A code of 128 bits that works once. Only its SHA-256 is kept. */
export interface OneTimeCode {
  readonly hash: Uint8Array;
  readonly purpose: CodePurpose;
  /** The user that gets the password; undefined for the set-up. */
  readonly userId: number | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly endsAt: number;
}

export function codeInvalid(): DomainError {
  return new DomainError('code_invalid', 'This code is wrong, expired or used. Ask for a new one.');
}

export function setUpDone(): DomainError {
  return new DomainError('set_up_done', 'The first user was made already. Log in.');
}
