/** A place where the database differs from what its customers say. */
export interface Difference {
  /** The id of a customer, a name, or another key of the table. */
  readonly key: string;
  readonly expected: string;
  readonly found: string;
}

/** Differences of one table that are kept. The others are only counted. */
const MOST_KEPT = 10;

/** Collects the differences of one table in bounded memory. */
export class Differences {
  /** The number of all differences. */
  count = 0;
  /** The first differences. */
  readonly first: Difference[] = [];

  add(key: string | number, expected: string | number, found: string | number): void {
    this.count++;
    if (this.first.length < MOST_KEPT)
      this.first.push({ key: String(key), expected: String(expected), found: String(found) });
  }
}

/** The result of checking one table. */
export interface TableCheck {
  readonly table: string;
  /** True if {@link DatabaseCheck.mend} can make the table anew from the customers. */
  readonly mendable: boolean;
  /** The number of differences; 0 when the table agrees with the customers. */
  readonly differences: number;
  readonly first: readonly Difference[];
}

/** Compares the tables of a database with its customers. */
export interface DatabaseCheck {
  /**
   * Checks every table over one snapshot, while other processes write. A search index that is behind is no difference.
   * @param onTable is called before each table is checked
   */
  run(onTable?: (table: string) => void): Promise<readonly TableCheck[]>;
  /** Makes derived tables anew from the customers, and the triggers of the audit, in one transaction. @param tables names of tables that can be mended */
  mend(tables: readonly string[]): Promise<void>;
}
