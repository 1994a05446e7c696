import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { failPoint } from '../../../domain/fail-point.js';
import { beginTransaction, LIVE, type TransactionKind } from './begin-transaction.js';
import { CommitCount } from './commit-count.js';
import { DatabaseFile, type OpenFile } from './database-file.js';
import { explained, opening } from './failure.js';
import { LiveMark } from './live-mark.js';
import { migrate, openReader, openWriter } from './open-connection.js';
import { moveLog, truncateLog } from './write-ahead-log.js';
import { WriteQueue, type PartTurn } from '../../write-queue.js';

/** Time for which a part of a file leaves the database to other processes, in ms. */
const LEAVE_MS = 3;

export interface SqliteOptions {
  /** Refuses a file that does not exist, instead of creating it. */
  readonly mustExist?: boolean;
  /** The files that another thread has open; others are refused. */
  readonly files?: readonly OpenFile[];
  /** Syncs the file at every commit, so that a power cut takes no commit either. */
  readonly syncsCommits?: boolean;
  /** True to write the messages and edits of customers to their log. */
  readonly keepsLog?: boolean;
  /** True if another thread calls {@link SqliteDatabase.checkpoint}. Then a commit seldom has to do it. */
  readonly checkpointsElsewhere?: boolean;
}

/**
 * One SQLite file in WAL mode, with one connection that reads and never waits, and one that writes, one transaction at a time.
 * A commit survives the end of the process (`kill -9`). A power cut may lose the last commits unless each is synced, but does not damage
 * the file.
 */
export class SqliteDatabase {
  readonly reader: DatabaseSyncInstance;
  readonly writer: DatabaseSyncInstance;
  /** See {@link SqliteOptions}. */
  readonly keepsLog: boolean;
  private readonly file: DatabaseFile;
  private readonly queue = new WriteQueue();
  /** Says when live messages come to any process. */
  readonly liveMark: LiveMark;
  private readonly commits: CommitCount;

  /**
   * @param path of the file; it and its folder are created when missing
   * @throws DomainError `storage_unavailable` when the file cannot be opened, is no database or is another; `storage_read_only` when it has to be
   * migrated and may not be written; `invalid_request` when a newer Roster wrote it
   */
  constructor(
    readonly path: string,
    {
      mustExist = false,
      files,
      syncsCommits = false,
      keepsLog = false,
      checkpointsElsewhere = false,
    }: SqliteOptions = {},
  ) {
    this.keepsLog = keepsLog;
    [this.file, this.writer] = opening(path, () => {
      const file = new DatabaseFile(path, mustExist, files);
      return [file, openWriter(path, syncsCommits, checkpointsElsewhere)];
    });
    this.liveMark = new LiveMark(path);
    migrate(this.writer, this.file, path);
    // From here on beginTransaction waits for a locked database, without blocking the thread.
    this.writer.exec('PRAGMA busy_timeout = 0');
    this.reader = openReader(path);
    this.commits = new CommitCount(this.reader, path, this.file);
    this.file.opened();
  }

  /** True if the file may be read, but not written. */
  get isReadOnly(): boolean {
    return this.file.isReadOnly;
  }

  /** The files that are open. */
  get files(): readonly OpenFile[] {
    return this.file.files;
  }

  /** @throws DomainError `storage_unavailable` when a file was removed or replaced since it was opened */
  assertThere(): void {
    this.file.assertThere();
  }

  /** Says why nothing can be written; undefined when it can. */
  problem(): string | undefined {
    return this.file.problem();
  }

  /**
   * Runs `work` in a transaction of its own, after all writes that were requested before. `work` may await; reads go on meanwhile.
   * @throws DomainError `storage_busy` when other processes hold the database for a minute, `storage_full` when there is no room,
   * `storage_read_only`, and `storage_unavailable` when the file was removed or replaced
   */
  write<T>(work: () => T | Promise<T>): Promise<T> {
    return this.seen(this.queue.write(() => this.transaction(work)));
  }

