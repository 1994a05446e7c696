import type { StatementSyncInstance as StatementSync } from '@photostructure/sqlite';
import { DomainError } from '../../domain/errors.js';
import {
  CHANGE_OF,
  ofEachPlainTable,
  OTHER_COPY,
  type Contents,
  type ContentsWriter,
  type CopiedSection,
  type NextIds,
} from '../copy/contents.js';
import { SqliteWork } from '../access/sqlite-work.js';
import { insertRows, type PlainRow } from '../access/tables.js';
import { LOOSE } from '../log/block-row.js';
import { CustomerWriter } from './customers/customer-writer.js';
import type { SqliteDatabase } from './database/database.js';
import { prepareRows } from './database/statements.js';
import { LogWriter } from './log/log-writer.js';

/** Reads the progress of a copy. A complete copy has none. */
const PROGRESS = "SELECT value FROM meta WHERE name = 'copy'";
const EMPTY = [
  'customers',
  'deletions',
  'applied_messages',
  'history',
  'ingestions',
  'segments',
  'users',
  'tokens',
  'audit',
  'suppressed',
  'source_counts',
  'remembered_ids',
  'sources WHERE id > 1',
  'imports',
  'erased',
]
  .map((table) => `NOT EXISTS (SELECT 1 FROM ${table})`)
  .join(' AND ');

/** The progress of the copy that fills this file; undefined when there is none. */
export function copyProgress({ writer }: SqliteDatabase): string | undefined {
  return prepareRows<[string]>(writer, PROGRESS).get()?.[0];
}

/** Fills a SQLite file. */
export class SqliteContentsWriter implements ContentsWriter {
  private readonly statements = new Map<string, StatementSync>();
  private readonly customers: CustomerWriter;
  private readonly log: LogWriter;
  private readonly access: SqliteWork;

  constructor(private readonly database: SqliteDatabase) {
    this.access = new SqliteWork(database.writer);
    this.log = new LogWriter(database.writer);
    this.customers = new CustomerWriter(database);
  }

  async progress(): Promise<string | undefined> {
    return copyProgress(this.database);
  }

  async isEmpty(): Promise<boolean> {
    return prepareRows<[number]>(this.database.reader, `SELECT ${EMPTY}`).get()?.[0] === 1;
  }

  async begin(identityKey: Uint8Array, progress: string): Promise<void> {
    await this.database.write(() => {
      if (this.run("INSERT OR IGNORE INTO meta VALUES ('copy', ?)", progress) === 0) throw otherCopy();
      this.run("UPDATE meta SET value = ? WHERE name = 'identity_key'", identityKey);
    });
  }

  async write<Name extends CopiedSection>(
    section: Name,
    rows: readonly Contents[Name][],
    from: string,
    progress: string,
  ): Promise<void> {
    await this.customers.transaction(() => {
      this.moveOn(from, progress);
      const insert: (row: Contents[Name]) => void = this.insert[section];
      for (const row of rows) insert(row);
    });
  }

  async derive({ ingestions, segments, moment }: NextIds, from: string, progress: string): Promise<void> {
    await this.database.write(() => {
      this.moveOn(from, progress);
      for (const [table, next] of Object.entries({ ingestions, segments })) {
        this.run('DELETE FROM sqlite_sequence WHERE name = ?', table);
        this.run('INSERT INTO sqlite_sequence VALUES (?, ?)', table, next - 1);
      }
      this.run("UPDATE meta SET value = max(value, ?) WHERE name = 'search_change'", moment);
    });
  }

  async end(from: string): Promise<void> {
    await this.database.write(() => {
      if (this.run("DELETE FROM meta WHERE name = 'copy' AND value = ?", from) === 0) throw otherCopy();
    });
  }

  private readonly insert: { readonly [Name in CopiedSection]: (row: Contents[Name]) => void } = {
    ingestions: (row) => {
      this.run(
        `INSERT INTO ingestions (id, name, path, size, fingerprint, state, failure, owner, lease_until, counts, seconds,
           active_since, started_at, finished_at) VALUES (?, ?, ?, ?, ?, ?, ?, '', 0, ?, ?, ?10, ?10, ?11)`,
        ...[row.id, row.name, row.path, row.size, row.fingerprint, row.state, row.failure],
        ...[row.counts, row.seconds, row.startedAt, row.finishedAt],
      );
    },
    customers: (row) => this.customers.writeCopied(CHANGE_OF.customers(row), row.touchedBy),
    messages: (row) => this.customers.writeCopied(CHANGE_OF.messages(row)),
    history: (row) => this.customers.writeCopied(CHANGE_OF.history(row)),
    log_blocks: ({ customerId, ...row }) => {
      const key = this.customers.known.keyOf(customerId);
      this.log.addBlock(key, row);
      if (row.format === LOOSE) this.run('INSERT OR REPLACE INTO log_loose VALUES (?, ?)', key, row.moment);
    },
    log_edits: ({ customerId, ...row }) => this.log.addEdit(this.customers.known.keyOf(customerId), row),
    log_baselines: ({ customerId, ...row }) => this.log.setBaselineRow(this.customers.known.keyOf(customerId), row),
    rejects: ({ ingestion, first, packed }) => {
      this.run('INSERT INTO reject_blocks VALUES (?, ?, ?)', ingestion, first, packed);
    },
    segments: ({ id, name, search, filters, sort, order }) => {
      this.run('INSERT INTO segments VALUES (?, ?, ?, ?, ?, ?)', id, name, search, filters, sort, order);
    },
    ...ofEachPlainTable((table) => (row: PlainRow) => this.access.run(insertRows(table, [row]))),
  };

  private moveOn(from: string, progress: string): void {
    if (this.run("UPDATE meta SET value = ? WHERE name = 'copy' AND value = ?", progress, from) === 0)
      throw otherCopy();
  }

  /** @returns how many rows were changed */
  private run(text: string, ...parameters: (string | number | null | Uint8Array)[]): number {
    let statement = this.statements.get(text);
    if (!statement) this.statements.set(text, (statement = this.database.writer.prepare(text)));
    return statement.run(...parameters).changes;
  }
}

function otherCopy(): DomainError {
  return new DomainError('storage_busy', OTHER_COPY);
}
