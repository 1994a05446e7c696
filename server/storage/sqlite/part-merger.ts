import type { DatabaseSyncInstance as DatabaseSync } from '@photostructure/sqlite';
import { numericId } from '../../domain/customer-id.js';
import type { VerdictCounts } from '../../domain/fold.js';
import { toState } from '../../domain/customer.js';
import type { Checkpoint, IngestionCounts } from '../../domain/ingestion.js';
import { mergeCustomer } from '../../domain/merge.js';
import { unpackIdentities } from '../../domain/message-identity.js';
import { recordOf, type PartialCustomer, type PartialSummary } from '../../domain/partial-summary.js';
import { AppliedMessagesTable } from './applied-messages.js';
import type { CustomerRows } from './customer-rows.js';
import { IngestionProgress } from './ingestion-progress.js';
import { prepareRows, type Query } from './sqlite-database.js';

/** Keys that are looked up at once at most. */
const MOST_KEYS = 16_384;

/** Tells of a key whether its customer may be known: a row, a deletion, identities. */
type Known = (key: number) => boolean;

/** Merges parts of a source, and moves its ingestion on. */
export interface Merge {
  /**
   * Merges what a part says.
   * @returns false when some of its customers are known, so that its messages are needed; then nothing was merged
   */
  add(partial: PartialSummary): boolean;
  /** @returns the counts of the checkpoint, complete */
  finish(checkpoint: Checkpoint): IngestionCounts;
}

/** Merges the customers of parts within a write transaction. */
export class PartMerger {
  private readonly keysBetween: Query<[key: number]>;
  private readonly textsBetween: Query<[number]>;
  private readonly anyDeletion: Query<[number]>;
  private readonly applied: AppliedMessagesTable;
  private readonly progress: IngestionProgress;

  constructor(
    db: DatabaseSync,
    private readonly rows: CustomerRows,
  ) {
    this.keysBetween = prepareRows(db, 'SELECT key FROM customers WHERE key BETWEEN ? AND ? LIMIT ?');
    this.textsBetween = prepareRows(db, 'SELECT 1 FROM text_keys WHERE id BETWEEN ? AND ? LIMIT 1');
    this.anyDeletion = prepareRows(db, 'SELECT 1 FROM deletions LIMIT 1');
    this.applied = new AppliedMessagesTable(db);
    this.progress = new IngestionProgress(db);
  }

  /** To be called within a write transaction, for all parts that it merges. */
  begin(ingestionId: number): Merge {
    const verdicts: VerdictCounts = { event: 0, attributes: 0, duplicate: 0, stale: 0 };
    let customers = 0;
    return {
      add: (partial) => {
        const known = this.knownIn(partial);
        if (known && !partial.data.hasMessages) return false;
        customers += this.progress.addCustomers(ingestionId, this.mergeAll(partial, known, verdicts));
        return true;
      },
      finish: (checkpoint) => this.progress.advance(checkpoint, verdicts, customers),
    };
  }

  /** Which customers of the summary may be known already; undefined when surely none is. */
  private knownIn(partial: PartialSummary): Known | undefined {
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

  /** Returns the keys of the customers to which a message was applied. */
  private mergeAll(partial: PartialSummary, known: Known | undefined, counts: VerdictCounts): number[] {
    const touched: number[] = [];
    for (const customer of partial.customers()) {
      const key = customer.number ?? this.rows.keyOf(customer.id);
      if (this.mergeOne(key, customer, known, counts)) touched.push(key);
    }
    if (!known) this.rows.statistics.counted.addNames(partial.nameCounts());
    this.rows.statistics.flushIfLarge();
    return touched;
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
