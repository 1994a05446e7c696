import { setImmediate as nextTick } from 'node:timers/promises';
import {
  CustomerRepository,
  type CustomerEdit,
  type CustomerPage,
  type CustomerPageJson,
  type EditOutcome,
  type FoldedBatches,
  type FoundCustomer,
  type RunAfter,
} from '../../../domain/customer/customer-repository.js';
import type { LiveMessage, LiveMessageOutcome } from '../../../domain/customer/accept-messages.js';
import { recordOf, type CustomerRecord } from '../../../domain/customer/customer.js';
import { changesOf, decideEdit, outcomeOf } from '../../../domain/customer/decide-edit.js';
import { DomainError } from '../../../domain/errors.js';
import { failPoint } from '../../../domain/fail-point.js';
import type { FoldedBatch } from '../../../domain/customer/folded-batch.js';
import type { ErasureNote, SourceOfCustomer } from '../../../domain/customer/erasure.js';
import type { EditNote } from '../../../domain/customer/history.js';
import {
  acceptRows,
  identitiesOfRows,
  outcomeCounts,
  rowsByCustomer,
  type ImportRow,
  type RowOutcome,
} from '../../../domain/import/accept-rows.js';
import type { KnownCustomer } from '../../../domain/customer/customer-change.js';
import type { Checkpoint, IngestionCounts } from '../../../domain/ingestion/ingestion.js';
import { recordOfCalls, type LiveNote } from '../../../domain/sources/live-calls.js';
import { ApplierClient } from './applier-client.js';
import { BatchApplier } from './batch-applier.js';
import { CustomerEraser } from './customer-eraser.js';
import { CustomerLook } from './customer-look.js';
import { CustomerReader } from './customer-reader.js';
import { CustomerWriter } from './customer-writer.js';
import { LiveApplier } from './live-applier.js';
import { LiveClient } from './live-client.js';
import type { SqliteDatabase } from '../database/database.js';
import { prepareRows } from '../database/statements.js';
import type { SqliteThreads } from '../threads.js';

/** Customers of rows of a sheet that are written before the event loop has a turn: some ms. */
const CUSTOMERS_AT_ONCE = 100;

/** The customers in one SQLite file. */
export class SqliteCustomerRepository extends CustomerRepository {
  private readonly reader: CustomerReader;
  private readonly looks: CustomerLook;
  private readonly writer: CustomerWriter;
  private readonly applier: BatchApplier;
  private readonly eraser: CustomerEraser;
  /** Applies batches in a thread of its own, so that the calling thread keeps answering; undefined: in the calling thread. */
  private readonly applierThread: ApplierClient | undefined;
  private readonly live: LiveApplier;
  /** The same for live messages. */
  private readonly liveThread: LiveClient | undefined;

  constructor(
    private readonly database: SqliteDatabase,
    { startApplier, startLive, startIndexer, partMs }: SqliteThreads = {},
    syncsCommits = false,
  ) {
    super();
    this.reader = new CustomerReader(database);
    this.looks = new CustomerLook(database);
    this.writer = new CustomerWriter(database);
    this.applier = new BatchApplier(database, this.writer, partMs);
    this.eraser = new CustomerEraser(database.writer, this.writer);
    const { path, files, keepsLog } = database;
    const checkpointsElsewhere = startIndexer !== undefined;
    const data = { path, files, syncsCommits, keepsLog, checkpointsElsewhere };
    this.applierThread = startApplier && new ApplierClient({ ...data, partMs }, startApplier);
    this.live = new LiveApplier(database, this.writer);
    this.liveThread = startLive && new LiveClient(data, startLive);
  }

  override async get(id: string): Promise<CustomerRecord | undefined> {
    return this.reader.get(id);
  }

  override async labels(id: string): Promise<readonly string[] | undefined> {
    return this.reader.labels(id);
  }

  override async page(offset: number, limit: number): Promise<CustomerPage> {
    return this.reader.page(offset, limit);
  }

  override getJson(id: string): Uint8Array | undefined {
    return this.reader.getJson(id);
  }

  override pageJson(offset: number, limit: number): CustomerPageJson {
    return this.reader.pageJson(offset, limit);
  }

