import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CustomerQuery, CustomerSelection } from '../../server/domain/search/customer-query.js';
import { openSqlite } from '../../server/storage/sqlite/open.js';
import { SearchIndex, type IndexerOptions } from '../../server/storage/sqlite/search/search-index.js';
import { SqliteSearchStore } from '../../server/storage/sqlite/search-store.js';
import { SqliteCustomerSearch } from '../../server/storage/sqlite/customer-search.js';
import { SqliteDatabase } from '../../server/storage/sqlite/database/database.js';
import { readSnapshot } from '../../server/storage/sqlite/database/snapshot.js';
import { openNewSqlite, postgresEngines, temporaryFolder, type Engine } from './engine.js';

/** Small blocks, so that a few customers make many of them. */
export const SMALL_BLOCKS: IndexerOptions = { blockSize: 16, leastPending: 1, compactAt: 3 };

/** The indexer of a database, by default with the options of a server. */
export function indexerOf(database: SqliteDatabase, options?: IndexerOptions, signal?: AbortSignal) {
  return SearchIndex.open(new SqliteSearchStore(database)).indexer(options, signal);
}

/** Indexes until nothing is left to do. */
export async function catchUp(indexer: { step(): Promise<boolean> }): Promise<void> {
  while (await indexer.step());
}

class IndexedSearch extends SqliteCustomerSearch {
  private readonly indexer: ReturnType<typeof indexerOf>;

  constructor(database: SqliteDatabase, options: IndexerOptions) {
    super(database, (read) => readSnapshot(database, read));
    this.indexer = indexerOf(database, options);
  }

  override async search(query: CustomerQuery, offset: number, limit: number) {
    await catchUp(this.indexer);
    return super.search(query, offset, limit);
  }

  override async *select(selection: CustomerSelection): AsyncGenerator<string> {
    await catchUp(this.indexer);
    yield* super.select(selection);
  }
}

/**
 * SQLite, where everything is indexed before a search.
 * @param folder of `roster.db`, which may exist; removed at the end
 */
export async function openIndexed(options = SMALL_BLOCKS, folder = temporaryFolder()): Promise<Engine> {
  const path = join(folder.path, 'roster.db');
  const storage = existsSync(path) ? openSqlite(path) : await openNewSqlite(path);
  const database = new SqliteDatabase(path);
  return {
    ...storage,
    search: new IndexedSearch(database, options),
    close: async () => {
      await database.close();
      await storage.close();
      folder.remove();
    },
  };
}

/** PostgreSQL with sequential scans disabled: its planner would prefer them for small tables. */
export const openByIndexes = postgresEngines('enable_seqscan=off');
