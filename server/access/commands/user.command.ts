import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { ROLES, type Role } from '../../domain/access/permission.js';
import type { AccessRepository } from '../../domain/access/access-repository.js';
import { CODE_MS, type CodePurpose } from '../../domain/access/one-time-code.js';
import { emailKey, type User, type UserChange } from '../../domain/access/user.js';
import type { Config } from '../../config/config.js';
import { linkTo, originOfServer } from '../link.js';
import { hashOf, newCode } from '../secrets.js';
import { isUserEmail, isVisibleName } from '../user-texts.js';
import { entryOf, refusal, say, table, tell, userWith, withAccess } from './open-access.js';

/** The first user may come before the first start of the server. */
const CREATES = { mayCreate: true };

interface NewUserOptions {
  readonly name: string;
  readonly role?: Role;
  readonly singleSignOn?: boolean;
}

/** Reads the options of a new user. */
abstract class NewUserRunner extends CommandRunner {
  @Option({ flags: '--name <name>', description: 'the name that others see', required: true })
  parseName(name: string): string {
    if (isVisibleName(name)) return name.trim();
    throw refusal('--name takes 1 to 200 characters, without control characters.');
  }

  @Option({
    flags: '--role <role>',
    description: `${ROLES.join(', ')}; the first user is an admin, others are viewers`,
  })
  parseRole(role: string): Role {
    return readRole(role);
  }
}

@SubCommand({
  name: 'create',
  arguments: '<email>',
  description: 'make a user; asks for a password, or reads it from standard input',
})
export class CreateUserCommand extends NewUserRunner {
  @Option({ flags: '--single-sign-on', description: 'the user signs in by the provider, and gets no password' })
  parseSingleSignOn(): boolean {
    return true;
  }

  override async run([email]: string[], options: NewUserOptions): Promise<void> {
    checkEmail(email);
    if (options.singleSignOn) {
      const { role } = await withAccess((access) => makeUser(access, email, options), CREATES);
      say(
        `${emailKey(email)} is ${withArticle(role)}, and signs in by the provider with this email, once it is verified there.`,
      );
      return;
    }
    const { readPassword } = await import('./read-password.js');
    const { Passwords } = await import('../passwords.js');
    const { Argon2Hasher } = await import('../password-hasher.js');
    const passwordHash = await new Passwords(new Argon2Hasher()).hash(await readPassword());
    const user = await withAccess((access) => makeUser(access, email, options, passwordHash), CREATES);
    say(`${user.email} is ${withArticle(user.role)} and can log in.`);
  }
}

@SubCommand({
  name: 'invite',
  arguments: '<email>',
  description: 'make a user, and print a link by which it sets its password',
})
export class InviteUserCommand extends NewUserRunner {
  override async run([email]: string[], options: NewUserOptions): Promise<void> {
    checkEmail(email);
    await withAccess(async (access, config) => {
      say(await linkFor(access, config, await makeUser(access, email, options), 'invitation'));
    }, CREATES);
    tell('The link works once, within 24 hours.');
  }
}

@SubCommand({ name: 'list', description: 'list all users' })
export class ListUsersCommand extends CommandRunner {
  override async run(): Promise<void> {
    const users = await withAccess((access) => access.users());
    if (users.length === 0) {
      tell('There is no user yet. See "roster user create".');
      return;
    }
    const rows = users.map((user) => [user.email, user.role, stateOf(user), user.name]);
    say(table([['email', 'role', 'state', 'name'], ...rows]));
  }
}

@SubCommand({ name: 'role', arguments: '<email> <role>', description: 'change the role of a user; ends its sessions' })
export class RoleCommand extends CommandRunner {
  override async run([email, role]: string[]): Promise<void> {
    await change(email, { role: readRole(role) }, { role });
  }
}

@SubCommand({
  name: 'disable',
  arguments: '<email>',
  description: 'keep a user and its tokens out, until it is enabled again',
})
export class DisableUserCommand extends CommandRunner {
  override async run([email]: string[]): Promise<void> {
    await change(email, { isDisabled: true }, { disabled: true });
  }
}

@SubCommand({ name: 'enable', arguments: '<email>', description: 'let a user in again that was disabled' })
export class EnableUserCommand extends CommandRunner {
  override async run([email]: string[]): Promise<void> {
    await change(email, { isDisabled: false }, { disabled: false });
  }
}

