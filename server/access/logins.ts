import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { setTimeout as wait } from 'node:timers/promises';
import { AccessRepository } from '../domain/access/access-repository.js';
import { ANYONE } from '../domain/access/audit.js';
import { decideTry } from '../domain/access/login-tries.js';
import { emailKey, type User } from '../domain/access/user.js';
import { DomainError } from '../domain/errors.js';
import { addressOf, networkOf, originOf } from '../http/client-address.js';
import { Passwords } from './passwords.js';

const MINUTE_MS = 60_000;
/** Characters of a wrong email that the audit keeps. */
const SHOWN_CHARACTERS = 255;

/** Checks the passwords of people who log in. Wrong ones are counted in the database, over all processes. */
@Injectable()
export class Logins {
  /** The tries under way, by email and network. One after the other, so that none passes that the one before it forbids. */
  private readonly underWay = new Map<string, Promise<unknown>>();

  constructor(
    private readonly access: AccessRepository,
    private readonly passwords: Passwords,
  ) {}

  /**
   * Finds the user with this email and password. Users who are unknown or disabled, or have no password, take the same time and give the
   * same answer as a wrong password.
   * @returns undefined when the email or the password is wrong
   * @throws DomainError `too_many_tries`, `busy`
   */
  async check(email: string, password: string, request: FastifyRequest): Promise<User | undefined> {
    const key = emailKey(email);
    const network = networkOf(addressOf(request));
    // Refuses without a turn, so that a client that guesses does not keep others waiting.
    await wait(await this.delay(key, network));
    return this.passwords.inTurn(() =>
      this.oneByOne(`${network} ${key}`, async () => {
        await this.delay(key, network);
        const found = await this.access.userByEmail(key);
        const isRight = await this.passwords.verify(found?.passwordHash, password);
        if (found && isRight && !found.user.isDisabled) return found.user;
        await this.access.noteWrongTry(
          key,
          network,
          {
            author: ANYONE,
            origin: originOf(request),
            action: 'login.failed',
            target: key.slice(0, SHOWN_CHARACTERS),
            details: {},
          },
          Date.now(),
        );
        return undefined;
      }),
    );
  }

  /** The time that a try has to wait, in ms. @throws DomainError `too_many_tries` */
  private async delay(email: string, network: string): Promise<number> {
    const now = Date.now();
    const decision = decideTry(await this.access.wrongTries(email, network, now), now);
    if (decision.kind === 'try') return decision.delayMs;
    const minutes = Math.ceil(decision.retryAfterMs / MINUTE_MS);
    throw new DomainError(
      'too_many_tries',
      `Too many wrong passwords. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
      undefined,
      { retryAfterMs: decision.retryAfterMs },
    );
  }

  private async oneByOne<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.underWay.get(key);
    const mine = before ? before.then(work, work) : work();
    this.underWay.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.underWay.get(key) === mine) this.underWay.delete(key);
    }
  }
}
