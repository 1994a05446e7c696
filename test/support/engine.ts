import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CustomerRepository } from '../../server/domain/customer-repository.js';
import type { IngestionRepository } from '../../server/domain/ingestion-repository.js';
import { SqliteCustomerRepository } from '../../server/storage/sqlite/sqlite-customer.repository.js';
import { SqliteDatabase } from '../../server/storage/sqlite/sqlite-database.js';
import { SqliteIngestionRepository } from '../../server/storage/sqlite/sqlite-ingestion.repository.js';

/** An engine under test, with nothing in it. */
export interface Engine {
  readonly customers: CustomerRepository;
  readonly ingestions: IngestionRepository;
  /** Leaves nothing behind. */
  close(): Promise<void>;
}

/** A folder of a test, gone after `remove`. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'roster-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

async function openSqlite(): Promise<Engine> {
  const folder = temporaryFolder();
  const database = new SqliteDatabase(join(folder.path, 'roster.db'));
  return {
    customers: new SqliteCustomerRepository(database),
    ingestions: new SqliteIngestionRepository(database),
    close: async () => {
      await database.close();
      folder.remove();
    },
  };
}

/** Every engine, by its name. */
export const ENGINES: readonly (readonly [name: string, open: () => Promise<Engine>])[] = [['sqlite', openSqlite]];
