import type { DatabaseSyncInstance as DatabaseSync } from '@photostructure/sqlite';
import type { KnownCustomer } from '../../../domain/customer/customer-change.js';
import { numericId } from '../../../domain/customer/customer-id.js';
import { erasedHash, KEY_IF_ANY } from '../../erased/erased.js';
import { prepareRows, type Query } from '../database/statements.js';

type StoredRow = [
  attributes: string,
  events: string,
  lastUpdated: number,
  attributeTimes: string,
  labels: string | null,
];

/** Reads what is known of customers within a write transaction. */
export class KnownCustomers {
  /** False if certainly no customer was ever deleted, or is suppressed. */
  hasDeletions = true;
  hasSuppressed = true;
  /** The key of the hashes of erased customers; undefined if certainly none was erased. */
  private erasureKey: Uint8Array | undefined;
  private readonly storedByKey: Query<StoredRow>;
  private readonly deletionOf: Query<[number]>;
  private readonly suppressionOf: Query<[number]>;
  private readonly anyOf: Query<[deletions: number, suppressed: number]>;
  private readonly keyIfAny: Query<[Uint8Array]>;
  private readonly erasedUntil: Query<[number]>;
  private readonly textKey: Query<[number]>;
  private readonly newTextKey: Query<[number]>;

  constructor(db: DatabaseSync) {
    this.storedByKey = prepareRows(
      db,
      'SELECT attributes, events, last_updated, attribute_times, labels FROM customers WHERE key = ?',
    );
    this.deletionOf = prepareRows(db, 'SELECT deleted_at FROM deletions WHERE key = ?');
    this.suppressionOf = prepareRows(db, 'SELECT suppressed_at FROM suppressed WHERE key = ?');
    this.anyOf = prepareRows(db, 'SELECT EXISTS (SELECT 1 FROM deletions), EXISTS (SELECT 1 FROM suppressed)');
    this.keyIfAny = prepareRows(db, KEY_IF_ANY);
    this.erasedUntil = prepareRows(db, 'SELECT until FROM erased WHERE hash = ?');
    this.textKey = prepareRows(db, 'SELECT key FROM text_keys WHERE id = ?');
    this.newTextKey = prepareRows(
      db,
      'INSERT INTO text_keys SELECT ?, coalesce(min(key), 0) - 1 FROM text_keys RETURNING key',
    );
  }

  /** Starts a transaction. */
  begin(): void {
    const [deletions, suppressed] = this.anyOf.get() ?? [1, 1];
    this.hasDeletions = deletions === 1;
    this.hasSuppressed = suppressed === 1;
    this.erasureKey = this.keyIfAny.get()?.[0];
  }

  /** True if certainly no customer without a row was deleted or erased, or is suppressed. */
  get rowsOnly(): boolean {
    return !this.hasDeletions && !this.hasSuppressed && !this.erasureKey;
  }

  /** The key of an id, a new one where it has none. */
  keyOf(id: string): number {
    const key = this.knownKeyOf(id) ?? this.newTextKey.get(id)?.[0];
    if (key === undefined) throw new Error('A new key was not returned.');
    return key;
  }

  /** The key of an id; undefined for a text that has none. */
  knownKeyOf(id: string): number | undefined {
    return numericId(id) ?? this.textKey.get(id)?.[0];
  }

  read(id: string): KnownCustomer {
    return this.readKey(this.knownKeyOf(id), id);
  }

  /**
   * @param key undefined for a customer that has none
   * @param hasRow false when the customer certainly does not exist
   */
  readKey(key: number | undefined, id: string, hasRow = true): KnownCustomer {
    if (key === undefined) return this.withoutRow(id, undefined, undefined);
    const row = hasRow ? this.storedByKey.get(key) : undefined;
    const deletedAt = this.hasDeletions ? this.deletionOf.get(key)?.[0] : undefined;
    const suppressedAt = this.hasSuppressed ? this.suppressionOf.get(key)?.[0] : undefined;
    if (!row) return this.withoutRow(id, deletedAt, suppressedAt);
    const [attributes, events, lastUpdated, attributeTimes, labels] = row;
    const stored = { id, attributes, events, lastUpdated, attributeTimes, ...(labels !== null && { labels }) };
    return { id, stored, deletedAt, suppressedAt };
  }

  private withoutRow(id: string, deletedAt: number | undefined, suppressedAt: number | undefined): KnownCustomer {
    const key = deletedAt === undefined ? this.erasureKey : undefined;
    const erasedUntil = key && this.erasedUntil.get(erasedHash(key, id))?.[0];
    return { id, stored: undefined, deletedAt, suppressedAt, erasedUntil };
  }
}
