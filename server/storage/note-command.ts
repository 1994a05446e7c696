import type { Database } from '../config/config.js';
import { osUser } from '../config/os-user.js';
import { commandEntry, type AuditAction, type AuditDraft } from '../domain/access/audit.js';
import { DomainError } from '../domain/errors.js';
import { openContents } from './open-contents.js';

/**
 * Writes the entry of a command into the audit of its database. An empty database gets none: it stays a target for a copy, as does one in
 * the middle of a copy. A database that may only be read, or whose disk fails, can still be backed up: standard error then says what is missing.
 * @throws DomainError `storage_unavailable`
 */
export async function noteCommand(
  database: Database,
  action: AuditAction,
  target: string,
  details: AuditDraft['details'] = {},
): Promise<void> {
  if (database.kind === 'memory') return;
  const contents = await openContents(database);
  try {
    if ((await contents.writer.progress()) !== undefined || (await contents.writer.isEmpty())) return;
    await contents.access.record(commandEntry(osUser(), action, target, details), Date.now());
  } catch (error) {
    const isAway = error instanceof DomainError && !['storage_read_only', 'storage_full'].includes(error.code);
    if (isAway || !(error instanceof Error)) throw error;
    process.stderr.write(`The audit has no entry of this command. ${error.message}\n`);
  } finally {
    await contents.close();
  }
}
