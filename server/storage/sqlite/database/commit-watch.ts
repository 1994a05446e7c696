import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { closeSync, openSync, readSync } from 'node:fs';
import { platform } from 'node:process';
import { prepareRows, type Query } from './statements.js';

/** Size of both copies of the header of the WAL index, which every commit writes (https://sqlite.org/walformat.html, 2.1). */
const HEADER_BYTES = 96;
/** Places of the counter of commits in both copies, in words of 4 bytes. */
const COUNTERS = [2, 14] as const;

/** Notices commits of any connection to a database, including those of other processes. */
export interface CommitWatch {
  /** True if anything was committed since the last call. May also be true without a commit. */
  hasChanged(): boolean;
  /**
   * Takes one commit of the caller for no change. Must be called right after it; the last call of `hasChanged` was in its transaction. A
   * commit of another connection in between is still noticed.
   */
  passOver(): void;
  /** Releases the file. The caller closes all connections of this process to the database first. */
  close(): void;
}

/** @param reader a connection that does not write, to a database in WAL mode that is a file at `path` */
export function watchCommits(reader: DatabaseSyncInstance, path: string): CommitWatch {
  return platform === 'linux' ? new HeaderWatch(`${path}-shm`) : new VersionWatch(reader);
}

/**
 * Asks SQLite for its data version, for which SQLite takes and releases a lock.
 * https://sqlite.org/pragma.html#pragma_data_version
 */
class VersionWatch implements CommitWatch {
  private readonly version: Query<[number]>;
  private last: number | undefined;

  constructor(reader: DatabaseSyncInstance) {
    this.version = prepareRows(reader, 'PRAGMA data_version');
  }

  hasChanged(): boolean {
    const version = this.version.get()?.[0];
    if (version === this.last) return false;
    this.last = version;
    return true;
  }

  passOver(): void {
    // The version does not say how many commits there were.
  }

  close(): void {
    // The statement is released with its connection.
  }
}

/** Watched files of this process, one descriptor each: closing any descriptor of a file drops the process's POSIX locks on it. */
const open = new Map<string, { readonly fd: number; users: number }>();

/** Reads the header from the shared-memory file, at a quarter of the cost. A commit that is still writing the header may count twice. */
class HeaderWatch implements CommitWatch {
  private readonly file: { readonly fd: number; users: number };
  private readonly bytes = new Uint32Array(HEADER_BYTES / Uint32Array.BYTES_PER_ELEMENT);
  private readonly last = new Uint32Array(this.bytes.length);

  constructor(private readonly path: string) {
    this.file = open.get(path) ?? { fd: openSync(path, 'r'), users: 0 };
    this.file.users++;
    open.set(path, this.file);
  }

  hasChanged(): boolean {
    const { bytes, last } = this;
    this.read();
    for (let at = 0; at < bytes.length; at++) {
      if (bytes[at] !== last[at]) {
        last.set(bytes);
        return true;
      }
    }
    return false;
  }

  passOver(): void {
    const { bytes, last } = this;
    this.read();
    if (COUNTERS.every((at) => bytes[at] === (last[at] + 1) >>> 0)) last.set(bytes);
  }

  private read(): void {
    readSync(this.file.fd, this.bytes, 0, HEADER_BYTES, 0);
  }

  close(): void {
    if (--this.file.users > 0) return;
    open.delete(this.path);
    closeSync(this.file.fd);
  }
}
