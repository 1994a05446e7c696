import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import type { SqliteDatabase } from './database.js';

/** Time that opening a connection waits for a checkpoint, in ms. */
const OPEN_TIMEOUT_MS = 30_000;

/** Reads one snapshot over a connection of its own, so that other reads see later commits meanwhile. `read` takes turns with other work itself. */
export async function readSnapshot<T>(
  database: Pick<SqliteDatabase, 'path' | 'assertThere'>,
  read: (reader: DatabaseSyncInstance) => Promise<T>,
): Promise<T> {
  database.assertThere();
  const reader = new DatabaseSync(database.path, { timeout: OPEN_TIMEOUT_MS });
  try {
    // Without a memory map: each connection would have its own of the whole file.
    reader.exec('PRAGMA query_only = ON; BEGIN');
    // The first read takes the snapshot.
    reader.exec('SELECT 1 FROM meta LIMIT 1');
    return await read(reader);
  } finally {
    // Closing alone would keep the snapshot until the last statement was garbage-collected.
    if (reader.isTransaction) reader.exec('COMMIT');
    reader.close();
  }
}
