import { Injectable } from '@nestjs/common';
import { AccessRepository } from '../domain/access/access-repository.js';
import type { AuditAction, AuditDraft } from '../domain/access/audit.js';
import { emailKey, type User, type UserChange } from '../domain/access/user.js';
import type { Actor } from '../domain/actor.js';
import { DomainError } from '../domain/errors.js';
import { Codes, type Link } from './codes.js';
import { Gate } from './gate.js';
import { numberOf } from './read-number.js';
import type {
  LinkAnswer,
  LinkView,
  NewUserAnswer,
  NewUserFields,
  UserAnswer,
  UserFields,
  UserList,
  UserView,
} from './user.dto.js';

/** Rules of the API for users. */
@Injectable()
export class UsersService {
  constructor(
    private readonly access: AccessRepository,
    private readonly codes: Codes,
    private readonly gate: Gate,
  ) {}

  async list(): Promise<UserList> {
    return { users: (await this.access.users()).map(viewOf) };
  }

  /** @throws DomainError `user_not_found` */
  async show(id: string): Promise<UserAnswer> {
    return { user: viewOf(await this.find(id)) };
  }

  /** @throws DomainError `email_taken`; `last_admin` for a first user who is no admin, as nobody could manage the server */
  async create(fields: NewUserFields, actor: Actor): Promise<NewUserAnswer> {
    const { name, role, single_sign_on: mayBeLinked = false } = fields;
    const email = emailKey(fields.email);
    if (role !== 'admin' && !(await this.access.state()).hasUsers) {
      throw new DomainError('last_admin', 'The first user must be an admin. Make an admin first.');
    }
    const audit = entry(actor, 'user.created', email, { role, single_sign_on: mayBeLinked });
    const user = await this.access.createUser({ email, name: name.trim(), role, mayBeLinked }, audit, Date.now());
    this.gate.forget();
    if (mayBeLinked) return { user: viewOf(user) };
    return { user: viewOf(user), link: linkView(await this.codes.linkFor(user, entry(actor, 'user.link', email))) };
  }

  /** @throws DomainError `user_not_found`, `email_taken`, `last_admin` */
  async update(id: string, fields: UserFields, actor: Actor): Promise<UserAnswer> {
    const { email, name, role, disabled, single_sign_on: mayBeLinked } = fields;
    const before = await this.find(id);
    const change: UserChange = {
      ...(email !== undefined && { email: emailKey(email) }),
      ...(name !== undefined && { name: name.trim() }),
      ...(role !== undefined && { role }),
      ...(disabled !== undefined && { isDisabled: disabled }),
      ...(mayBeLinked !== undefined && { mayBeLinked }),
    };
    const details = {
      ...(email !== undefined && { email: emailKey(email) }),
      ...(name !== undefined && { name: name.trim() }),
      ...(role !== undefined && { role }),
      ...(disabled !== undefined && { disabled }),
      ...(mayBeLinked !== undefined && { single_sign_on: mayBeLinked }),
    };
    const user = await this.access.changeUser(before.id, change, entry(actor, 'user.changed', before.email, details));
    this.gate.forget();
    return { user: viewOf(user) };
  }

  /** @throws DomainError `user_not_found`, `last_admin` */
  async remove(id: string, actor: Actor): Promise<void> {
    const user = await this.find(id);
    await this.access.removeUser(user.id, entry(actor, 'user.removed', user.email));
    this.gate.forget();
  }

  /** @throws DomainError `user_not_found` */
  async link(id: string, actor: Actor): Promise<LinkAnswer> {
    const user = await this.find(id);
    return { link: linkView(await this.codes.linkFor(user, entry(actor, 'user.link', user.email))) };
  }

  private async find(id: string): Promise<User> {
    const number = numberOf(id);
    const user = number === undefined ? undefined : await this.access.user(number);
    if (!user) throw new DomainError('user_not_found', `There is no user with the number ${JSON.stringify(id)}.`);
    return user;
  }
}

function entry(
  { author, origin }: Actor,
  action: AuditAction,
  target: string,
  details: AuditDraft['details'] = {},
): AuditDraft {
  return { author, origin, action, target, details };
}

function viewOf(user: User): UserView {
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    role: user.role,
    disabled: user.isDisabled,
    has_password: user.hasPassword,
    single_sign_on: user.account !== undefined || user.mayBeLinked,
    created_at: new Date(user.createdAt).toISOString(),
    last_seen_at: user.lastSeenAt === undefined ? null : new Date(user.lastSeenAt).toISOString(),
  };
}

function linkView({ url, code, endsAt }: Link): LinkView {
  return { url, code, ends_at: new Date(endsAt).toISOString() };
}
