import { accessSync, chmodSync, closeSync, constants, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { getuid } from 'node:process';
import { DomainError } from '../../../domain/errors.js';

/** Only the user that runs Roster may read customers, whatever the umask is. */
const MODE = 0o600;
const OTHERS = 0o077;
/** The file, and the log of commits that are not in it yet. */
const FILES = ['', '-wal'];
/** The index of that log as well, which every process makes anew. */
const ALL_FILES = [...FILES, '-shm'];

/** The identity of a file that a thread has open. */
export interface OpenFile {
  readonly path: string;
  readonly dev: number;
  readonly ino: number;
}

/** The files of one database: their modes, and whether they are still those that were opened. */
export class DatabaseFile {
  /** True if this process may read the file, but not write it. */
  readonly isReadOnly: boolean;
  /** The device and number of each file when it was opened. */
  private known: readonly OpenFile[] = [];
  private isChecked = false;
  private readonly checkAgain = (): void => {
    this.isChecked = false;
  };

  /**
   * Creates the file and its folder unless it has to exist.
   * @param files those that another thread has open
   * @throws DomainError `storage_unavailable` when it has to exist and does not, or a file is not that of the other thread; errors of the
   * file system
   */
  constructor(
    private readonly path: string,
    mustExist: boolean,
    files: readonly OpenFile[] = [],
  ) {
    this.known = files;
    this.assertThere();
    if (!existsSync(path)) {
      if (mustExist) throw new DomainError('storage_unavailable', this.gone);
      mkdirSync(dirname(path), { recursive: true });
      // SQLite gives the files beside it the same mode.
      closeSync(openSync(path, 'a', MODE));
    }
    this.isReadOnly = !isWritable(path);
  }

  /** Notes which files are open now, and lets nobody but their owner read them. */
  opened(): void {
    if (!this.isReadOnly) for (const file of ALL_FILES) tighten(this.path + file);
    if (this.known.length > 0) return;
    this.known = FILES.flatMap((file) => {
      const path = this.path + file;
      const found = statSync(path, { throwIfNoEntry: false });
      return found ? { path, dev: found.dev, ino: found.ino } : [];
    });
  }

  get files(): readonly OpenFile[] {
    return this.known;
  }

  /** Says why nothing can be written; undefined when it can. */
  problem(): string | undefined {
    if (this.isReadOnly) return this.readOnly;
    return this.isThere() ? undefined : this.gone;
  }

  /**
   * A new connection would make a lost log anew, beside that of the connections that are open.
   * @throws DomainError `storage_unavailable` when a file was removed or replaced since it was opened
   */
  assertThere(): void {
    if (!this.isThere()) throw new DomainError('storage_unavailable', this.gone);
  }

  /**
   * Looks at the files once per turn of the event loop: a look costs a tenth of an edit.
   * @throws DomainError `storage_read_only`; `storage_unavailable` when a file was removed or replaced since it was opened
   */
  assertWritable(): void {
    if (this.isChecked) return;
    const problem = this.problem();
    if (problem !== undefined)
      throw new DomainError(this.isReadOnly ? 'storage_read_only' : 'storage_unavailable', problem);
    this.isChecked = true;
    setImmediate(this.checkAgain);
  }

  /** Why a file that may not be written is of no use, and what to do. */
  get readOnly(): string {
    return (
      `The database ${this.path} may be read, but not written. ` +
      'Let the user that runs Roster write it and its folder, and start Roster again.'
    );
  }

  private isThere(): boolean {
    return this.known.every(({ path, dev, ino }) => {
      const found = statSync(path, { throwIfNoEntry: false });
      return found?.ino === ino && found.dev === dev;
    });
  }

  private get gone(): string {
    return (
      `The database ${this.path} was removed or replaced while Roster was running, so nothing can be written. ` +
      'Stop Roster, put the file or a backup in its place, and start Roster again.'
    );
  }
}

function tighten(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile() === true && (found.mode & OTHERS) !== 0 && found.uid === getuid?.()) chmodSync(path, MODE);
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
