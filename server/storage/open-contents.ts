import type { Database } from '../config/config.js';
import { DomainError } from '../domain/errors.js';
import type { OpenContents } from './copy/contents.js';
import { PostgresContentsReader } from './postgres/contents-reader.js';
import { PostgresContentsWriter } from './postgres/contents-writer.js';
import { migrate } from './postgres/database/migrate.js';
import { PostgresDatabase } from './postgres/database/database.js';
import { SqliteContentsReader } from './sqlite/contents-reader.js';
import { SqliteContentsWriter } from './sqlite/contents-writer.js';
import { SqliteDatabase } from './sqlite/database/database.js';

/** One that writes, and what is read ahead. */
const CONNECTIONS = 4;

/**
 * Opens a database to copy all of it, or to be filled; also in the middle of a copy. Its tables are created or brought up to date.
 * @throws DomainError `storage_unavailable`; `invalid_request` for one that lives in a process
 */
export async function openContents(database: Database): Promise<OpenContents> {
  switch (database.kind) {
    case 'sqlite': {
      const sqlite = new SqliteDatabase(database.path);
      // All is read once, in order: pages that stay mapped would only count as memory of this process.
      sqlite.reader.exec('PRAGMA mmap_size = 0');
      return {
        reader: new SqliteContentsReader(sqlite),
        writer: new SqliteContentsWriter(sqlite),
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
        writer: new PostgresContentsWriter(postgres),
        close: () => postgres.close(),
      };
    }
    case 'memory':
      throw new DomainError('invalid_request', 'A database in memory is gone with its process: nothing can be copied.');
    default:
      return database satisfies never;
  }
}
