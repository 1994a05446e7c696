import type { StatementSyncInstance as StatementSync } from '@photostructure/sqlite';
import { numericId } from '../../domain/customer/customer-id.js';
import { DomainError } from '../../domain/errors.js';
import {
  OTHER_COPY,
  type Contents,
  type ContentsWriter,
  type CustomerRow,
  type NextIds,
  type Section,
} from '../copy/contents.js';
import { CustomerRanges } from './customers/customer-ranges.js';
import { SearchPending } from './search-pending.js';
import type { SqliteDatabase } from './database/database.js';
import { prepareRows, type Query } from './database/statements.js';

/** Where the progress of a copy is kept, for as long as it is not done. */
const PROGRESS = "SELECT value FROM meta WHERE name = 'copy'";
const EMPTY = ['customers', 'deletions', 'applied_messages', 'history', 'ingestions', 'segments']
  .map((table) => `NOT EXISTS (SELECT 1 FROM ${table})`)
  .join(' AND ');

/** The progress of the copy that fills this file; undefined when there is none. */
export function copyProgress({ writer }: SqliteDatabase): string | undefined {
  return prepareRows<[string]>(writer, PROGRESS).get()?.[0];
}

/** Fills a SQLite file. */
export class SqliteContentsWriter implements ContentsWriter {
  private readonly statements = new Map<string, StatementSync>();
  private readonly textKey: Query<[number]>;
  private readonly newTextKey: Query<[number]>;
  private readonly ranges: CustomerRanges;
  private readonly pending: SearchPending;

  constructor(private readonly database: SqliteDatabase) {
    const { writer } = database;
    this.textKey = prepareRows(writer, 'SELECT key FROM text_keys WHERE id = ?');
    this.newTextKey = prepareRows(
      writer,
      'INSERT INTO text_keys SELECT ?, coalesce(min(key), 0) - 1 FROM text_keys RETURNING key',
    );
    this.ranges = new CustomerRanges(writer);
    this.pending = new SearchPending(writer);
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

  async write<Name extends Section>(
    section: Name,
    rows: readonly Contents[Name][],
    from: string,
    progress: string,
  ): Promise<void> {
    await this.database.write(() => {
      this.ranges.reset();
      this.pending.reset();
      this.moveOn(from, progress);
      const insert: (row: Contents[Name]) => void = this.insert[section];
      for (const row of rows) insert(row);
      this.ranges.flush();
      this.pending.flush();
    });
  }

  async derive({ ingestions, segments }: NextIds, from: string, progress: string): Promise<void> {
    await this.database.write(() => {
      this.moveOn(from, progress);
      for (const [table, next] of Object.entries({ ingestions, segments })) {
        this.run('DELETE FROM sqlite_sequence WHERE name = ?', table);
        this.run('INSERT INTO sqlite_sequence VALUES (?, ?)', table, next - 1);
      }
    });
  }

  async end(from: string): Promise<void> {
    await this.database.write(() => {
      if (this.run("DELETE FROM meta WHERE name = 'copy' AND value = ?", from) === 0) throw otherCopy();
    });
  }

  private readonly insert: { readonly [Name in Section]: (row: Contents[Name]) => void } = {
    ingestions: (row) => {
      this.run(
        `INSERT INTO ingestions (id, name, path, size, fingerprint, state, failure, owner, lease_until, counts, seconds,
           active_since, started_at, finished_at) VALUES (?, ?, ?, ?, ?, ?, ?, '', 0, ?, ?, ?10, ?10, ?11)`,
        ...[row.id, row.name, row.path, row.size, row.fingerprint, row.state, row.failure],
        ...[row.counts, row.seconds, row.startedAt, row.finishedAt],
      );
    },
    customers: (row) => this.insertCustomer(row),
    messages: ({ id, first, identities }) => {
      this.run('INSERT INTO applied_messages VALUES (?, ?, ?)', this.keyOf(id), first, identities);
    },
    history: ({ customerId, id, at, source, action, changes }) => {
      this.run(
        'INSERT INTO history VALUES (?, ?, ?, ?, ?, ?)',
        this.keyOf(customerId),
        id,
        at,
        source,
        action,
        changes,
      );
    },
    rejects: ({ ingestion, line, offset, reason, text }) => {
      this.run('INSERT INTO rejects VALUES (?, ?, ?, ?, ?)', ingestion, line, offset, reason, text);
    },
    segments: ({ id, name, search, filters, sort, order }) => {
      this.run('INSERT INTO segments VALUES (?, ?, ?, ?, ?, ?)', id, name, search, filters, sort, order);
    },
    statistics: ({ kind, name, customers, events }) => {
      switch (kind) {
        case 'attribute':
          this.run('INSERT INTO attribute_counts VALUES (?, ?)', name, customers);
          break;
        case 'day':
          this.run('INSERT INTO day_counts VALUES (?, ?)', Number(name), customers);
          break;
        case 'event':
          this.run('INSERT INTO event_counts VALUES (?, ?, ?)', name, customers, events);
          break;
        default:
          kind satisfies never;
      }
    },
  };

  private insertCustomer(row: CustomerRow): void {
    const { id, attributes, events, attributeTimes, lastUpdated, deletedAt, touchedBy } = row;
    const key = this.keyOf(id);
    if (attributes !== null) {
      this.run(
        'INSERT INTO customers (key, id, attributes, events, attribute_times, last_updated) VALUES (?, ?, ?, ?, ?, ?)',
        ...[key, numericId(id) ?? id, attributes, events, attributeTimes, lastUpdated],
      );
      this.ranges.count(numericId(id) ?? id, 1);
      this.pending.add(key);
    }
    if (deletedAt !== null) this.run('INSERT INTO deletions VALUES (?, ?)', key, deletedAt);
    for (const ingestion of touchedBy) this.run('INSERT INTO ingestion_customers VALUES (?, ?)', ingestion, key);
  }

  private keyOf(id: string): number {
    const key = numericId(id) ?? this.textKey.get(id)?.[0] ?? this.newTextKey.get(id)?.[0];
    if (key === undefined) throw new Error('A new key was not returned.');
    return key;
  }

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
