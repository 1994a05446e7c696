import type { ClientBase } from 'pg';
import {
  CustomerRepository,
  type CustomerEdit,
  type CustomerPage,
  type CustomerPageJson,
  type EditOutcome,
  type FoldedBatches,
  type FoundCustomer,
  type RunAfter,
  type RunAmong,
} from '../../../domain/customer/customer-repository.js';
import type { CustomerChange, KnownCustomer } from '../../../domain/customer/customer-change.js';
import {
  acceptMessages,
  byCustomer,
  type LiveMessage,
  type LiveMessageOutcome,
} from '../../../domain/customer/accept-messages.js';
import { recordOf, unknownCustomer, type CustomerRecord } from '../../../domain/customer/customer.js';
import { decideEdit, outcomeOf } from '../../../domain/customer/decide-edit.js';
import { failPoint } from '../../../domain/fail-point.js';
import type { ErasureNote, SourceOfCustomer } from '../../../domain/customer/erasure.js';
import { customerNotFound, DomainError } from '../../../domain/errors.js';
import type { EditNote } from '../../../domain/customer/history.js';
import {
  acceptRows,
  identitiesOfRows,
  outcomeCounts,
  rowsByCustomer,
  type ImportRow,
  type RowOutcome,
} from '../../../domain/import/accept-rows.js';
import type { Checkpoint, IngestionCounts } from '../../../domain/ingestion/ingestion.js';
import { recordOfCalls, type LiveNote } from '../../../domain/sources/live-calls.js';
import { hasUnsupportedCharacter } from '../../../domain/text.js';
import { writeRecord } from '../../sources/call-records.js';
import { runWithin } from '../access-runner.js';
import { openMessages } from './applied-messages.js';
import { eraseCustomer } from './customer-eraser.js';
import type { CustomerRanges } from './customer-ranges.js';
import { CustomerReader } from './customer-reader.js';
import { lockKnown, readKnown, type LockedChange } from './customer-rows.js';
import { writeCustomers, type CustomerWriter } from './customer-writer.js';
import { decideLocked } from './decide-locked.js';
import type { IngestionOwner } from '../ingestions/ingestion-owner.js';
import { advance, advanceEarly, touchCustomers, unfinishedIngestions } from '../ingestions/ingestion-progress.js';
import type { PostgresDatabase } from '../database/database.js';
import { BatchApplier } from './batch-applier.js';
import type { StatisticsTable } from './statistics-table.js';
import { APPLY, EDIT, LIVE } from '../database/transaction-kind.js';

/** Arrived customers that are moved into the ranges at once, so that no page has to skip them. */
const MANY = 1_000;

/** The customers in a PostgreSQL database, which other processes use as well. */
export class PostgresCustomerRepository extends CustomerRepository {
  private readonly reader: CustomerReader;

  constructor(
    private readonly database: PostgresDatabase,
    private readonly owner: IngestionOwner,
    private readonly ranges: CustomerRanges,
    private readonly statistics: StatisticsTable,
  ) {
    super();
    this.reader = new CustomerReader(database, ranges);
  }

  override get(id: string): Promise<CustomerRecord | undefined> {
    return this.reader.get(id);
  }

  override getJson(id: string): Promise<Uint8Array | undefined> {
    return this.reader.getJson(id);
  }

  override labels(id: string): Promise<readonly string[] | undefined> {
    return this.reader.labels(id);
  }

  override page(offset: number, limit: number): Promise<CustomerPage> {
    return this.reader.page(offset, limit);
  }

  override pageJson(offset: number, limit: number): Promise<CustomerPageJson> {
    return this.reader.pageJson(offset, limit);
  }

  override runAfter(id: string | undefined, limit: number, bytes: number): Promise<RunAfter> {
    return this.reader.runAfter(id, limit, bytes);
  }

  override runAmong(ids: readonly string[], bytes: number): Promise<RunAmong> {
    return this.reader.runAmong(ids, bytes);
  }

  override async change(id: string, edit: CustomerEdit, note: EditNote): Promise<CustomerRecord | undefined> {
    const [change] = await this.edit([id], edit, note);
    if (change instanceof DomainError) throw change;
    return change.after && recordOf(change.after);
  }

  override async changeEach(ids: readonly string[], edit: CustomerEdit, note: EditNote): Promise<EditOutcome[]> {
    const decisions = await this.edit(ids, edit, note);
    return decisions.map((decision, at) => outcomeOf(ids[at], decision));
  }

  private async edit(
    ids: readonly string[],
    edit: CustomerEdit,
    note: EditNote,
  ): Promise<readonly (CustomerChange | DomainError)[]> {
    const impossible = ids.find(hasUnsupportedCharacter);
    if (impossible !== undefined) {
      edit(unknownCustomer(impossible), undefined);
      throw new DomainError('invalid_request', 'An id must not hold U+0000 or half of a surrogate pair.');
    }
    const decisions = await writeCustomers(this.database, EDIT, async (writer, client) => {
      const changes: LockedChange[] = [];
      const decided = [...(await lockKnown(client, ids)).values()].map((locked) => {
        const decision = decideEdit(locked, edit, note);
        if (!(decision instanceof DomainError)) changes.push({ locked, change: decision });
        return decision;
      });
      await writer.writeEdited(changes, note);
      return decided;
    });
    this.statistics.noteWrite();
    return decisions;
  }

