import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../../config/config.js';
import { AccessRepository } from '../../domain/access/access-repository.js';
import type { AuditAction, AuditDraft } from '../../domain/access/audit.js';
import type { Role } from '../../domain/access/permission.js';
import { emailKey, type User } from '../../domain/access/user.js';
import { DomainError } from '../../domain/errors.js';
import { originOf } from '../../http/client-address.js';
import { authorOf } from '../client.js';
import { Gate } from '../gate.js';
import { isUserEmail, isVisibleName } from '../user-texts.js';
import { SingleSignOnFailure, type FailureCode } from './failure.js';
import type { Identity } from './provider.js';
import { roleOf } from './role-claim.js';

/** The details that tell the entries of single sign-on from others in the audit. */
const WAY = { way: 'single sign-on' };

/** Finds, links or makes the user of a person who has signed in at the provider. */
@Injectable()
export class People {
  constructor(
    private readonly access: AccessRepository,
    private readonly gate: Gate,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws SingleSignOnFailure for a person who may not come in */
  async userOf(identity: Identity, request: FastifyRequest): Promise<User> {
    const email = emailOf(identity);
    const known = (await this.access.userByAccount(identity.account)) ?? (await this.invited(identity, email));
    if (known?.isDisabled) throw new SingleSignOnFailure('sso_disabled', 'The user is disabled.', known.email);
    try {
      const user = known
        ? await this.linked(await this.withRole(known, identity, request), identity, request)
        : await this.create(identity, email, request);
      this.gate.forget();
      return user;
    } catch (error) {
      throw failureOfChange(error, known?.email ?? email);
    }
  }

  /** The user with the email of a person; undefined when there is none. */
  private async invited({ claims }: Identity, email: string | undefined): Promise<User | undefined> {
    const user = email === undefined ? undefined : (await this.access.userByEmail(email))?.user;
    if (user && !user.mayBeLinked) {
      throw new SingleSignOnFailure('sso_not_invited', 'A user with this email does not sign in this way.', email);
    }
    if (user && claims.email_verified !== true) {
      throw new SingleSignOnFailure('sso_unverified_email', 'The provider has not verified the email.', email);
    }
    return user;
  }

  private async linked(user: User, { account }: Identity, request: FastifyRequest): Promise<User> {
    if (user.account?.issuer === account.issuer && user.account.subject === account.subject) return user;
    return this.access.linkAccount(user.id, account, entry(user, 'user.changed', { ...WAY, linked: true }, request));
  }

  /** Gives a user the role that the claim says. */
  private async withRole(user: User, identity: Identity, request: FastifyRequest): Promise<User> {
    if (this.config.singleSignOn?.roleClaim === undefined) return user;
    const role = this.roleFor(identity, user.email);
    if (role === user.role) return user;
    return this.access.changeUser(user.id, { role }, entry(user, 'user.changed', { ...WAY, role }, request));
  }

  private async create(identity: Identity, email: string | undefined, request: FastifyRequest): Promise<User> {
    const role = this.roleFor(identity, email);
    if (email === undefined) throw new SingleSignOnFailure('sso_no_email', 'The provider names no email.');
    const situation = await this.gate.situation(request);
    if (situation === 'setup' || (role !== 'admin' && !(await this.access.state()).hasUsers)) {
      throw new SingleSignOnFailure('sso_not_set_up', 'There is no user yet. Make the first one, an admin.', email);
    }
    const name = [identity.claims.name, identity.claims.preferred_username, email].find(isVisibleName) ?? email;
    const draft = entry({ email }, 'user.created', { ...WAY, role }, request);
    return this.access.createUser({ email, name: name.trim(), role, account: identity.account }, draft, Date.now());
  }

  private roleFor({ claims }: Identity, email: string | undefined): Role {
    const { roleClaim, defaultRole } = this.config.singleSignOn ?? {};
    const role = (roleClaim === undefined ? undefined : roleOf(claims[roleClaim])) ?? defaultRole;
    if (role === undefined) throw new SingleSignOnFailure('sso_no_role', 'No role follows from the claims.', email);
    return role;
  }
}

function emailOf({ claims: { email } }: Identity): string | undefined {
  return isUserEmail(email) ? emailKey(email) : undefined;
}

function entry(
  user: Parameters<typeof authorOf>[0],
  action: AuditAction,
  details: AuditDraft['details'],
  request: FastifyRequest,
): AuditDraft {
  return { author: authorOf(user), origin: originOf(request), action, target: user.email, details };
}

/** Explains a refused change by a code of the login page. */
function failureOfChange(error: unknown, email: string | undefined): unknown {
  const code = error instanceof DomainError ? FAILURES[error.code] : undefined;
  return code === undefined ? error : new SingleSignOnFailure(code, `The user was not changed: ${code}.`, email);
}

const FAILURES: Partial<Record<DomainError['code'], FailureCode>> = {
  last_admin: 'sso_last_admin',
  // Another login was faster.
  email_taken: 'sso_not_invited',
  user_not_found: 'sso_disabled',
};
