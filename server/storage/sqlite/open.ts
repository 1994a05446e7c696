import { SqliteCustomerRepository } from './sqlite-customer.repository.js';
import { SqliteDatabase } from './sqlite-database.js';
import { SqliteIngestionRepository } from './sqlite-ingestion.repository.js';

/** Both repositories over one SQLite file, which is created when missing. */
export function openSqlite(path: string): {
  customers: SqliteCustomerRepository;
  ingestions: SqliteIngestionRepository;
  close: () => Promise<void>;
} {
  const database = new SqliteDatabase(path);
  return {
    customers: new SqliteCustomerRepository(database),
    ingestions: new SqliteIngestionRepository(database),
    close: () => database.close(),
  };
}
