import { closeSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Database } from '../config/config.js';
import { DomainError } from '../domain/errors.js';
import type { TableCheck } from './check/differences.js';
import { copySnapshot } from './copy/copier.js';
import { openContents } from './open-contents.js';
import { openEngine } from './open-engine.js';
import { SqliteDatabase } from './sqlite/database/database.js';

const MODE = 0o600;

/**
 * Writes one snapshot of a database into a new SQLite file, while other processes go on writing.
 * @param path of a file that does not exist
 * @throws DomainError `invalid_request` for a database in memory; `storage_full`, `storage_unavailable`
 */
export async function backUp(database: Database, path: string): Promise<void> {
  closeSync(openSync(path, 'wx', MODE));
  switch (database.kind) {
    case 'sqlite': {
      const source = new SqliteDatabase(database.path, { mustExist: true });
      try {
        source.backUp(path);
      } finally {
        await source.close();
      }
      break;
    }
    case 'postgres': {
      const source = await openContents(database);
      const target = await openContents({ kind: 'sqlite', path });
      try {
        await source.snapshot((reader) => copySnapshot(reader, target));
      } finally {
        await target.close();
        await source.close();
      }
      break;
    }
    case 'memory':
      throw new DomainError(
        'invalid_request',
        'A database in memory is gone with its process: there is no backup of it.',
      );
    default:
      return database satisfies never;
  }
}

/**
 * Opens a backup and compares every table with its customers. Tables that differed in the original are made anew.
 * @returns the tables that still differ
 */
export async function checkBackup(path: string): Promise<readonly TableCheck[]> {
  const storage = await openEngine({ database: { kind: 'sqlite', path }, databaseConnections: 1 });
  try {
    const different = async (): Promise<readonly TableCheck[]> =>
      (await storage.check?.run())?.filter(({ differences }) => differences > 0) ?? [];
    const mendable = (await different()).filter((table) => table.mendable).map(({ table }) => table);
    if (mendable.length > 0) await storage.check?.mend(mendable);
    return await different();
  } finally {
    await storage.close();
  }
}

/** Writes a file and the entry of its folder to the disk. */
export function syncFile(path: string): void {
  for (const one of [path, dirname(path)]) {
    const fd = openSync(one, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  }
}
