import type { ClientBase } from 'pg';
import type { CustomerChange } from '../../../domain/customer/customer-change.js';
import type { StoredCustomer } from '../../../domain/customer/customer.js';
import { auditOf } from '../../../domain/customer/decide-edit.js';
import { addOutcomes, noOutcomes, type OutcomeCounts } from '../../../domain/customer/fold.js';
import type { EditNote } from '../../../domain/customer/history.js';
import { labelEditsOf } from '../../../domain/customer/label-edits.js';
import { LOWEST, type CustomerMessages } from '../../../domain/customer/packed-identities.js';
import type { FreshCustomer, PartialCustomer } from '../../../domain/customer/partial-customer.js';
import type { FoldedBatch } from '../../../domain/customer/folded-batch.js';
import { appendAudit } from '../../access/audit.js';
import { writeLabelEdits } from '../../notes/label-edits.js';
import { runWithin } from '../access-runner.js';
import { RUN_COLUMNS, runRows, writeRuns } from './applied-messages.js';
import { copyRows, type CopyField } from './copy-rows.js';
import { announceWrite, writeEdited, type LockedChange, type LockedCustomer } from './customer-rows.js';
import type { PostgresDatabase } from '../database/database.js';
import { codeOf, UNIQUE_VIOLATION } from '../database/failure.js';
import type { TransactionKind } from '../database/transaction-kind.js';
import type { DerivedTable } from './derived-table.js';
import { derivedTables } from './derived-tables.js';
import { position } from './row.js';

/** The ingestion that applies messages. */
export interface Touching {
  readonly ingestionId: number;
  /** All ingestions that are not done, this one included. */
  readonly unfinished: ReadonlySet<number>;
}

interface AppliedTo {
  readonly id: string;
  readonly messages: CustomerMessages;
}

const COLUMNS =
  'customer_id, position, attributes, events, attribute_times, last_updated, deleted_at, suppressed_at, touched_by, labels';

/** The tables of changed rows: for this session and transaction alone, without a write-ahead log. */
const CREATE_STAGED = `
  CREATE TEMP TABLE IF NOT EXISTS staged_customers (
    customer_id text, position text, attributes text, events text, attribute_times text, last_updated bigint,
    deleted_at bigint, suppressed_at bigint, touched_by bigint[], labels text
  ) ON COMMIT DROP;
  CREATE TEMP TABLE IF NOT EXISTS staged_messages (customer_id text, first bytea, identities bytea) ON COMMIT DROP`;
/** Upserts, though every row exists: a distributed table takes no other form from a local one. Messages leave labels as they are. */
const MOVE_STAGED = `
  INSERT INTO customers (${COLUMNS}) SELECT ${COLUMNS} FROM staged_customers
  ON CONFLICT (customer_id) DO UPDATE SET attributes = excluded.attributes, events = excluded.events,
    attribute_times = excluded.attribute_times, last_updated = excluded.last_updated, deleted_at = excluded.deleted_at,
    touched_by = excluded.touched_by;
  INSERT INTO applied_messages (${RUN_COLUMNS}) SELECT ${RUN_COLUMNS} FROM staged_messages
  ON CONFLICT (customer_id, first) DO UPDATE SET identities = excluded.identities;
  TRUNCATE staged_customers, staged_messages`;

/** Runs `work` in a transaction of its own. Customers are written only in `work`. */
export function writeCustomers<T>(
  database: PostgresDatabase,
  kind: TransactionKind,
  work: (writer: CustomerWriter, client: ClientBase) => Promise<T>,
): Promise<T> {
  return database.write(kind, async (client) => {
    const writer = new CustomerWriter(client, database.keepsLog);
    const result = await work(writer, client);
    await writer.flush();
    return result;
  });
}

/** Writes customers within one transaction. All tables of customers are written here, derived tables included. */
export class CustomerWriter {
  /** Customers that exist now and did not before. */
  arrived = 0;
  /** Customers that the ingestion has touched for the first time. */
  touched = 0;
  private readonly derived: readonly DerivedTable[];
  /** Inserted customers of the batch under way that the derived tables do not know yet. */
  private fresh: PartialCustomer[] = [];

  constructor(
    private readonly client: ClientBase,
    keepsLog: boolean,
  ) {
    this.derived = derivedTables(keepsLog);
  }

  /** Writes edited customers, the entry of the audit for the edit, and the labels of a bulk edit. */
  async writeEdited(edited: readonly LockedChange[], note: EditNote): Promise<void> {
    const changes = edited.map(({ change }) => change);
    for (const change of changes) this.record(change);
    await this.beginTables(edited);
    await writeEdited(this.client, edited);
    await this.flushTables(false);
    const audit = auditOf(note, changes);
    if (audit) await runWithin(this.client, appendAudit(audit, Date.now()));
    await runWithin(this.client, writeLabelEdits(labelEditsOf(note, changes, Date.now())));
  }

  /** Writes customers to whom live messages were applied: few, and without a table of their own. */
  async writeAccepted(changes: readonly LockedChange[]): Promise<void> {
    if (changes.length === 0) return;
    for (const { change } of changes) this.record(change);
    await this.beginTables(changes);
    await writeEdited(this.client, changes);
    const runs = changes.flatMap(
      ({ change: { id, messages } }) => messages?.changed().map((run) => [id, run] as const) ?? [],
    );
    await writeRuns(this.client, runs);
    await this.flushTables(false);
  }

