import type { DatabaseSyncInstance as DatabaseSync } from '@photostructure/sqlite';
import { numericId } from '../../domain/customer-id.js';
import type { VerdictCounts } from '../../domain/fold.js';
import { toState } from '../../domain/customer.js';
import { mergeCustomer } from '../../domain/merge.js';
import { unpackIdentities } from '../../domain/message-identity.js';
import { recordOf, type PartialCustomer, type PartialSummary } from '../../domain/partial-summary.js';
import { AppliedMessagesTable } from './applied-messages.js';
import type { CustomerRows } from './customer-rows.js';
import { prepareRows, type Query } from './sqlite-database.js';

/** Keys that are looked up at once at most. */
const MOST_KEYS = 16_384;

/** Tells of a key whether its customer may be known: a row, a deletion, identities. */
export type Known = (key: number) => boolean;

/** Merges the customers of a part within a write transaction. */
export class PartMerger {
  private readonly keysBetween: Query<[key: number]>;
  private readonly textsBetween: Query<[number]>;
  private readonly anyDeletion: Query<[number]>;
  private readonly applied: AppliedMessagesTable;

  constructor(
    db: DatabaseSync,
    private readonly rows: CustomerRows,
  ) {
    this.keysBetween = prepareRows(db, 'SELECT key FROM customers WHERE key BETWEEN ? AND ? LIMIT ?');
    this.textsBetween = prepareRows(db, 'SELECT 1 FROM text_keys WHERE id BETWEEN ? AND ? LIMIT 1');
    this.anyDeletion = prepareRows(db, 'SELECT 1 FROM deletions LIMIT 1');
    this.applied = new AppliedMessagesTable(db);
  }

  /** Which customers of the summary may be known already; undefined when surely none is. */
  knownIn(partial: PartialSummary): Known | undefined {
    const { firstId, lastId } = partial;
    if (firstId === undefined || lastId === undefined) return undefined;
    if (this.anyDeletion.get()) return () => true;
    const first = numericId(firstId) ?? Number.MAX_SAFE_INTEGER;
    const last = numericId(lastId);
    // Numbers come before texts.
    if (last === undefined && this.textsBetween.get(numericId(firstId) === undefined ? firstId : '', lastId))
      return () => true;
    const keys = this.keysBetween.all(first, last ?? Number.MAX_SAFE_INTEGER, MOST_KEYS);
    if (keys.length === MOST_KEYS) return () => true;
    if (keys.length === 0) return undefined;
    const known = new Set(keys.map(([key]) => key));
    return (key) => known.has(key);
  }

  /**
   * Merges one customer after the other; whoever asks for the next may pause in between.
   * @param known what {@link knownIn} says; where it says anything the summary has to be complete
   * @param counts changes
   * @returns the keys of the customers to which a message was applied; undefined for one to which none was
   */
  *merge(partial: PartialSummary, known: Known | undefined, counts: VerdictCounts): Generator<number | undefined> {
    for (const customer of partial.customers()) {
      const key = customer.number ?? this.rows.keyOf(customer.id);
      yield this.mergeOne(key, customer, known, counts) ? key : undefined;
    }
    if (!known) this.rows.statistics.counted.addNames(partial.nameCounts());
    this.rows.statistics.flushIfLarge();
  }

  private mergeOne(key: number, customer: PartialCustomer, known: Known | undefined, counts: VerdictCounts): boolean {
    const mayBeKnown = known?.(key) ?? false;
    const stored = mayBeKnown ? this.rows.stored(key) : undefined;
    const deletedAt = mayBeKnown ? this.rows.deletedAt(key) : undefined;
    if (!stored && deletedAt === undefined) {
      this.insert(key, customer, known !== undefined, counts);
      return true;
    }
    const state = toState(customer.id, stored, deletedAt);
    const applied = this.applied.open(key, unpackIdentities(customer.identities));
    if (!mergeCustomer(state, customer, applied, counts)) return false;
    this.rows.statistics.counted.replace(stored, this.rows.save(key, state, stored));
    this.applied.save(key, applied);
    return true;
  }

  /** @param alone whether its names are to be counted, or come with those of all others */
  private insert(key: number, customer: PartialCustomer, alone: boolean, counts: VerdictCounts): void {
    const fresh = customer.fresh();
    this.rows.insert(key, customer.number ?? customer.id, fresh);
    this.applied.insert(key, fresh.identities);
    counts.event += fresh.counts.event;
    counts.attributes += fresh.counts.attributes;
    counts.duplicate += fresh.counts.duplicate;
    const { counted } = this.rows.statistics;
    if (alone) counted.replace(undefined, recordOf(customer.id, fresh));
    else counted.addDay(fresh.lastUpdated);
  }
}