  /** Runs `work` like {@link write}. It must not change customers: what is cached of them stays fresh. */
  writeAside<T>(work: () => T): Promise<T> {
    return this.seen(this.queue.write(() => this.transaction(work, { isAside: true })));
  }

  /** As {@link write}, for live messages: parts of files let it through, in every process. It waits for another process for 8 s. */
  writeLive<T>(work: () => T | Promise<T>): Promise<T> {
    const stop = this.liveMark.keep();
    const begun = (): T | Promise<T> => {
      stop();
      return work();
    };
    return this.seen(this.queue.write(() => this.transaction(begun, LIVE))).finally(stop);
  }

  /** Runs `work`, which makes another thread of this process call {@link writeLive}, in the place of that write. */
  inLiveTurn<T>(work: () => Promise<T>): Promise<T> {
    const stop = this.liveMark.keep();
    const begun = (): Promise<T> => {
      this.file.assertWritable();
      return work();
    };
    return this.seen(this.queue.write(begun)).finally(stop);
  }

  /**
   * As {@link write}, for a part of a file, after all other writes. `work` may commit a part of it; see {@link commitPart}.
   */
  writePart<T>(work: (turn: PartTurn) => Promise<T>): Promise<T> {
    return this.seen(this.queue.part((turn) => this.transaction(() => work(turn))));
  }

  /** Runs `work`, which makes another thread of this process write parts of a file, after all other writes. */
  inTurn<T>(work: (turn: PartTurn) => Promise<T>): Promise<T> {
    return this.seen(
      this.queue.part((turn) => {
        this.file.assertWritable();
        return work(turn);
      }),
    );
  }

  /**
   * Commits what the transaction under way has written, and begins another one after other writes.
   * @param turn of the transaction
   * @param until the time for which it is left, if not some ms
   */
  async commitPart(turn: PartTurn, until: Promise<unknown> = sleep(LEAVE_MS)): Promise<void> {
    this.commit();
    failPoint('apply:part-committed');
    this.commits.lookAgain();
    turn.leave();
    try {
      await until;
    } finally {
      await turn.take();
    }
    await beginTransaction(this.writer);
  }

  private async seen<T>(written: Promise<T>): Promise<T> {
    try {
      return await written;
    } finally {
      this.commits.lookAgain();
    }
  }

  /** See {@link CommitCount.value}. */
  commitsSeen(): number {
    return this.commits.value();
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

  /** See {@link moveLog}. */
  checkpoint(): void {
    moveLog(this.writer);
  }

  /** See {@link truncateLog}. */
  truncateLog(): boolean {
    return truncateLog(this.writer);
  }

  /**
   * Writes a snapshot into another file, which is empty or does not exist. Blocks the calling thread, but no writer of another process.
   * @throws DomainError `storage_full`
   */
  backUp(path: string): void {
    try {
      this.writer.prepare('VACUUM INTO ?').run(path);
    } catch (error) {
      throw explained(error, this.file);
    }
  }

  /** Waits for the writes under way. Afterwards all data is in the main file, unless another process is reading it. */
  async close(): Promise<void> {
    await this.queue.idle();
    if (this.reader.isOpen) this.reader.close();
    if (!this.writer.isOpen) return;
    // Closing does this as well, but only after the last statement was garbage-collected. A copy of the file made before would be incomplete.
    if (!this.isReadOnly) this.writer.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    this.writer.close();
    this.commits.close();
  }

  private async transaction<T>(work: () => T | Promise<T>, kind: TransactionKind = {}): Promise<T> {
    await beginTransaction(this.writer, kind);
    try {
      // From here on no other connection commits.
      if (kind.isAside) this.commits.look();
      failPoint('transaction:begun');
      const result = await work();
      failPoint('transaction:before-commit');
      this.commit();
      if (kind.isAside) this.commits.passOver();
      failPoint('transaction:after-commit');
      return result;
    } catch (error) {
      if (this.writer.isTransaction) this.writer.exec('ROLLBACK');
      throw explained(error, this.file);
    }
  }

  private commit(): void {
    this.file.assertWritable();
    this.writer.exec('COMMIT');
  }
}