  /**
   * Writes customers to whom messages were applied.
   * @param changes taken one by one, so that no more than one needs to be in memory
   */
  async writeApplied(changes: Iterable<LockedChange>, touching: Touching): Promise<void> {
    await this.client.query(CREATE_STAGED);
    const applied: AppliedTo[] = [];
    await copyRows(this.client, `staged_customers (${COLUMNS})`, this.stagedRows(changes, touching, applied));
    if (applied.length === 0) return;
    await this.beginTables();
    const runs = applied.flatMap(({ id, messages }) => messages.changed().flatMap((run) => runRows(id, run)));
    await copyRows(this.client, `staged_messages (${RUN_COLUMNS})`, runs);
    await this.client.query(MOVE_STAGED);
    await this.flushTables(false);
  }

  /**
   * Inserts customers of a batch as bytes. None of them was known a moment ago. {@link endBatch} has to follow.
   * @returns false when another process has inserted one of them meanwhile; nothing has changed then
   */
  async insertFresh(customers: readonly PartialCustomer[], { ingestionId }: Touching): Promise<boolean> {
    await this.client.query('SAVEPOINT fresh');
    try {
      const rows = customers.map((customer) => rowOf(customer.id, customer.fresh(), undefined, [ingestionId]));
      await copyRows(this.client, `customers (${COLUMNS})`, rows);
    } catch (error) {
      if (codeOf(error) !== UNIQUE_VIOLATION) throw error;
      await this.client.query('ROLLBACK TO fresh');
      return false;
    }
    const runs = customers.flatMap(({ id, identities }) => runRows(id, { first: LOWEST, identities }));
    await copyRows(this.client, `applied_messages (${RUN_COLUMNS})`, runs);
    await this.client.query('RELEASE fresh');
    this.fresh.push(...customers);
    return true;
  }

  /** Ends a batch. @returns the outcomes of the messages of its customers that {@link insertFresh} has inserted */
  async endBatch(batch: FoldedBatch): Promise<OutcomeCounts> {
    const { fresh } = this;
    this.fresh = [];
    this.arrived += fresh.length;
    this.touched += fresh.length;
    for (const table of this.derived) table.recordFresh(fresh, batch);
    await this.flushTables(false);
    const outcomes = noOutcomes();
    for (const customer of fresh) addOutcomes(outcomes, customer.fresh().counts);
    return outcomes;
  }

  /** Writes the changes of a copy. @param touchedBy for each, the unfinished ingestions that have applied messages to the customer */
  async insertCopied(
    changes: readonly CustomerChange[],
    touchedBy: readonly (readonly number[])[] = [],
  ): Promise<void> {
    // Entries of the history are numbered by a read.
    await announceWrite(
      this.client,
      changes.map(({ id }) => id),
    );
    const rows = changes.map(({ id, after, deletedAt, suppressedAt }, at) =>
      rowOf(id, after, deletedAt, touchedBy.at(at) ?? [], suppressedAt),
    );
    const customers = rows.filter(
      (_, at) => (changes[at].after ?? changes[at].deletedAt ?? changes[at].suppressedAt) !== undefined,
    );
    const runs = changes.flatMap(({ id, messages }) => messages?.changed().flatMap((run) => runRows(id, run)) ?? []);
    await copyRows(this.client, `customers (${COLUMNS})`, customers);
    await copyRows(this.client, `applied_messages (${RUN_COLUMNS})`, runs);
    for (const change of changes) this.record(change);
    await this.flushTables(false);
  }

  /** Takes a customer out of the derived tables. Its own rows are removed by the caller. */
  async erase(change: CustomerChange): Promise<void> {
    this.record(change);
    await this.flushTables(false);
  }

  /** Settles the derived tables after the last change of a copy. */
  async settle(): Promise<void> {
    for (const table of this.derived) await table.settle?.(this.client);
  }

  /** Completes the derived tables. It may be called before the end of the transaction, after the last customer. */
  async flush(): Promise<void> {
    await this.flushTables(true);
  }

  private *stagedRows(
    changes: Iterable<LockedChange>,
    touching: Touching,
    applied: AppliedTo[],
  ): Generator<readonly CopyField[]> {
    for (const { locked, change } of changes) {
      const { id, after, deletedAt, messages } = change;
      if (messages) applied.push({ id, messages });
      this.record(change);
      yield rowOf(id, after, deletedAt, this.touch(locked, touching));
    }
  }

  private touch({ touchedBy }: LockedCustomer, { ingestionId, unfinished }: Touching): readonly number[] {
    const touching = touchedBy.filter((ingestion) => unfinished.has(ingestion));
    if (touching.includes(ingestionId)) return touching;
    this.touched++;
    return [...touching, ingestionId];
  }

  private record(change: CustomerChange): void {
    if (!change.before && change.after) this.arrived++;
    for (const table of this.derived) table.record(change);
  }

  /** @param locked customers of which it may be known whether they have a log */
  private async beginTables(locked: readonly LockedChange[] = []): Promise<void> {
    const hasLog = new Map(locked.map(({ locked: { id, hasLog: has } }) => [id, has]));
    for (const table of this.derived) await table.begin?.(this.client, hasLog);
  }

  private async flushTables(isLast: boolean): Promise<void> {
    for (const table of this.derived) await table.flush(this.client, isLast);
  }
}

/** Returns the fields of {@link COLUMNS}. */
function rowOf(
  id: string,
  texts: StoredCustomer | FreshCustomer | undefined,
  deletedAt: number | undefined,
  touchedBy: readonly number[],
  suppressedAt: number | null = null,
): readonly CopyField[] {
  const { attributes = null, events = null, attributeTimes = null, lastUpdated = null } = texts ?? {};
  const labels = texts && 'labels' in texts ? (texts.labels ?? null) : null;
  const touching = touchedBy.length === 0 ? null : touchedBy;
  const row = [id, position(id), attributes, events, attributeTimes, lastUpdated];
  return [...row, deletedAt ?? null, suppressedAt, touching, labels];
}
