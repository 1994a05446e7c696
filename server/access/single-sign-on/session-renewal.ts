import { Injectable, Logger } from '@nestjs/common';
import { AccessRepository } from '../../domain/access/access-repository.js';
import type { Origin } from '../../domain/access/audit.js';
import { SESSION_MS, type SessionWithUser } from '../../domain/access/session.js';
import { authorOf } from '../client.js';
import { Provider, type Renewal } from './provider.js';
import { seal, unseal } from './sealed.js';

/** Asks the provider now and then whether a session that it made may go on. */
@Injectable()
export class SessionRenewal {
  private readonly logger = new Logger('SingleSignOn');
  /** The questions under way, by session. */
  private readonly underWay = new Map<number, Promise<boolean>>();

  constructor(
    private readonly access: AccessRepository,
    private readonly provider: Provider,
  ) {}

  /**
   * Tells whether a session may go on. It asks the provider every five minutes at most, and ends the session when the provider refuses.
   * @param secret of the session, which opens its refresh token
   */
  mayGoOn(person: SessionWithUser, secret: string, origin: Origin): Promise<boolean> | true {
    const { id, sealedRefresh, refreshedAt = 0 } = person.session;
    if (sealedRefresh === undefined || Date.now() - refreshedAt < SESSION_MS.refresh) return true;
    const known = this.underWay.get(id);
    if (known) return known;
    const answer = this.ask(person, sealedRefresh, secret, origin).finally(() => this.underWay.delete(id));
    this.underWay.set(id, answer);
    return answer;
  }

  private async ask(
    { session, user }: SessionWithUser,
    sealed: Uint8Array,
    secret: string,
    origin: Origin,
  ): Promise<boolean> {
    const now = Date.now();
    // A refresh token is good for one use with many providers: another process that asks meanwhile must not use it too.
    if (!(await this.access.claimRefresh(session.id, session.refreshedAt, now))) return true;
    const renewal = await this.renew(unseal(sealed, secret, 'refresh token'), user.account);
    switch (renewal.kind) {
      case 'granted':
        if (renewal.refreshToken !== undefined) {
          await this.access.touchSession(session.id, now, {
            sealed: seal(renewal.refreshToken, secret, 'refresh token'),
          });
        }
        return true;
      case 'none':
        this.logger.warn(`The provider does not say whether a session may go on: ${renewal.reason}`);
        return true;
      case 'refused':
        this.logger.log(`The provider has ended a session: ${renewal.reason}`);
        await this.access.endSessions(
          user.id,
          { id: session.id },
          {
            author: authorOf(user),
            origin,
            action: 'session.ended',
            target: user.email,
            details: { reason: 'refused by the provider' },
          },
        );
        return false;
      default:
        return renewal satisfies never;
    }
  }

  private async renew(token: string | undefined, account: SessionWithUser['user']['account']): Promise<Renewal> {
    if (token === undefined || account === undefined)
      return { kind: 'refused', reason: 'there is nothing to ask with' };
    return this.provider.renew(token, account);
  }
}
