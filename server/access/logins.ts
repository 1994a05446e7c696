import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { setTimeout as wait } from 'node:timers/promises';
import { AccessRepository, type UserWithPassword } from '../domain/access/access-repository.js';
import { ANYONE, type AuditDraft } from '../domain/access/audit.js';
import { decideTry, type RefusedTry } from '../domain/access/login-tries.js';
import { emailKey } from '../domain/access/user.js';
import { DomainError } from '../domain/errors.js';
import { addressOf, networkOf, originOf } from '../http/client-address.js';
import { Passwords } from './passwords.js';

const MINUTE_MS = 60_000;
/** Characters of a wrong email that the audit keeps. */
const SHOWN_CHARACTERS = 255;

/** Checks the passwords of people who log in. Wrong ones are counted in the database, over all processes. */
@Injectable()
export class Logins {
  constructor(
    private readonly access: AccessRepository,
    private readonly passwords: Passwords,
  ) {}

  /**
   * Finds the user with this email and password, and the hash that the password was checked with. Users who are unknown or disabled, or have no password, take the same time and give the
   * same answer as a wrong password.
   * @returns undefined when the email or the password is wrong
   * @throws DomainError `too_many_tries`, `busy`
   */
  async check(email: string, password: string, request: FastifyRequest): Promise<UserWithPassword | undefined> {
    const key = emailKey(email);
    const network = networkOf(addressOf(request));
    // Refuses without a turn, so that a client that guesses does not keep others waiting.
    const now = Date.now();
    const decision = decideTry(await this.access.wrongTries(key, network, now), now);
    if (decision.kind === 'refused') throw tooManyTries(decision);
    await wait(decision.delayMs);
    return this.passwords.inTurn(async () => {
      const begun = await this.access.beginTry(key, network, Date.now());
      if (begun.kind === 'refused') throw tooManyTries(begun);
      const found = await this.access.userByEmail(key);
      const isRight = await this.passwords.verify(found?.passwordHash, password);
      const right = found && isRight && !found.user.isDisabled ? found : undefined;
      await this.access.endTry(begun, right ? undefined : failure(key, request), Date.now());
      return right;
    });
  }
}

function failure(email: string, request: FastifyRequest): AuditDraft {
  const target = email.slice(0, SHOWN_CHARACTERS);
  return { author: ANYONE, origin: originOf(request), action: 'login.failed', target, details: {} };
}

function tooManyTries({ retryAfterMs }: RefusedTry): DomainError {
  const minutes = Math.ceil(retryAfterMs / MINUTE_MS);
  return new DomainError(
    'too_many_tries',
    `Too many wrong passwords. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
    undefined,
    { retryAfterMs },
  );
}
