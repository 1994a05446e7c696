import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { watchCommits, type CommitWatch } from './commit-watch.js';
import type { DatabaseFile } from './database-file.js';

/** Counts the commits to a file, by which caches know that they are stale. */
export class CommitCount {
  private count = 0;
  /** Opened at the first read; a process that only writes never needs it. */
  private watch: CommitWatch | undefined;
  private looked = false;
  /** From now on the next {@link value} looks for commits: this process has committed. */
  readonly lookAgain = (): void => {
    this.looked = false;
  };

  constructor(
    private readonly reader: DatabaseSyncInstance,
    private readonly path: string,
    private readonly file: DatabaseFile,
  ) {}

  /**
   * Returns a counter that grows with every commit to the file. Commits of this process count at once. Commits of other processes are
   * looked for once per turn of the event loop.
   * @throws DomainError `storage_unavailable` when the file was removed before the first call
   */
  value(): number {
    if (this.looked) return this.count;
    this.looked = true;
    setImmediate(this.lookAgain);
    this.watch ??= this.startWatch();
    this.look();
    return this.count;
  }

  /** Counts what was committed so far. In a transaction no other connection commits until its end. */
  look(): void {
    if (this.watch?.hasChanged()) this.count++;
  }

  /** Leaves out the commit that the caller has just made; the last {@link look} was in its transaction. */
  passOver(): void {
    this.watch?.passOver();
  }

  /** Releases the file. The caller closes all connections of this process to the database first. */
  close(): void {
    this.watch?.close();
  }

  private startWatch(): CommitWatch {
    try {
      return watchCommits(this.reader, this.path);
    } catch (error) {
      this.file.assertWritable();
      throw error;
    }
  }
}
