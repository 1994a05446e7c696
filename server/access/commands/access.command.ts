import { Command, CommandRunner, SubCommand } from 'nest-commander';
import { auditLines } from '../audit-lines.js';
import { entryOf, say, withAccess } from './open-access.js';

@SubCommand({ name: 'status', description: 'say whether the database is closed, and who may come in' })
export class AccessStatusCommand extends CommandRunner {
  override async run(): Promise<void> {
    await withAccess(async (access) => {
      const { isClosed } = await access.state();
      const [users, tokens] = [await access.users(), await access.tokens()];
      const counts = `${users.length} ${users.length === 1 ? 'user' : 'users'}, ${tokens.length} ${tokens.length === 1 ? 'token' : 'tokens'}`;
      say(
        isClosed
          ? `Closed: nothing without a login or a token (${counts}).`
          : `Open: everything without a login, for requests from this machine alone, or with ACCESS=open (${counts}).`,
      );
    });
  }
}

@SubCommand({
  name: 'open',
  description: 'open a closed database: everything without a login, for requests from this machine',
})
export class OpenAccessCommand extends CommandRunner {
  override async run(): Promise<void> {
    await withAccess((access) => access.open(entryOf('access.opened')));
    say('Open. The next user or token closes it again.');
  }
}

/** Groups the commands on whether a login is needed. */
@Command({
  name: 'access',
  description: 'Say whether a login is needed, or need none any more',
  subCommands: [AccessStatusCommand, OpenAccessCommand],
})
export class AccessCommand extends CommandRunner {
  override async run(): Promise<void> {
    this.command.help({ error: true });
  }
}

/** Prints entries of the audit. */
@Command({ name: 'audit', description: 'Print the audit as JSON lines, the newest entry first' })
export class AuditCommand extends CommandRunner {
  override async run(): Promise<void> {
    await withAccess(async (access) => {
      await access.record(entryOf('export', 'audit.jsonl'), Date.now());
      for await (const lines of auditLines(access, {}, 'jsonl')) process.stdout.write(lines);
    });
  }
}
