import { Injectable } from '@nestjs/common';
import { DomainError } from '../domain/errors.js';
import { utf8Length } from '../domain/limits.js';
import { ByteBudget } from '../http/byte-budget.js';
import { PasswordHasher } from './password-hasher.js';

const PASSWORD_LIMITS = {
  /** The fewest characters. */
  characters: 10,
  /** The most bytes of UTF-8. */
  bytes: 1_024,
  /** Passwords that are hashed at a time; each takes 19 MiB and a core. */
  atOnce: 2,
  waiting: 20,
  patienceMs: 10_000,
} as const;

const BUSY = 'Too many people log in at this moment. Try again.';
/** The hash of a password that nobody knows. A user without a password costs the same time as any other. */
const NOBODY = '$argon2id$v=19$m=19456,t=2,p=1$umVp5IU6RVgI4Q5MZU4YMQ$+eq75zyyA9IjJ6eI7Rvfy0K/0tj4OtXYPoKzYpNEnFs';

/** Checks and hashes passwords, a few at a time. */
@Injectable()
export class Passwords {
  private readonly turns = new ByteBudget(
    { bytes: PASSWORD_LIMITS.atOnce, waiting: PASSWORD_LIMITS.waiting, patienceMs: PASSWORD_LIMITS.patienceMs },
    BUSY,
  );

  constructor(private readonly hasher: PasswordHasher) {}

  /**
   * Hashes a new password.
   * @throws DomainError `password_refused` for one that is too short, too long or common; `busy`
   */
  async hash(password: string): Promise<string> {
    await check(password);
    return this.inTurn(() => this.hasher.hash(normal(password)));
  }

  /** @param hash undefined for a user without a password, which takes the same time and is never right */
  async verify(hash: string | undefined, password: string): Promise<boolean> {
    const isRight = await this.hasher.verify(hash ?? NOBODY, normal(password));
    return isRight && hash !== undefined;
  }

  /** Waits until few other passwords are being hashed. @throws DomainError `busy` */
  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const release = await this.turns.take(1, new AbortController().signal);
    try {
      return await work();
    } finally {
      release();
    }
  }
}

export function passwordRefused(field: string, message: string): DomainError {
  return new DomainError('password_refused', message, [{ field, message }]);
}

async function check(password: string): Promise<void> {
  const { characters, bytes } = PASSWORD_LIMITS;
  if (Array.from(normal(password)).length < characters) {
    throw passwordRefused('password', `A password has at least ${characters} characters. Take several words.`);
  }
  if (utf8Length(password) > bytes) throw passwordRefused('password', `A password has at most ${bytes} bytes.`);
  // Loaded on demand: the list takes some ms and MB.
  const { isCommon } = await import('./common-passwords.js');
  if (isCommon(normal(password))) {
    throw passwordRefused(
      'password',
      'This password is one of the commonest, which attackers try first. Take another.',
    );
  }
}

/** One form of the same characters, whatever keyboard they were typed on (NIST SP 800-63B, 5.1.1.2). */
function normal(password: string): string {
  return password.normalize('NFKC');
}
