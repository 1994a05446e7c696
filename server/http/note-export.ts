import { Logger } from '@nestjs/common';
import type { AccessRepository } from '../domain/access/access-repository.js';
import type { AuditAction } from '../domain/access/audit.js';
import type { Actor } from '../domain/actor.js';
import { DomainError } from '../domain/errors.js';

const logger = new Logger('Audit');

/**
 * Notes in the audit that data is about to be given out as a file. Over a database that cannot be written, such as a standby, the log
 * has the note.
 * @param target what is given out: a file, or a customer
 * @throws what `record` throws otherwise: then nothing must be given out
 */
export async function noteExport(
  access: AccessRepository,
  { author, origin }: Actor,
  target: string,
  action: AuditAction = 'export',
): Promise<void> {
  try {
    await access.record({ author, origin, action, target, details: {} }, Date.now());
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'storage_read_only') throw error;
    const by = author.id === undefined ? author.kind : `${author.kind} ${author.id}`;
    logger.warn(
      `Request ${origin.requestId ?? 'none'}: an export by ${by} is not in the audit, as nothing can be written.`,
    );
  }
}
