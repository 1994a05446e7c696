import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { randomFillSync } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '../../../domain/errors.js';
import { failPoint } from '../../../domain/fail-point.js';
import { watchCommits, type CommitWatch } from './commit-watch.js';
import { MIGRATIONS } from './schema.js';
import { prepareRows } from './statements.js';

/** Result codes of SQLite: https://sqlite.org/rescode.html. */
const BUSY = 5;
const READONLY = 8;
const FULL = 13;
const CANTOPEN = 14;
const CONSTRAINT = 19;
const NOTADB = 26;
/** Result code of a write that a quota or a limit on file sizes refuses. */
const WRITE_FAILED = 778;
/** How long a write waits for other processes before it gives up, in ms. */
const PATIENCE_MS = 60_000;
/** How long opening waits while another process creates or migrates the database, in ms. */
const OPEN_TIMEOUT_MS = 30_000;

/**
 * One SQLite file in WAL mode, with one connection that reads and never waits, and one that writes, one transaction at a time.
 * A commit survives the end of the process (`kill -9`). A power cut may lose the last commits, but does not damage the file.
 */
export class SqliteDatabase {
  readonly reader: DatabaseSyncInstance;
  readonly writer: DatabaseSyncInstance;
  private queue: Promise<unknown> = Promise.resolve();
  private commits = 0;
  /** Opened at the first read; a process that only writes never needs it. */
  private watch: CommitWatch | undefined;
  private looked = false;
  private readonly lookAgain = (): void => {
    this.looked = false;
  };

  /**
   * @param path of the file; it and its folder are created when missing
   * @throws DomainError `storage_unavailable` when the file cannot be opened or is no database; `invalid_request` when a newer Roster wrote it
   */
  constructor(readonly path: string) {
    this.writer = openWriter(path);
    this.migrate();
    // From here on begin() waits for a locked database, without blocking the thread.
    this.writer.exec('PRAGMA busy_timeout = 0');
    this.reader = new DatabaseSync(path, { timeout: OPEN_TIMEOUT_MS });
    this.reader.exec('PRAGMA query_only = ON; PRAGMA cache_size = -32768; PRAGMA mmap_size = 1073741824;');
  }

  /**
   * Runs `work` in a transaction of its own, after all writes that were requested before. `work` may await; reads go on meanwhile.
   * @throws DomainError `storage_busy` when other processes hold the database for a minute, `storage_full` when there is no room
   */
  write<T>(work: () => T | Promise<T>): Promise<T> {
    return this.inTurn(() => this.transaction(work));
  }

  /** Runs `work`, which makes another thread of this process write, after all writes that were requested before. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.queue.then(async () => {
      try {
        return await work();
      } finally {
        this.lookAgain();
      }
    });
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  /**
   * Returns a counter that grows with every commit to the file. Commits of this process count at once. Commits of other processes are
   * looked for once per turn of the event loop.
   */
  commitsSeen(): number {
    if (this.looked) return this.commits;
    this.looked = true;
    setImmediate(this.lookAgain);
    this.watch ??= watchCommits(this.reader, this.path);
    if (this.watch.hasChanged()) this.commits++;
    return this.commits;
  }

  /** Runs several reads that see the same snapshot of the database. */
  snapshot<T>(read: () => T): T {
    this.reader.exec('BEGIN');
    try {
      return read();
    } finally {
      this.reader.exec('COMMIT');
    }
  }

  /** Waits for the writes under way. Afterwards all data is in the main file, unless another process is reading it. */
  async close(): Promise<void> {
    await this.queue;
    if (this.reader.isOpen) this.reader.close();
    if (!this.writer.isOpen) return;
    // Closing does this as well, but only after the last statement was garbage-collected. A copy of the file made before would be incomplete.
    this.writer.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    this.writer.close();
    this.watch?.close();
  }

  private async transaction<T>(work: () => T | Promise<T>): Promise<T> {
    await this.begin();
    try {
      failPoint('transaction:begun');
      const result = await work();
      failPoint('transaction:before-commit');
      this.writer.exec('COMMIT');
      failPoint('transaction:after-commit');
      return result;
    } catch (error) {
      if (this.writer.isTransaction) this.writer.exec('ROLLBACK');
      throw explained(error);
    }
  }

  private async begin(): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    for (let pause = 1; ; pause = Math.min(pause * 2, 32)) {
      try {
        this.writer.exec('BEGIN IMMEDIATE');
        return;
      } catch (error) {
        if (!isBusy(error)) throw error;
        if (Date.now() > deadline) {
          throw new DomainError('storage_busy', 'Another process is writing to the database. Try again.', undefined, {
            cause: error,
          });
        }
      }
      await sleep(pause);
    }
  }

  private migrate(): void {
    const version = (): number => prepareRows<[number]>(this.writer, 'PRAGMA user_version').get()?.[0] ?? 0;
    if (version() === MIGRATIONS.length) return;
    this.writer.exec('BEGIN IMMEDIATE');
    try {
      const from = version();
      if (from > MIGRATIONS.length) {
        throw new DomainError(
          'invalid_request',
          `${this.path} was written by a newer Roster (schema ${from}, this one knows ${MIGRATIONS.length}).`,
        );
      }
      for (const statements of MIGRATIONS.slice(from)) this.writer.exec(statements);
      if (from === 0) {
        const key = randomFillSync(new Uint8Array(16));
        this.writer.prepare("INSERT INTO meta VALUES ('identity_key', ?), ('ranges_version', 0)").run(key);
      }
      this.writer.exec(`PRAGMA user_version = ${MIGRATIONS.length}; COMMIT`);
    } catch (error) {
      if (this.writer.isTransaction) this.writer.exec('ROLLBACK');
      throw explained(error);
    }
  }
}

function openWriter(path: string): DatabaseSyncInstance {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const writer = new DatabaseSync(path, { timeout: OPEN_TIMEOUT_MS });
    writer.exec(
      'PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -32768;',
    );
    writer.exec('PRAGMA wal_autocheckpoint = 1000; PRAGMA journal_size_limit = 67108864;');
    return writer;
  } catch (error) {
    const code = resultCode(error) & 0xff;
    const isFile = (error as NodeJS.ErrnoException).syscall === 'mkdir' || code === READONLY || code === CANTOPEN;
    if (!isFile && code !== NOTADB) throw error;
    const hint = isFile ? ' The user that runs Roster has to be allowed to write it and its folder.' : '';
    const message = `The database ${path} does not open: ${(error as Error).message}.${hint}`;
    throw new DomainError('storage_unavailable', message, undefined, { cause: error });
  }
}

/** True if a value exists already that has to be unique. */
export function isConflict(error: unknown): boolean {
  return (resultCode(error) & 0xff) === CONSTRAINT;
}

function isBusy(error: unknown): boolean {
  return (resultCode(error) & 0xff) === BUSY;
}

/** The extended result code of SQLite; 0 for any other error. */
function resultCode(error: unknown): number {
  // Not `instanceof Error`: errors of an addon may come from another realm.
  return typeof error === 'object' && error !== null && 'errcode' in error ? Number(error.errcode) : 0;
}

function explained(error: unknown): unknown {
  const code = resultCode(error);
  if (!(error instanceof Error) || (code !== FULL && code !== WRITE_FAILED)) return error;
  const message = `The database cannot be written: ${error.message}. Make room and try again.`;
  return new DomainError('storage_full', message, undefined, { cause: error });
}
