import type { AuditDraft } from '../../domain/access/audit.js';
import {
  DEFAULT_SOURCE,
  isDefaultSource,
  sourceNameTaken,
  sourceNotFound,
  type NewSource,
  type Source,
  type SourceChange,
  type SourceKind,
} from '../../domain/sources/source.js';
import { appendAudit } from '../access/audit.js';
import { first, only, query, type Work } from '../access/statement.js';

interface SourceRow {
  readonly id: number;
  readonly name: string;
  readonly kind: SourceKind;
  readonly key_hash: Uint8Array | null;
  readonly old_key_hash: Uint8Array | null;
  readonly old_key_until: number | null;
  readonly is_on: number;
  readonly keeps_empty_text: number;
  readonly may_create: number;
  readonly may_delete: number;
  readonly created_at: number;
  readonly created_by: string;
}

function toSource(row: SourceRow): Source {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    isOn: row.is_on === 1,
    keepsEmptyText: row.keeps_empty_text === 1,
    mayCreate: row.may_create === 1,
    mayDelete: row.may_delete === 1,
    createdAt: row.created_at,
    createdBy: row.created_by,
    oldKeyUntil: row.old_key_until ?? undefined,
  };
}

export function* readSources(): Work<readonly Source[]> {
  return (yield* query<SourceRow>('SELECT * FROM sources ORDER BY id')).map(toSource);
}

export function* readSource(id: number): Work<Source> {
  return toSource(yield* rowOf(id));
}

export function* readSourceByKey(hash: Uint8Array, now: number): Work<Source | undefined> {
  const row = yield* first<SourceRow>(
    'SELECT * FROM sources WHERE key_hash = $1 OR (old_key_hash = $1 AND old_key_until > $2) ORDER BY id LIMIT 1',
    ...[hash, now],
  );
  return row && toSource(row);
}

export function* createSource(source: NewSource, audit: AuditDraft): Work<Source> {
  yield* lock();
  yield* refuseTaken(source.name, undefined);
  const { last_source: id } = yield* only<{ last_source: number }>(
    'UPDATE source_state SET last_source = last_source + 1 RETURNING last_source',
  );
  const row = yield* only<SourceRow>(
    `INSERT INTO sources (id, name, kind, key_hash, is_on, keeps_empty_text, may_create, may_delete, created_at, created_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING *`,
    ...[id, source.name, source.kind, source.keyHash, ...switchesOf(source), source.createdAt, source.createdBy],
  );
  yield* appendAudit(audit, source.createdAt);
  return toSource(row);
}

export function* changeSource(id: number, change: SourceChange, audit: AuditDraft): Work<Source> {
  yield* lock();
  const source = { ...(yield* readSource(id)), ...change };
  yield* refuseTaken(source.name, id);
  const row = yield* only<SourceRow>(
    `UPDATE sources SET name = $2, is_on = $3, keeps_empty_text = $4, may_create = $5, may_delete = $6 WHERE id = $1 RETURNING *`,
    ...[id, source.name, ...switchesOf(source)],
  );
  yield* appendAudit(audit, Date.now());
  return toSource(row);
}

export function* changeKey(id: number, hash: Uint8Array, oldKeyUntil: number, audit: AuditDraft): Work<Source> {
  yield* lock();
  if (id === DEFAULT_SOURCE) throw isDefaultSource('has no key');
  const { key_hash: before } = yield* rowOf(id);
  const row = yield* only<SourceRow>(
    'UPDATE sources SET key_hash = $2, old_key_hash = $3, old_key_until = $4 WHERE id = $1 RETURNING *',
    ...[id, hash, before, oldKeyUntil],
  );
  yield* appendAudit(audit, Date.now());
  return toSource(row);
}

export function* removeSource(id: number, audit: AuditDraft): Work<void> {
  yield* lock();
  if (id === DEFAULT_SOURCE) throw isDefaultSource('is always there. Switch it off instead');
  yield* rowOf(id);
  yield* query('DELETE FROM sources WHERE id = $1', id);
  yield* query('DELETE FROM source_counts WHERE source = $1', id);
  yield* query('DELETE FROM source_rejects WHERE source = $1', id);
  yield* appendAudit(audit, Date.now());
}

/**
 * Locks the row of the default source until the end of the transaction, so that two changes of sources come one after another. Not the row of
 * the state: calls lock it after their counts, and a removal would do so before.
 */
function* lock(): Work<void> {
  yield* query('UPDATE sources SET name = name WHERE id = $1', DEFAULT_SOURCE);
}

function* rowOf(id: number): Work<SourceRow> {
  const row = yield* first<SourceRow>('SELECT * FROM sources WHERE id = $1', id);
  if (!row) throw sourceNotFound(id);
  return row;
}

function* refuseTaken(name: string, id: number | undefined): Work<void> {
  const other = yield* first<{ id: number }>('SELECT id FROM sources WHERE name = $1', name);
  if (other && other.id !== id) throw sourceNameTaken(name);
}

/** The values of the columns of switches, in their order. */
function switchesOf({ isOn, keepsEmptyText, mayCreate, mayDelete }: NewSource | Source): readonly number[] {
  return [isOn, keepsEmptyText, mayCreate, mayDelete].map(Number);
}
