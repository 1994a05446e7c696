import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { prepareRows } from './statements.js';

/** Time that emptying the log waits for other connections, in ms. */
const TRUNCATE_MS = 500;

/**
 * Moves what was committed from the log into the file, and syncs it, unless a transaction is under way. Blocks the calling thread, but no
 * writer of another one.
 */
export function moveLog(writer: DatabaseSyncInstance): void {
  if (!writer.isTransaction) writer.exec('PRAGMA wal_checkpoint(PASSIVE)');
}

/**
 * Moves the whole log into the file and empties it, once no reader has an older snapshot. Waits for writers of other connections a
 * moment, and blocks the calling thread meanwhile.
 * @returns false if a reader or a writer still needs the log
 */
export function truncateLog(writer: DatabaseSyncInstance): boolean {
  if (writer.isTransaction) return false;
  writer.exec(`PRAGMA busy_timeout = ${TRUNCATE_MS}`);
  try {
    return prepareRows<[busy: number]>(writer, 'PRAGMA wal_checkpoint(TRUNCATE)').get()?.[0] === 0;
  } finally {
    writer.exec('PRAGMA busy_timeout = 0');
  }
}
