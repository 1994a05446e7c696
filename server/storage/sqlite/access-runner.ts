import { SqliteWork } from '../access/sqlite-work.js';
import type { AccessRunner, Work } from '../access/statement.js';
import type { SqliteDatabase } from './database/database.js';

/** Runs work on the tables of access of a SQLite file. */
export class SqliteAccessRunner implements AccessRunner {
  private readonly reads: SqliteWork;
  private readonly writes: SqliteWork;

  constructor(private readonly database: SqliteDatabase) {
    this.reads = new SqliteWork(database.reader);
    this.writes = new SqliteWork(database.writer);
  }

  async read<T>(work: () => Work<T>): Promise<T> {
    return this.reads.run(work());
  }

  write<T>(work: () => Work<T>): Promise<T> {
    return this.database.writeAside(() => this.writes.run(work()));
  }
}
