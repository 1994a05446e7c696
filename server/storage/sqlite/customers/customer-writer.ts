import type { StatementSyncInstance as StatementSync } from '@photostructure/sqlite';
import type { CustomerChange, KnownCustomer } from '../../../domain/customer/customer-change.js';
import { numericId } from '../../../domain/customer/customer-id.js';
import { auditOf } from '../../../domain/customer/decide-edit.js';
import { addOutcomes, type OutcomeCounts } from '../../../domain/customer/fold.js';
import type { EditNote } from '../../../domain/customer/history.js';
import { labelEditsOf } from '../../../domain/customer/label-edits.js';
import { CustomerMessages } from '../../../domain/customer/packed-identities.js';
import type { PartialCustomer } from '../../../domain/customer/partial-customer.js';
import type { FoldedBatch } from '../../../domain/customer/folded-batch.js';
import type { LiveRecord } from '../../../domain/sources/live-calls.js';
import { appendAudit } from '../../access/audit.js';
import { writeLabelEdits } from '../../notes/label-edits.js';
import { SqliteWork } from '../../access/sqlite-work.js';
import { writeRecord } from '../../sources/call-records.js';
import type { PartTurn } from '../../write-queue.js';
import { AppliedMessagesTable } from './applied-messages.js';
import type { SqliteDatabase } from '../database/database.js';
import type { DerivedTable } from './derived-table.js';
import { derivedTables } from './derived-tables.js';
import { IngestionCustomers } from './ingestion-customers.js';
import { KnownCustomers } from './known-customers.js';

type WithIdentities = Pick<PartialCustomer, 'identities'>;

/** Reads and writes customers within a write transaction. All tables of customers are written here, derived tables included. */
export class CustomerWriter {
  /** Facts that are known within the transaction. */
  readonly known: KnownCustomers;
  private readonly upsert: StatementSync;
  private readonly insertBytes: StatementSync;
  private readonly removeRow: StatementSync;
  private readonly markDeleted: StatementSync;
  private readonly unmarkDeleted: StatementSync;
  private readonly markSuppressed: StatementSync;
  private readonly unmarkSuppressed: StatementSync;
  private readonly applied: AppliedMessagesTable;
  private readonly ingestionCustomers: IngestionCustomers;
  private readonly derived: readonly DerivedTable[];
  private readonly access: SqliteWork;

  constructor(private readonly database: SqliteDatabase) {
    const db = database.writer;
    this.known = new KnownCustomers(db);
    this.upsert = db.prepare(
      `INSERT INTO customers (key, id, attributes, events, last_updated, attribute_times, labels) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET attributes = excluded.attributes, events = excluded.events,
         last_updated = excluded.last_updated, attribute_times = excluded.attribute_times, labels = excluded.labels`,
    );
    this.insertBytes = db.prepare(
      `INSERT INTO customers (key, id, attributes, events, last_updated, attribute_times)
       VALUES (?, ?, CAST(? AS TEXT), CAST(? AS TEXT), ?, CAST(? AS TEXT))`,
    );
    this.removeRow = db.prepare('DELETE FROM customers WHERE key = ?');
    this.markDeleted = db.prepare('INSERT OR REPLACE INTO deletions VALUES (?, ?)');
    this.unmarkDeleted = db.prepare('DELETE FROM deletions WHERE key = ?');
    this.markSuppressed = db.prepare('INSERT OR REPLACE INTO suppressed VALUES (?, ?)');
    this.unmarkSuppressed = db.prepare('DELETE FROM suppressed WHERE key = ?');
    this.applied = new AppliedMessagesTable(db);
    this.ingestionCustomers = new IngestionCustomers(db);
    this.derived = derivedTables(database);
    this.access = new SqliteWork(db);
  }

  /** Runs `work` in a write transaction of its own. Customers are written only in `work`. */
  transaction<T>(work: () => T | Promise<T>): Promise<T> {
    return this.database.write(() => this.complete(work));
  }

  /** As {@link transaction}, for live messages. */
  liveTransaction<T>(work: () => T | Promise<T>): Promise<T> {
    return this.database.writeLive(() => this.complete(work));
  }

  /** As {@link transaction}, for a stretch of an ingestion, which may be committed in parts. */
  stretch<T>(ingestionId: number, work: (turn: PartTurn) => Promise<T>): Promise<T> {
    return this.database.writePart((turn) => this.complete(() => work(turn), ingestionId));
  }

  /** Commits a part of a stretch; see {@link SqliteDatabase.commitPart}. */
  async commitPart(ingestionId: number, turn: PartTurn, until?: Promise<unknown>): Promise<void> {
    this.flush();
    await this.database.commitPart(turn, until);
    this.begin(ingestionId);
  }

  private async complete<T>(work: () => T | Promise<T>, ingestionId?: number): Promise<T> {
    this.begin(ingestionId);
    const result = await work();
    this.flush();
    return result;
  }

