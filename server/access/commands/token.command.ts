import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { PERMISSIONS, type Permission } from '../../domain/access/permission.js';
import { hashOf, newTokenSecret } from '../secrets.js';
import { numberOf } from '../read-number.js';
import { isVisibleName } from '../user-texts.js';
import { entryOf, refusal, say, table, tell, withAccess } from './open-access.js';

interface NewTokenOptions {
  readonly name: string;
  readonly permission: Permission[];
  readonly expires?: number;
}

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };

@SubCommand({ name: 'create', description: 'make a token and print it, alone, on standard output; it is shown once' })
export class CreateTokenCommand extends CommandRunner {
  override async run(_arguments: string[], { name, permission: permissions, expires }: NewTokenOptions): Promise<void> {
    const secret = newTokenSecret();
    const createdAt = Date.now();
    const expiresAt = expires === undefined ? undefined : createdAt + expires;
    await withAccess(
      (access) =>
        access.createToken(
          { hash: hashOf(secret), name, permissions, creatorId: undefined, createdAt, expiresAt },
          entryOf('token.created', name, { permissions }),
        ),
      { mayCreate: true },
    );
    say(secret);
    const end = expiresAt === undefined ? 'It does not expire.' : `It expires at ${new Date(expiresAt).toISOString()}.`;
    tell(`${name}: may ${permissions.join(', ')}. ${end} Keep it now: it is not shown again.`);
  }

  @Option({ flags: '--name <name>', description: 'what the token is for', required: true })
  parseName(name: string): string {
    if (isVisibleName(name)) return name.trim();
    throw refusal('--name takes 1 to 200 characters, without control characters.');
  }

  @Option({
    flags: '--permission <permission...>',
    description: `what it may do, one or several: ${PERMISSIONS.join(', ')}`,
    required: true,
  })
  parsePermission(text: string, before: Permission[] = []): Permission[] {
    const added = text.split(',').map((part) => {
      const known = PERMISSIONS.find((permission) => permission === part.trim());
      if (known) return known;
      throw refusal(`A permission is ${PERMISSIONS.join(', ')}, not ${JSON.stringify(part)}.`);
    });
    return [...new Set([...before, ...added])];
  }

  @Option({
    flags: '--expires <time>',
    description: 'after what time it ends, such as 12h, 90d or 52w; never by default',
  })
  parseExpires(text: string): number {
    const match = /^([1-9]\d{0,4})([hdw])$/.exec(text);
    if (match) return Number(match[1]) * UNITS[match[2]];
    throw refusal(`--expires takes a time such as 12h, 90d or 52w, not ${JSON.stringify(text)}.`);
  }
}

@SubCommand({ name: 'list', description: 'list all tokens' })
export class ListTokensCommand extends CommandRunner {
  override async run(): Promise<void> {
    const tokens = await withAccess((access) => access.tokens());
    if (tokens.length === 0) {
      tell('There is no token yet. See "roster token create".');
      return;
    }
    const rows = tokens.map(({ token: { id, name, permissions, expiresAt, usedAt }, creator }) => [
      String(id),
      name,
      permissions.join(', '),
      creator?.email ?? 'command line',
      dateOf(expiresAt),
      dateOf(usedAt),
    ]);
    say(table([['number', 'name', 'may', 'made by', 'expires', 'last used'], ...rows]));
  }
}

@SubCommand({ name: 'remove', arguments: '<number>', description: 'remove a token, by its number' })
export class RemoveTokenCommand extends CommandRunner {
  override async run([text]: string[]): Promise<void> {
    await withAccess(async (access) => {
      const number = numberOf(text);
      const found = (await access.tokens()).find(({ token }) => token.id === number);
      if (!found) throw refusal(`There is no token with the number ${JSON.stringify(text)}. See "roster token list".`);
      await access.removeToken(found.token.id, entryOf('token.removed', found.token.name));
      say(`${found.token.name} is removed.`);
    });
  }
}

/** The tokens of programs. */
@Command({
  name: 'token',
  description: 'List, make and remove the tokens of programs',
  subCommands: [ListTokensCommand, CreateTokenCommand, RemoveTokenCommand],
})
export class TokenCommand extends CommandRunner {
  override async run(): Promise<void> {
    this.command.help({ error: true });
  }
}

function dateOf(time: number | undefined): string {
  return time === undefined ? 'never' : new Date(time).toISOString();
}
