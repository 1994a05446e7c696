import type { AuditDraft, AuditEntry, AuditQuery } from '../../domain/access/audit.js';
import { nextRow, toEntry, type AuditHead, type AuditRow } from './audit-row.js';
import { only, query, type Value, type Work } from './statement.js';

/** Appends an entry. The row of the state stays locked until the end of the transaction, so entries follow one another without gaps. */
export function* appendAudit(draft: AuditDraft, at: number): Work<void> {
  const head = yield* only<AuditHead>(
    'UPDATE access_state SET audit_entries = audit_entries + 1 RETURNING audit_entries, audit_head, audit_key',
  );
  const row = nextRow(head, draft, at);
  yield* query(
    `INSERT INTO audit (id, at, author_kind, author_id, author_name, action, target, target_hash, details, address, request_id, hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    ...[row.id, row.at, row.author_kind, row.author_id, row.author_name, row.action, row.target, row.target_hash],
    ...[row.details, row.address, row.request_id, row.hash],
  );
  yield* query('UPDATE access_state SET audit_head = $1', row.hash);
}

/** The conditions of a query, each with its value. */
const CONDITIONS: readonly (readonly [name: Exclude<keyof AuditQuery, 'limit'>, condition: string])[] = [
  ['before', 'id <'],
  ['action', 'action ='],
  ['author', 'author_name ='],
  ['target', 'target ='],
  ['since', 'at >='],
  ['until', 'at <'],
];

/** The newest entries first. */
export function* readAudit(asked: AuditQuery): Work<readonly AuditEntry[]> {
  const values: Value[] = [asked.limit];
  const conditions = CONDITIONS.flatMap(([name, condition]) => {
    const value = asked[name];
    return value === undefined ? [] : `${condition} $${values.push(value)}`;
  });
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  const rows = yield* query<AuditRow>(`SELECT * FROM audit ${where} ORDER BY id DESC LIMIT $1`, ...values);
  return rows.map(toEntry);
}