  /** @param ingestionId the ingestion that applies messages, if any */
  private begin(ingestionId: number | undefined): void {
    this.ingestionCustomers.begin(ingestionId);
    for (const table of this.derived) table.begin?.();
    this.known.begin();
  }

  private flush(): void {
    this.ingestionCustomers.flush();
    for (const table of this.derived) table.flush?.();
  }

  /** Customers that the ingestion of this transaction has touched for the first time. */
  touched(): number {
    return this.ingestionCustomers.flush();
  }

  /** Opens the identities of a customer that a batch may have again. */
  messagesOf(
    key: number | undefined,
    { stored, deletedAt }: KnownCustomer,
    { identities }: WithIdentities,
  ): CustomerMessages {
    const isUnknown = key === undefined || (!stored && deletedAt === undefined);
    return isUnknown ? CustomerMessages.ofUnknown(identities) : this.applied.open(key, identities);
  }

  /** As {@link messagesOf}, without a new key for a customer that has none. */
  messagesOfKnown(known: KnownCustomer, messages: WithIdentities): CustomerMessages {
    return this.messagesOf(this.known.knownKeyOf(known.id), known, messages);
  }

  write(change: CustomerChange, key = this.known.keyOf(change.id)): void {
    const { id, before, after, deletedAt, deletedBefore, suppressedAt, messages } = change;
    if (after) {
      const { attributes, events, lastUpdated, attributeTimes, labels = null } = after;
      this.upsert.run(key, numericId(id) ?? id, attributes, events, lastUpdated, attributeTimes, labels);
    } else if (before) this.removeRow.run(key);
    if (deletedAt === undefined && deletedBefore !== undefined) this.unmarkDeleted.run(key);
    else if (deletedAt !== undefined && deletedAt !== deletedBefore) {
      this.markDeleted.run(key, deletedAt);
      this.known.hasDeletions = true;
    }
    if (suppressedAt === null) this.unmarkSuppressed.run(key);
    else if (suppressedAt !== undefined) {
      this.markSuppressed.run(key, suppressedAt);
      this.known.hasSuppressed = true;
    }
    if (messages) {
      this.applied.save(key, messages);
      this.ingestionCustomers.add(key);
    }
    for (const table of this.derived) table.record(key, change);
  }

  /** Takes a customer out of the derived tables. @param change by which it is erased */
  eraseDerived(key: number, change: CustomerChange): void {
    for (const table of this.derived) {
      table.record(key, change);
      table.erase?.(key, change.id);
    }
  }

  /** Writes edited customers, the entry of the audit for the edit, and the labels of a bulk edit. */
  writeEdited(changes: readonly CustomerChange[], note: EditNote): void {
    for (const change of changes) this.write(change);
    const audit = auditOf(note, changes);
    if (audit) this.access.run(appendAudit(audit, Date.now()));
    this.access.run(writeLabelEdits(labelEditsOf(note, changes, Date.now())));
  }

  /** Writes the counts and rejects of live calls. */
  recordCalls(calls: LiveRecord): Promise<void> {
    return this.access.runInTurns(writeRecord(calls));
  }

  /** Writes a change of a copy. @param touchedBy the ingestions that have applied messages to the customer */
  writeCopied(change: CustomerChange, touchedBy: readonly number[] = []): void {
    const key = this.known.keyOf(change.id);
    this.write(change, key);
    for (const ingestion of touchedBy) this.ingestionCustomers.insert(ingestion, [key]);
  }

  /**
   * Inserts customers of a batch as bytes. None of them may have a row or a deletion.
   * @param customers of the batch, from the first one on
   * @param isDue is asked after every customer; true ends it early
   * @param outcomes gets those of the messages
   * @returns true when all customers of the batch are inserted
   */
  insertFresh(
    batch: FoldedBatch,
    customers: Iterator<PartialCustomer>,
    isDue: () => boolean,
    outcomes: OutcomeCounts,
  ): boolean {
    let count = 0;
    let next = customers.next();
    for (; !next.done; next = customers.next()) {
      this.insertOne(next.value, outcomes);
      count++;
      if (isDue()) break;
    }
    for (const table of this.derived) {
      if (next.done) table.recordAllOf?.(batch);
      else table.recordFirstOf?.(batch, count);
    }
    return next.done === true;
  }

  private insertOne(customer: PartialCustomer, outcomes: OutcomeCounts): void {
    const fresh = customer.fresh();
    const id = customer.number ?? customer.id;
    const key = typeof id === 'number' ? id : this.known.keyOf(id);
    this.insertBytes.run(key, id, fresh.attributes, fresh.events, fresh.lastUpdated, fresh.attributeTimes);
    this.applied.insert(key, fresh.identities);
    this.ingestionCustomers.add(key);
    for (const table of this.derived) table.recordFresh(key, id, fresh);
    addOutcomes(outcomes, fresh.counts);
  }
}
