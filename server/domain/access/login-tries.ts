const MINUTE_MS = 60_000;

/** The limits of wrong passwords. They are counted in the database, over all processes. */
export const LOGIN_TRIES = {
  windowMs: 15 * MINUTE_MS,
  perEmailAndAddress: 5,
  perAddress: 50,
  /** Above this many per email, over all addresses, a try is slowed and not refused: nobody can lock a person out. */
  perEmail: 50,
  /** Time that a slowed try waits, in ms. */
  slowMs: 2_000,
} as const;

/** Number of wrong passwords within the window. */
export interface WrongTries {
  readonly ofEmailAndAddress: number;
  readonly ofAddress: number;
  readonly ofEmail: number;
  /** When the oldest counted try of each kind leaves the window, in ms since the Unix epoch; undefined when there is none. */
  readonly emailAndAddressFreeAt: number | undefined;
  readonly addressFreeAt: number | undefined;
}

export interface RefusedTry {
  readonly kind: 'refused';
  readonly retryAfterMs: number;
}

export type TryDecision = { readonly kind: 'try'; readonly delayMs: number } | RefusedTry;

/** A try that counts, and whose password is being checked. */
export interface BegunTry {
  readonly kind: 'begun';
  /** In its stored form. */
  readonly email: string;
  readonly address: string;
  /** When it began, in ms since the Unix epoch. */
  readonly at: number;
  /** True if the audit gets an entry of its own, should the password be wrong. */
  readonly isNoted: boolean;
}

/** Decides whether a password may be tried. */
export function decideTry(tries: WrongTries, now: number): TryDecision {
  const free = Math.max(
    tries.ofEmailAndAddress >= LOGIN_TRIES.perEmailAndAddress ? (tries.emailAndAddressFreeAt ?? now) : 0,
    tries.ofAddress >= LOGIN_TRIES.perAddress ? (tries.addressFreeAt ?? now) : 0,
  );
  if (free > now) return { kind: 'refused', retryAfterMs: free - now };
  return { kind: 'try', delayMs: tries.ofEmail >= LOGIN_TRIES.perEmail ? LOGIN_TRIES.slowMs : 0 };
}
