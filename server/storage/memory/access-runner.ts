import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import type { AuditDraft } from '../../domain/access/audit.js';
import type { LiveRecord } from '../../domain/sources/live-calls.js';
import { appendAudit } from '../access/audit.js';
import { ACCESS_INDEXES, SQLITE_ACCESS } from '../access/schema.js';
import { SQLITE_SOURCES } from '../sources/schema.js';
import { SqliteWork } from '../access/sqlite-work.js';
import { writeRecord } from '../sources/call-records.js';
import type { AccessRunner, Work } from '../access/statement.js';

/** Runs work on the tables of access and sources in a SQLite database that is in memory, gone with the process. */
export class MemoryAccessRunner implements AccessRunner {
  private readonly db: DatabaseSyncInstance = new DatabaseSync(':memory:');
  private readonly work = new SqliteWork(this.db);

  constructor() {
    this.db.exec(SQLITE_ACCESS + ACCESS_INDEXES + SQLITE_SOURCES);
  }

  async read<T>(work: () => Work<T>): Promise<T> {
    return this.work.run(work());
  }

  async write<T>(work: () => Work<T>): Promise<T> {
    return this.transaction(work());
  }

  /** Writes the entry of an edit of customers. */
  append(audit: AuditDraft): void {
    this.transaction(appendAudit(audit, Date.now()));
  }

  /** Writes the counts and rejects of live calls. */
  record(calls: LiveRecord): void {
    this.transaction(writeRecord(calls));
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
