import { existsSync } from 'node:fs';
import { loadConfig, type Config } from '../../config/config.js';
import { osUser } from '../../config/os-user.js';
import type { AccessRepository } from '../../domain/access/access-repository.js';
import { commandEntry, type AuditAction, type AuditDraft } from '../../domain/access/audit.js';
import { emailKey, type User } from '../../domain/access/user.js';
import { DomainError } from '../../domain/errors.js';
import type { SourceRepository } from '../../domain/sources/source-repository.js';

/**
 * Runs a command over the users, tokens, sources and audit of the database that DATABASE_URL names, also while the server runs.
 * @param mayCreate makes the database where there is none; otherwise that is refused
 * @throws ConfigError
 * @throws DomainError `invalid_request` for a database that is missing or in memory; `storage_unavailable`
 */
export async function withAccess<T>(
  work: (access: AccessRepository, config: Config, sources: SourceRepository) => Promise<T>,
  { mayCreate = false } = {},
): Promise<T> {
  const config = loadConfig();
  if (config.database.kind === 'memory') {
    throw refusal('A database in memory is gone with its process. Set DATABASE_URL to another one.');
  }
  // Opening a missing file would create it.
  if (!mayCreate && config.database.kind === 'sqlite' && !existsSync(config.database.path)) {
    throw refusal(`There is no database ${config.database.path}. Set DATABASE_URL to the one that the server uses.`);
  }
  // Loaded on demand, because every command loads this file.
  const { openEngine } = await import('../../storage/open-engine.js');
  const storage = await openEngine(config);
  try {
    return await work(storage.access, config, storage.sources);
  } finally {
    await storage.close();
  }
}

/** An entry of the audit for what a command does. */
export function entryOf(action: AuditAction, target?: string, details: AuditDraft['details'] = {}): AuditDraft {
  return commandEntry(osUser(), action, target, details);
}

/** @throws DomainError `user_not_found` */
export async function userWith(access: AccessRepository, email: string): Promise<User> {
  const found = await access.userByEmail(emailKey(email));
  if (found) return found.user;
  throw new DomainError(
    'user_not_found',
    `There is no user with the email ${JSON.stringify(email)}. See "roster user list".`,
  );
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Says something to the person, while standard output belongs to a program. */
export function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function refusal(message: string): DomainError {
  return new DomainError('invalid_request', message);
}

/** Writes rows as columns of equal width. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_cell, at) => Math.max(...rows.map((row) => row[at].length)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