  override runAfter(id: string | undefined, limit: number, bytes: number): RunAfter {
    return this.reader.runAfter(id, limit, bytes);
  }

  override change(id: string, edit: CustomerEdit, note: EditNote): Promise<CustomerRecord | undefined> {
    return this.writer.transaction(() => {
      const change = decideEdit(this.writer.known.read(id), edit, note);
      if (change instanceof DomainError) throw change;
      this.writer.writeEdited(changesOf([change]), note);
      return change.after && recordOf(change.after);
    });
  }

  override changeEach(ids: readonly string[], edit: CustomerEdit, note: EditNote): Promise<EditOutcome[]> {
    return this.writer.transaction(() => {
      const decisions = ids.map((id) => decideEdit(this.writer.known.read(id), edit, note));
      this.writer.writeEdited(changesOf(decisions), note);
      return decisions.map((decision, at) => outcomeOf(ids[at], decision));
    });
  }

  override async erase(id: string, note: ErasureNote): Promise<readonly SourceOfCustomer[] | undefined> {
    return this.writer.transaction(() => this.eraser.erase(id, note));
  }

  override apply(batches: FoldedBatches, checkpoint: Checkpoint): Promise<IngestionCounts> {
    const { applierThread } = this;
    if (applierThread) return this.database.inTurn((turn) => applierThread.apply(batches, checkpoint, turn));
    return this.applier.stretch(checkpoint.ingestionId, async (applying) => {
      const coming = iteratorOf(batches);
      try {
        for (;;) {
          const next = await applying.wait(coming.next());
          if (next.done) return applying.finish(checkpoint);
          if (!(await applying.apply(next.value))) await applying.applyRest(await applying.wait(next.value.complete()));
          failPoint('apply:batch-written');
          await nextTick();
        }
      } finally {
        await coming.return(undefined);
      }
    });
  }

  override accept(
    messages: readonly LiveMessage[],
    notes: readonly LiveNote[] = [],
  ): Promise<readonly LiveMessageOutcome[]> {
    const { liveThread } = this;
    if (liveThread) return this.database.inLiveTurn(() => liveThread.accept(messages, notes));
    return this.live.apply(messages, (outcomes) => [recordOfCalls(messages, outcomes, notes)]);
  }

  override acceptRows(
    rows: readonly ImportRow[],
    progress: (outcomes: readonly RowOutcome[]) => Checkpoint,
    ingestionId: number,
  ): Promise<readonly RowOutcome[]> {
    return this.writer.stretch(ingestionId, async () => {
      const outcomes: RowOutcome[] = [];
      for (const [at, customer] of rowsByCustomer(rows).entries()) {
        if (at > 0 && at % CUSTOMERS_AT_ONCE === 0) await nextTick();
        const known = this.writer.known.read(customer.id);
        const applied = this.writer.messagesOfKnown(known, { identities: identitiesOfRows(known, customer) });
        const change = acceptRows(known, customer, applied, outcomes, this.database.keepsLog);
        if (change) this.writer.write(change);
      }
      this.applier.advance(progress(outcomes), outcomeCounts(outcomes));
      return outcomes;
    });
  }

  override async look(
    ids: readonly string[],
    identitiesOf: (known: KnownCustomer) => Uint8Array,
  ): Promise<readonly FoundCustomer[]> {
    return this.looks.look(ids, identitiesOf);
  }

  /** Starts the thread of live messages, if there is one. */
  start(): void {
    this.liveThread?.start();
  }

  /** Ends the threads that have the database open. */
  async close(): Promise<void> {
    this.looks.close();
    await Promise.all([this.liveThread?.stop(), this.applierThread?.stop()]);
  }

  override async identityKey(): Promise<Uint32Array> {
    const read = prepareRows<[Uint8Array]>(this.database.reader, "SELECT value FROM meta WHERE name = 'identity_key'");
    const row = read.get();
    if (!row) throw new Error(`${this.database.path} has no identity key.`);
    return new Uint32Array(row[0].slice().buffer);
  }
}

async function* iteratorOf(batches: FoldedBatches): AsyncGenerator<FoldedBatch> {
  yield* batches;
}
