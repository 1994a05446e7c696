import { createHash, createHmac } from 'node:crypto';
import type { AuditAction, AuditDraft, AuditEntry, Author } from '../../domain/access/audit.js';
import { cut } from './statement.js';

/** A row of the audit. Its hash covers every column but the target, for which its keyed hash counts. */
export interface AuditRow {
  readonly id: number;
  readonly at: number;
  readonly author_kind: Author['kind'];
  readonly author_id: number | null;
  readonly author_name: string;
  readonly action: AuditAction;
  readonly target: string | null;
  readonly target_hash: Uint8Array | null;
  /** JSON. */
  readonly details: string;
  readonly address: string | null;
  readonly request_id: string | null;
  readonly hash: Uint8Array;
}

/** The state of the audit in the row of `access_state`. */
export interface AuditHead {
  readonly audit_entries: number;
  readonly audit_head: Uint8Array;
  readonly audit_key: Uint8Array;
}

/** The most bytes of a text in the audit. */
const TEXT_BYTES = 1_024;
/** The most bytes of the details of an entry, as JSON. */
const DETAILS_BYTES = 16_384;

/** Makes the row of the next entry. @param head with the number of this entry, and the hash of the one before */
export function nextRow(
  { audit_entries: id, audit_head, audit_key }: AuditHead,
  draft: AuditDraft,
  at: number,
): AuditRow {
  const { author, origin, action, details } = draft;
  const text = (value: string | undefined): string | null => (value === undefined ? null : cut(value, TEXT_BYTES));
  const target = text(draft.target);
  const json = JSON.stringify(details);
  const row = {
    id,
    at,
    author_kind: author.kind,
    author_id: author.id ?? null,
    author_name: cut(author.name, TEXT_BYTES),
    action,
    target,
    target_hash: target === null ? null : targetHash(audit_key, target),
    details: Buffer.byteLength(json) > DETAILS_BYTES ? '{"cut":true}' : json,
    address: text(origin.address),
    request_id: text(origin.requestId),
  };
  return { ...row, hash: hashOf(audit_head, row) };
}

export function targetHash(key: Uint8Array, target: string): Uint8Array {
  return createHmac('sha256', key).update(target).digest();
}

/** The hash of an entry. @param before the hash of the entry before; 32 zeros before the first */
export function hashOf(before: Uint8Array, row: Omit<AuditRow, 'hash' | 'target'>): Uint8Array {
  const text = JSON.stringify([
    ...[row.id, row.at, row.author_kind, row.author_id, row.author_name, row.action],
    row.target_hash && Buffer.from(row.target_hash).toString('hex'),
    ...[row.details, row.address, row.request_id],
  ]);
  return createHash('sha256').update(before).update(text).digest();
}

export function toEntry(row: AuditRow): AuditEntry {
  return {
    id: row.id,
    at: row.at,
    author: { kind: row.author_kind, id: row.author_id ?? undefined, name: row.author_name },
    origin: { address: row.address ?? undefined, requestId: row.request_id ?? undefined },
    action: row.action,
    target: row.target ?? undefined,
    // Safe: written by nextRow.
    details: JSON.parse(row.details) as AuditEntry['details'],
    hash: Uint8Array.from(row.hash),
  };
}
