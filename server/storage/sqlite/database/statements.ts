import type { DatabaseSyncInstance } from '@photostructure/sqlite';

type Parameter = string | number | null | Uint8Array;

/** A statement that yields rows of one shape. */
export interface Query<Row> {
  get(...parameters: Parameter[]): Row | undefined;
  all(...parameters: Parameter[]): Row[];
  iterate(...parameters: Parameter[]): IterableIterator<Row>;
}

/** A statement whose rows are arrays in the order of its columns: half the cost of objects. */
export function prepareRows<Row extends readonly unknown[]>(db: DatabaseSyncInstance, sql: string): Query<Row> {
  const statement = db.prepare(sql);
  statement.setReturnArrays(true);
  // Safe if the statement has the columns that its caller declares.
  return statement;
}

/** A statement whose rows are objects with its columns as members. */
export function prepareObjects<Row extends object>(db: DatabaseSyncInstance, sql: string): Query<Row> {
  return db.prepare(sql);
}
