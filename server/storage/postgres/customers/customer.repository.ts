import {
  CustomerRepository,
  type CustomerEdit,
  type CustomerPage,
  type CustomerPageJson,
  type EditOutcome,
  type FoldedBatches,
  type RunAfter,
  type RunAmong,
} from '../../../domain/customer/customer-repository.js';
import type { CustomerChange } from '../../../domain/customer/customer-change.js';
import {
  acceptMessages,
  byCustomer,
  type LiveMessage,
  type LiveMessageOutcome,
} from '../../../domain/customer/accept-messages.js';
import { recordOf, unknownCustomer, type CustomerRecord } from '../../../domain/customer/customer.js';
import { decideEdit, outcomeOf } from '../../../domain/customer/decide-edit.js';
import { DomainError } from '../../../domain/errors.js';
import type { EditNote } from '../../../domain/customer/history.js';
import type { Checkpoint, IngestionCounts } from '../../../domain/ingestion/ingestion.js';
import { recordOfCalls, type LiveNote } from '../../../domain/sources/live-calls.js';
import { hasUnsupportedCharacter } from '../../../domain/text.js';
import { writeRecord } from '../../sources/call-records.js';
import { runWithin } from '../access-runner.js';
import { openMessages } from './applied-messages.js';
import type { CustomerRanges } from './customer-ranges.js';
import { CustomerReader } from './customer-reader.js';
import { lockKnown, type LockedChange } from './customer-rows.js';
import { writeCustomers } from './customer-writer.js';
import type { IngestionOwner } from '../ingestions/ingestion-owner.js';
import { advance, unfinishedIngestions } from '../ingestions/ingestion-progress.js';
import type { PostgresDatabase } from '../database/database.js';
import { BatchApplier } from './batch-applier.js';
import type { StatisticsTable } from './statistics-table.js';
import { EDIT, APPLY } from '../database/transaction-kind.js';

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

  override async apply(batches: FoldedBatches, checkpoint: Checkpoint): Promise<IngestionCounts> {
    const { counts, arrived } = await writeCustomers(this.database, APPLY, async (writer, client) => {
      const { ingestionId } = checkpoint;
      const applier = new BatchApplier(client, writer, { ingestionId, unfinished: await unfinishedIngestions(client) });
      await applier.run(batches);
      // The row of the ingestion is locked last.
      await writer.flush();
      return {
        counts: await advance(client, checkpoint, applier.outcomes, writer.touched, this.owner.number),
        arrived: writer.arrived,
      };
    });
    if (arrived >= MANY) await Promise.all([this.ranges.settle(), this.statistics.settle()]);
    else this.statistics.noteWrite();
    return counts;
  }

  override async accept(
    messages: readonly LiveMessage[],
    notes: readonly LiveNote[] = [],
  ): Promise<LiveMessageOutcome[]> {
    const customers = byCustomer(messages);
    const accepted = await writeCustomers(this.database, EDIT, async (writer, client) => {
      const outcomes: LiveMessageOutcome[] = [];
      const changes: LockedChange[] = [];
      if (customers.length > 0) {
        const locked = await lockKnown(
          client,
          customers.map(({ id }) => id),
        );
        const applied = await openMessages(client, customers);
        for (const customer of customers) {
          const known = locked.get(customer.id);
          const identities = applied.get(customer.id);
          if (!known || !identities) throw new Error(`Customer ${JSON.stringify(customer.id)} was not read.`);
          const change = acceptMessages(known, customer, identities, outcomes);
          if (change) changes.push({ locked: known, change });
        }
        await writer.writeAccepted(changes);
        await writer.flush();
      }
      await runWithin(client, writeRecord(recordOfCalls(messages, outcomes, notes)));
      return outcomes;
    });
    this.statistics.noteWrite();
    return accepted;
  }

  override async identityKey(): Promise<Uint32Array> {
    const rows = await this.database.read<{ value: string }>(
      'identity_key',
      "SELECT value FROM meta WHERE name = 'identity_key'",
    );
    if (rows.length === 0) throw new Error('The database has no identity key.');
    return new Uint32Array(Uint8Array.from(Buffer.from(rows[0].value, 'hex')).buffer);
  }
}