interface SingleSignOnOptions {
  readonly off?: boolean;
}

@SubCommand({
  name: 'single-sign-on',
  arguments: '<email>',
  description: 'let a user sign in by the provider with this email too, once it is verified there',
})
export class SingleSignOnCommand extends CommandRunner {
  @Option({ flags: '--off', description: 'take that back; ends the sessions of a user who signs in so' })
  parseOff(): boolean {
    return true;
  }

  override async run([email]: string[], { off = false }: SingleSignOnOptions): Promise<void> {
    const user = await change(email, { mayBeLinked: !off }, { single_sign_on: !off });
    if (off) tell('The password or a new link is the only way in now.');
    else tell(`The provider has to name ${user.email} as verified.`);
  }
}

@SubCommand({ name: 'remove', arguments: '<email>', description: 'remove a user with its sessions and tokens' })
export class RemoveUserCommand extends CommandRunner {
  override async run([email]: string[]): Promise<void> {
    await withAccess(async (access) => {
      const user = await userWith(access, email);
      await access.removeUser(user.id, entryOf('user.removed', user.email));
      say(`${user.email} is removed.`);
    });
  }
}

@SubCommand({ name: 'password', arguments: '<email>', description: 'print a link by which a user sets a new password' })
export class PasswordCommand extends CommandRunner {
  override async run([email]: string[]): Promise<void> {
    await withAccess(async (access, config) => {
      const user = await userWith(access, email);
      say(await linkFor(access, config, user, user.hasPassword ? 'password' : 'invitation'));
    });
    tell('The link works once, within 24 hours.');
  }
}

/** The users who may log in. */
@Command({
  name: 'user',
  description: 'List, make, change and remove the users who may log in',
  subCommands: [
    ...[ListUsersCommand, CreateUserCommand, InviteUserCommand, RoleCommand],
    ...[DisableUserCommand, EnableUserCommand, RemoveUserCommand, PasswordCommand, SingleSignOnCommand],
  ],
})
export class UserCommand extends CommandRunner {
  override async run(): Promise<void> {
    this.command.help({ error: true });
  }
}

async function makeUser(
  access: AccessRepository,
  email: string,
  { name, role, singleSignOn = false }: NewUserOptions,
  passwordHash?: string,
): Promise<User> {
  const given = role ?? ((await access.state()).hasUsers ? 'viewer' : 'admin');
  if (given !== 'admin' && !(await access.state()).hasUsers) throw refusal('The first user must be an admin.');
  const user = {
    ...{ email: emailKey(email), name, role: given, mayBeLinked: singleSignOn },
    ...(passwordHash !== undefined && { passwordHash }),
  };
  const details = { role: given, ...(singleSignOn && { single_sign_on: true }) };
  return access.createUser(user, entryOf('user.created', user.email, details), Date.now());
}

async function linkFor(access: AccessRepository, config: Config, user: User, purpose: CodePurpose): Promise<string> {
  const code = newCode();
  const endsAt = Date.now() + CODE_MS[purpose];
  await access.createCode({ hash: hashOf(code), purpose, userId: user.id, endsAt }, entryOf('user.link', user.email));
  return linkTo(originOfServer(config), purpose, code);
}

async function change(email: string, changes: UserChange, details: Record<string, string | boolean>): Promise<User> {
  return withAccess(async (access) => {
    const user = await userWith(access, email);
    const changed = await access.changeUser(user.id, changes, entryOf('user.changed', user.email, details));
    say(`${changed.email}: ${changed.role}, ${stateOf(changed)}.`);
    return changed;
  });
}

function stateOf({ isDisabled, hasPassword, account }: User): string {
  if (isDisabled) return 'disabled';
  return hasPassword || account ? 'active' : 'invited';
}

function withArticle(role: Role): string {
  return role === 'viewer' ? 'a viewer' : `an ${role}`;
}

function readRole(text: string): Role {
  const role = ROLES.find((known) => known === text);
  if (role) return role;
  throw refusal(`A role is ${ROLES.join(', ')}, not ${JSON.stringify(text)}.`);
}

function checkEmail(email: string): void {
  if (!isUserEmail(email)) throw refusal(`${JSON.stringify(email)} is no email.`);
}
