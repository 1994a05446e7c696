import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { randomFillSync } from 'node:crypto';
import { DomainError } from '../../../domain/errors.js';
import type { DatabaseFile } from './database-file.js';
import { explained } from './failure.js';
import { MIGRATIONS } from './schema.js';
import { prepareRows } from './statements.js';

/** Pages of the log, 16 kB each, after which a commit moves them into the file and waits until that is synced. */
const PAGES = 1_000;
/**
 * The same where another thread does it twice a second. Live messages write up to 300 MB a second into the log, the same pages again and
 * again, and a commit that moves them keeps its thread from the next messages for tenths of a second. A log must not grow for ever, though.
 */
const MOST_PAGES = 16_000;
const PAGE_BYTES = 16_384;
/** Size that the file of the log keeps when it begins anew, in bytes. */
const LOG_BYTES = 64 * 1024 * 1024;
/** Time that opening waits while another process creates or migrates the database, in ms. */
const OPEN_TIMEOUT_MS = 30_000;

/**
 * Opens a connection that writes, and creates the file if there is none.
 * @param checkpointsElsewhere true if another thread moves the log into the file
 */
export function openWriter(path: string, syncsCommits: boolean, checkpointsElsewhere: boolean): DatabaseSyncInstance {
  const writer = new DatabaseSync(path, { timeout: OPEN_TIMEOUT_MS });
  writer.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL; PRAGMA cache_size = -32768;`);
  // In WAL mode NORMAL syncs at checkpoints only: https://sqlite.org/pragma.html#pragma_synchronous.
  writer.exec(`PRAGMA synchronous = ${syncsCommits ? 'FULL' : 'NORMAL'}`);
  writer.exec(`PRAGMA wal_autocheckpoint = ${checkpointsElsewhere ? MOST_PAGES : PAGES}`);
  writer.exec(`PRAGMA journal_size_limit = ${checkpointsElsewhere ? MOST_PAGES * PAGE_BYTES : LOG_BYTES}`);
  // Removed or replaced bytes are overwritten by zeros, so that nothing of an erased customer is left in free room.
  writer.exec('PRAGMA secure_delete = ON');
  return writer;
}

/** Opens a connection that only reads. */
export function openReader(path: string): DatabaseSyncInstance {
  const reader = new DatabaseSync(path, { timeout: OPEN_TIMEOUT_MS });
  reader.exec('PRAGMA query_only = ON; PRAGMA cache_size = -32768;');
  return reader;
}

/**
 * Creates the tables of a new file, and migrates those of an earlier version.
 * @throws DomainError `invalid_request` when a newer Roster wrote the file, and those of a failed write
 */
export function migrate(writer: DatabaseSyncInstance, file: DatabaseFile, path: string): void {
  const version = (): number => prepareRows<[number]>(writer, 'PRAGMA user_version').get()?.[0] ?? 0;
  if (version() === MIGRATIONS.length) return;
  writer.exec('BEGIN IMMEDIATE');
  try {
    const from = version();
    if (from > MIGRATIONS.length) {
      throw new DomainError(
        'invalid_request',
        `${path} was written by a newer Roster (schema ${from}, this one knows ${MIGRATIONS.length}).`,
      );
    }
    for (const statements of MIGRATIONS.slice(from)) writer.exec(statements);
    if (from === 0) {
      const key = randomFillSync(new Uint8Array(16));
      writer.prepare("INSERT INTO meta VALUES ('identity_key', ?), ('ranges_version', 0)").run(key);
    }
    writer.exec(`PRAGMA user_version = ${MIGRATIONS.length}; COMMIT`);
  } catch (error) {
    if (writer.isTransaction) writer.exec('ROLLBACK');
    throw explained(error, file);
  }
}
