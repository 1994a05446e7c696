import type {
  DatabaseSyncInstance as DatabaseSync,
  StatementSyncInstance as StatementSync,
} from '@photostructure/sqlite';

/** Keys that are written at once. One statement for many keys is several times as fast. */
const KEYS_AT_ONCE = 10_000;

/** The customers to which an ingestion has applied a message. They count once an ingestion, over all its transactions. */
export class IngestionCustomers {
  private readonly statement: StatementSync;
  private ingestionId: number | undefined;
  private keys: number[] = [];
  private added = 0;

  constructor(db: DatabaseSync) {
    this.statement = db.prepare('INSERT OR IGNORE INTO ingestion_customers SELECT ?1, value FROM json_each(?2)');
  }

  /** Starts a transaction. */
  begin(ingestionId: number | undefined): void {
    this.ingestionId = ingestionId;
    this.keys = [];
    this.added = 0;
  }

  add(key: number): void {
    this.keys.push(key);
    if (this.keys.length >= KEYS_AT_ONCE) this.flush();
  }

  /** @returns customers that are new to the ingestion */
  insert(ingestionId: number, keys: readonly number[]): number {
    return this.statement.run(ingestionId, JSON.stringify(keys)).changes;
  }

  /** @returns customers that this transaction has added */
  flush(): number {
    if (this.ingestionId !== undefined && this.keys.length > 0) {
      this.added += this.insert(this.ingestionId, this.keys);
    }
    this.keys = [];
    return this.added;
  }
}
