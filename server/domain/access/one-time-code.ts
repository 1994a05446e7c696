const HOUR_MS = 3_600_000;

/** What a one-time code allows: to make the first user, or to set the password of a user. */
export type CodePurpose = 'set-up' | 'invitation' | 'password';

/** How long each kind of code lives, in ms. */
export const CODE_MS: Readonly<Record<CodePurpose, number>> = {
  'set-up': HOUR_MS,
  invitation: 24 * HOUR_MS,
  password: 24 * HOUR_MS,
};

/** How many wrong codes a set-up code outlives. */
export const SET_UP_TRIES = 10;

/** A code of 128 bits that works once. Only its SHA-256 is kept. */
export interface OneTimeCode {
  readonly hash: Uint8Array;
  readonly purpose: CodePurpose;
  /** The user whose password it sets; undefined for the set-up. */
  readonly userId: number | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly endsAt: number;
}
