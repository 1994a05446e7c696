import type { AuditDraft, Author } from '../../domain/access/audit.js';
import { ImportRepository } from '../../domain/import/import-repository.js';
import type {
  Confirmation,
  ImportChange,
  ImportState,
  NewImport,
  StoredImport,
} from '../../domain/import/stored-import.js';
import { appendAudit } from '../access/audit.js';
import { first, only, query, type AccessRunner, type Value, type Work } from '../access/statement.js';

interface ImportRow {
  readonly id: number;
  readonly name: string;
  readonly bytes: number;
  readonly spool: string | null;
  readonly state: ImportState;
  readonly failure: string | null;
  readonly sheet: string;
  readonly dry_run: string | null;
  readonly ingestion: number | null;
  readonly uploaded_by: string;
  readonly confirmed_by: string | null;
  readonly created_at: number;
  readonly confirmed_at: number | null;
}

/** The columns of a list. The others may have some MB. */
const SHORT = `id, name, bytes, spool, state, failure, '' AS sheet, NULL AS dry_run, ingestion, uploaded_by, confirmed_by,
  created_at, confirmed_at`;
/** The columns of the members that change. */
const COLUMN_OF = { state: 'state', sheet: 'sheet', dryRun: 'dry_run', failure: 'failure', spool: 'spool' } as const;

/** The imports of any engine. */
export class StoredImports extends ImportRepository {
  constructor(private readonly runner: AccessRunner) {
    super();
  }

  override create({ name, bytes, spool, sheet, uploadedBy, createdAt }: NewImport): Promise<StoredImport> {
    return this.runner.write(function* (): Work<StoredImport> {
      const { id } = yield* only<{ id: number }>(
        'UPDATE import_state SET last_import = last_import + 1 RETURNING last_import AS id',
      );
      const row = yield* only<ImportRow>(
        `INSERT INTO imports (id, name, bytes, spool, state, sheet, uploaded_by, created_at)
         VALUES ($1, $2, $3, $4, 'uploaded', $5, $6, $7) RETURNING *`,
        ...[id, name, bytes, spool, sheet, JSON.stringify(uploadedBy), createdAt],
      );
      return toImport(row);
    });
  }

  override async find(id: number): Promise<StoredImport | undefined> {
    const row = await this.runner.read(() => first<ImportRow>('SELECT * FROM imports WHERE id = $1', id));
    return row && toImport(row);
  }

  override async list(limit: number): Promise<readonly StoredImport[]> {
    const text = `SELECT ${SHORT} FROM imports ORDER BY id DESC LIMIT $1`;
    return (await this.runner.read(() => query<ImportRow>(text, limit))).map(toImport);
  }

  override async inStates(states: readonly ImportState[]): Promise<readonly StoredImport[]> {
    const text = `SELECT * FROM imports WHERE state IN (${places(states, 1)}) ORDER BY id`;
    return (await this.runner.read(() => query<ImportRow>(text, ...states))).map(toImport);
  }

  override change(id: number, from: readonly ImportState[], change: ImportChange): Promise<StoredImport | undefined> {
    const set: string[] = [];
    const values: Value[] = [id, ...from];
    // Safe: the names are those of ImportChange.
    for (const name of Object.keys(change) as (keyof ImportChange)[]) {
      set.push(`${COLUMN_OF[name]} = $${values.push(change[name] ?? null)}`);
    }
    const text = `UPDATE imports SET ${set.join(', ')} WHERE id = $1 AND state IN (${places(from, 2)}) RETURNING *`;
    return this.runner.write(function* (): Work<StoredImport | undefined> {
      const row = yield* first<ImportRow>(text, ...values);
      return row && toImport(row);
    });
  }

  override confirm(
    id: number,
    { ingestion, confirmedBy, confirmedAt }: Confirmation,
    audit: AuditDraft,
  ): Promise<StoredImport | undefined> {
    return this.runner.write(function* (): Work<StoredImport | undefined> {
      const row = yield* first<ImportRow>(
        `UPDATE imports SET state = 'running', failure = NULL, ingestion = $2, confirmed_by = $3,
           confirmed_at = coalesce(confirmed_at, $4)
         WHERE id = $1 AND state IN ('checked', 'interrupted') RETURNING *`,
        ...[id, ingestion, JSON.stringify(confirmedBy), confirmedAt],
      );
      if (!row) return undefined;
      yield* appendAudit(audit, confirmedAt);
      return toImport(row);
    });
  }

  override remove(id: number, from: readonly ImportState[]): Promise<boolean> {
    const text = `DELETE FROM imports WHERE id = $1 AND state IN (${places(from, 2)}) RETURNING id`;
    return this.runner.write(function* (): Work<boolean> {
      return (yield* first<{ id: number }>(text, id, ...from)) !== undefined;
    });
  }

  override async mapping(hash: Uint8Array): Promise<string | undefined> {
    const text = 'SELECT mapping FROM import_mappings WHERE hash = $1';
    return (await this.runner.read(() => first<{ mapping: string }>(text, hash)))?.mapping;
  }

  override async rememberMapping(hash: Uint8Array, mapping: string, now: number): Promise<void> {
    await this.runner.write(() =>
      query(
        `INSERT INTO import_mappings (hash, mapping, used_at) VALUES ($1, $2, $3)
         ON CONFLICT (hash) DO UPDATE SET mapping = excluded.mapping, used_at = excluded.used_at`,
        ...[hash, mapping, now],
      ),
    );
  }
}

/** The places of values in a list, from `$first` on. */
function places(values: readonly unknown[], first: number): string {
  return values.map((_, at) => `$${first + at}`).join(', ');
}

function toImport(row: ImportRow): StoredImport {
  return {
    id: row.id,
    name: row.name,
    bytes: row.bytes,
    spool: row.spool ?? undefined,
    state: row.state,
    failure: row.failure ?? undefined,
    sheet: row.sheet,
    dryRun: row.dry_run ?? undefined,
    ingestion: row.ingestion ?? undefined,
    uploadedBy: readAuthor(row.uploaded_by),
    confirmedBy: row.confirmed_by === null ? undefined : readAuthor(row.confirmed_by),
    createdAt: row.created_at,
    confirmedAt: row.confirmed_at ?? undefined,
  };
}

/** Reads an author that was written by this file. */
function readAuthor(json: string): Author {
  const { kind, id, name } = JSON.parse(json) as Author;
  return { kind, id, name };
}
