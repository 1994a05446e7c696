import type { Database } from '../config/config.js';
import { DomainError } from '../domain/errors.js';
import { StoredAccess } from './access/stored-access.js';
import type { OpenContents } from './copy/contents.js';
import { readsOf } from './postgres/database/reads.js';
import { PostgresAccessRunner } from './postgres/access-runner.js';
import { PostgresContentsReader } from './postgres/contents-reader.js';
import { PostgresContentsWriter } from './postgres/contents-writer.js';
import { migrate } from './postgres/database/migrate.js';
import { PostgresDatabase } from './postgres/database/database.js';
import { SqliteAccessRunner } from './sqlite/access-runner.js';
import { SqliteContentsReader } from './sqlite/contents-reader.js';
import { SqliteContentsWriter } from './sqlite/contents-writer.js';
import { SqliteDatabase } from './sqlite/database/database.js';

/** Connections to PostgreSQL: one for writes, the others for reading ahead. */
const CONNECTIONS = 4;

/**
 * Opens a database as the source or the target of a copy, also in the middle of one. Creates or upgrades its tables first.
 * @throws DomainError `storage_unavailable`; `invalid_request` for a database in memory
 */
export async function openContents(database: Database): Promise<OpenContents> {
  switch (database.kind) {
    case 'sqlite': {
      const sqlite = new SqliteDatabase(database.path);
      const reader = new SqliteContentsReader(sqlite);
      return {
        reader,
        access: new StoredAccess(new SqliteAccessRunner(sqlite)),
        writer: new SqliteContentsWriter(sqlite),
        snapshot: async (read) => {
          sqlite.reader.exec('BEGIN');
          try {
            return await read(reader);
          } finally {
            sqlite.reader.exec('COMMIT');
          }
        },
        close: () => sqlite.close(),
      };
    }
    case 'postgres': {
      const postgres = new PostgresDatabase({ url: database.url, connections: CONNECTIONS });
      try {
        await migrate(postgres);
      } catch (error) {
        await postgres.close();
        throw error;
      }
      return {
        reader: new PostgresContentsReader(postgres),
        access: new StoredAccess(new PostgresAccessRunner(postgres)),
        writer: new PostgresContentsWriter(postgres),
        snapshot: (read) => postgres.snapshot((client) => read(new PostgresContentsReader(readsOf(client)))),
        close: () => postgres.close(),
      };
    }
    case 'memory':
      throw new DomainError('invalid_request', 'A database in memory is gone with its process: nothing can be copied.');
    default:
      return database satisfies never;
  }
}
