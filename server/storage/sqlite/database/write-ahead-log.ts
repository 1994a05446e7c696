import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { prepareRows } from './statements.js';

/** Time that emptying the log waits for other connections, in ms. */
const TRUNCATE_MS = 500;
/** Length of the log, in pages of 16 kB, from which it is brought to its end. */
const LONG_PAGES = 2_000;
/** Time that bringing the log to its end waits for a moment without a writer, in ms. */
const GAP_MS = 100;

/**
 * Moves what was committed from the log into the file, and syncs it, unless a transaction is under way. Blocks the calling thread, and
 * writers of other ones only while a long log is brought to its end: it can begin anew then.
 */
export function moveLog(writer: DatabaseSyncInstance): void {
  if (writer.isTransaction) return;
  if (movePages(writer, 'PASSIVE') < LONG_PAGES) return;
  // A writer waits for the third time only. After the second, few pages are left for it.
  movePages(writer, 'PASSIVE');
  writer.exec(`PRAGMA busy_timeout = ${GAP_MS}`);
  try {
    movePages(writer, 'FULL');
  } finally {
    writer.exec('PRAGMA busy_timeout = 0');
  }
}

/** @returns the length of the log, in pages; 0 if another connection is moving pages */
function movePages(writer: DatabaseSyncInstance, mode: 'PASSIVE' | 'FULL'): number {
  const move = prepareRows<[busy: number, pages: number]>(writer, `PRAGMA wal_checkpoint(${mode})`);
  const [busy, pages] = move.get() ?? [1, 0];
  return busy === 0 ? pages : 0;
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
