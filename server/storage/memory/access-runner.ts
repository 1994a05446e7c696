import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import type { AuditDraft } from '../../domain/access/audit.js';
import type { LiveRecord } from '../../domain/sources/live-calls.js';
import type { ErasureNote, SourceOfCustomer } from '../../domain/customer/erasure.js';
import { appendAudit } from '../access/audit.js';
import { blankAudit, eraseCalls, readErasedUntil, writeErased } from '../erased/erased.js';
import { namedSources } from '../erased/named-sources.js';
import { NO_TRACES } from '../../domain/log/log-traces.js';
import { SQLITE_ERASED } from '../erased/schema.js';
import { ACCESS_INDEXES, SQLITE_ACCESS } from '../access/schema.js';
import { SQLITE_IMPORTS } from '../imports/schema.js';
import { eraseLabelEdits } from '../notes/label-edits.js';
import { eraseNotes } from '../notes/notes.js';
import { SQLITE_LABEL_EDITS, SQLITE_NOTES } from '../notes/schema.js';
import { SQLITE_SOURCES } from '../sources/schema.js';
import { SqliteWork } from '../access/sqlite-work.js';
import { writeRecord } from '../sources/call-records.js';
import type { AccessRunner, Work } from '../access/statement.js';

/** Runs work on the tables of access and sources in a SQLite database that is in memory, gone with the process. */
export class MemoryAccessRunner implements AccessRunner {
  private readonly db: DatabaseSyncInstance = new DatabaseSync(':memory:');
  private readonly work = new SqliteWork(this.db);

  constructor() {
    this.db.exec(
      SQLITE_ACCESS +
        ACCESS_INDEXES +
        SQLITE_SOURCES +
        SQLITE_NOTES +
        SQLITE_LABEL_EDITS +
        SQLITE_ERASED +
        SQLITE_IMPORTS,
    );
  }

  async read<T>(work: () => Work<T>): Promise<T> {
    return this.work.run(work());
  }

  async write<T>(work: () => Work<T>): Promise<T> {
    return this.transaction(work());
  }

  /** Does work on the notes and labels of customers. */
  follow(work: Work<void>): void {
    this.transaction(work);
  }

  /** Writes the entry of an edit of customers. */
  append(audit: AuditDraft): void {
    this.transaction(appendAudit(audit, Date.now()));
  }

  /** Writes the counts and rejects of live calls. */
  record(calls: LiveRecord): void {
    this.transaction(writeRecord(calls));
  }

  /** The time up to which messages of an erased customer are ignored; undefined if it was not erased. */
  erasedUntil(id: string): number | undefined {
    return this.work.run(readErasedUntil(id));
  }

  /**
   * Erases what is kept here of a customer.
   * @param isKept true if anything else is kept of it
   * @returns the live sources in which it occurs; undefined if nothing is kept of it
   */
  erase(id: string, until: number, note: ErasureNote, isKept: boolean): readonly SourceOfCustomer[] | undefined {
    return this.transaction(
      (function* (): Work<readonly SourceOfCustomer[] | undefined> {
        const calls = yield* eraseCalls(id);
        const notes = (yield* eraseNotes(id)) + (yield* eraseLabelEdits(id));
        const entries = yield* blankAudit(id);
        if (!isKept && calls.length + notes + entries === 0) return undefined;
        yield* writeErased(id, until);
        yield* appendAudit(note.audit, Date.now());
        yield* blankAudit(id);
        // The ingestions are not in this database.
        return yield* namedSources({ traces: { ...NO_TRACES, ...note.traces, ingestions: [] } }, [], calls);
      })(),
    );
  }

  close(): void {
    if (this.db.isOpen) this.db.close();
  }

  private transaction<T>(work: Work<T>): T {
    this.db.exec('BEGIN');
    try {
      const result = this.work.run(work);
      this.db.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.db.isTransaction) this.db.exec('ROLLBACK');
      throw error;
    }
  }
}
