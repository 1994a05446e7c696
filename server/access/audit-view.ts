import type { AuditEntry } from '../domain/access/audit.js';
import type { AuditEntryView } from './audit.dto.js';

export function viewOfEntry({ id, at, author, action, target, details, origin, hash }: AuditEntry): AuditEntryView {
  return {
    id,
    at: new Date(at).toISOString(),
    author: { kind: author.kind, id: author.id ?? null, name: author.name },
    action,
    target: target ?? null,
    details,
    address: origin.address ?? null,
    request_id: origin.requestId ?? null,
    hash: Buffer.from(hash).toString('hex'),
  };
}