  override async erase(id: string, note: ErasureNote): Promise<readonly SourceOfCustomer[] | undefined> {
    if (hasUnsupportedCharacter(id)) throw customerNotFound(id);
    const sources = await writeCustomers(this.database, EDIT, (writer, client) =>
      eraseCustomer(client, writer, id, note),
    );
    this.statistics.noteWrite();
    return sources;
  }

  override async apply(batches: FoldedBatches, checkpoint: Checkpoint): Promise<IngestionCounts> {
    const applier = new BatchApplier(batches, this.database.liveMark);
    let arrived = 0;
    let counts: IngestionCounts | undefined;
    try {
      while (!counts) {
        const part = await writeCustomers(this.database, APPLY, (writer, client) =>
          this.applyPart(applier, checkpoint, writer, client),
        );
        ({ counts } = part);
        applier.committed(!counts);
        arrived += part.arrived;
        if (!counts) failPoint('apply:part-committed');
      }
    } finally {
      await applier.close();
    }
    if (arrived >= MANY) await Promise.all([this.ranges.settle(), this.statistics.settle()]);
    else this.statistics.noteWrite();
    return counts;
  }

  /** @returns the counts of the stretch; undefined when more of it is left */
  private async applyPart(
    applier: BatchApplier,
    checkpoint: Checkpoint,
    writer: CustomerWriter,
    client: ClientBase,
  ): Promise<{ counts: IngestionCounts | undefined; arrived: number }> {
    const { ingestionId } = checkpoint;
    const unfinished = await unfinishedIngestions(client);
    const isAll = await applier.run({ client, writer, touching: { ingestionId, unfinished } });
    // The row of the ingestion is locked last.
    await writer.flush();
    const progress = [client, checkpoint, applier.outcomes, writer.touched, this.owner.number] as const;
    const counts = isAll ? await advance(...progress) : undefined;
    if (!isAll) await advanceEarly(...progress);
    return { counts, arrived: writer.arrived };
  }

  override async accept(
    messages: readonly LiveMessage[],
    notes: readonly LiveNote[] = [],
  ): Promise<LiveMessageOutcome[]> {
    const customers = byCustomer(messages);
    const { keepsLog } = this.database;
    this.database.liveMark.touch();
    const accepted = await writeCustomers(this.database, LIVE, async (writer, client) => {
      const outcomes: LiveMessageOutcome[] = [];
      if (customers.length > 0) {
        const changes = await decideLocked(client, customers, {
          identities: (known, { identities }) => identities,
          accept: (known, customer, applied) => acceptMessages(known, customer, applied, outcomes, keepsLog),
        });
        await writer.writeAccepted(changes);
        await writer.flush();
      }
      await runWithin(client, writeRecord(recordOfCalls(messages, outcomes, notes)));
      return outcomes;
    });
    this.statistics.noteWrite();
    return accepted;
  }

  override async acceptRows(
    rows: readonly ImportRow[],
    progress: (outcomes: readonly RowOutcome[]) => Checkpoint,
    ingestionId: number,
  ): Promise<readonly RowOutcome[]> {
    const customers = rowsByCustomer(rows);
    const { keepsLog } = this.database;
    const accepted = await writeCustomers(this.database, APPLY, async (writer, client) => {
      const outcomes: RowOutcome[] = [];
      let touched = 0;
      if (customers.length > 0) {
        const changes = await decideLocked(client, customers, {
          identities: identitiesOfRows,
          accept: (known, customer, applied) => acceptRows(known, customer, applied, outcomes, keepsLog),
        });
        await writer.writeAccepted(changes);
        touched = await touchCustomers(client, changes, ingestionId);
        await writer.flush();
      }
      await advance(client, progress(outcomes), outcomeCounts(outcomes), touched, this.owner.number);
      return outcomes;
    });
    this.statistics.noteWrite();
    return accepted;
  }

  override look(
    ids: readonly string[],
    identitiesOf: (known: KnownCustomer) => Uint8Array,
  ): Promise<readonly FoundCustomer[]> {
    return this.database.snapshot(async (client) => {
      const known = [...(await readKnown(client, ids)).values()];
      const wanted = known.map((one) => ({ id: one.id, identities: identitiesOf(one) }));
      const applied = await openMessages(client, wanted);
      return known.map((one) => ({ known: one, has: (identity) => applied.get(one.id)?.has(identity) === true }));
    });
  }

  override identityKey(): Promise<Uint32Array> {
    return this.reader.identityKey();
  }
}
