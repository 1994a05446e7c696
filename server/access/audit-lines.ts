import type { AccessRepository } from '../domain/access/access-repository.js';
import { spreadsheetRow } from '../http/csv-cell.js';
import type { AuditFilter } from './audit-query.js';
import type { AuditEntryView } from './audit.dto.js';
import { viewOfEntry } from './audit-view.js';

/** The files in which the audit is given out, with their types. */
export const AUDIT_FORMS = {
  jsonl: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
} as const;
export type AuditForm = keyof typeof AUDIT_FORMS;

const PAGE = 500;
const BYTE_ORDER_MARK = '\uFEFF';
const COLUMNS = [
  ...['id', 'at', 'author_kind', 'author_id', 'author', 'action', 'target', 'details'],
  ...['address', 'request_id', 'hash'],
];

/** Writes the entries that a filter names, the newest first, a page at a time. */
export async function* auditLines(
  access: AccessRepository,
  filter: AuditFilter,
  form: AuditForm,
): AsyncGenerator<string, undefined> {
  if (form === 'csv') yield BYTE_ORDER_MARK + spreadsheetRow(COLUMNS);
  let before: number | undefined;
  for (;;) {
    const entries = await access.audit({ ...filter, limit: PAGE, ...(before !== undefined && { before }) });
    if (entries.length > 0) yield entries.map((entry) => line(viewOfEntry(entry), form)).join('');
    if (entries.length < PAGE) return undefined;
    before = entries.at(-1)?.id;
  }
}

function line(entry: AuditEntryView, form: AuditForm): string {
  if (form === 'jsonl') return `${JSON.stringify(entry)}\n`;
  const { id, at, author, action, target, details, address, request_id: request, hash } = entry;
  const cells = [id, at, author.kind, author.id, author.name, action, target, JSON.stringify(details)];
  return spreadsheetRow([...cells, address, request, hash].map((cell) => String(cell ?? '')));
}
