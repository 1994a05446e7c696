import { randomFillSync } from 'node:crypto';
import { setImmediate as nextTick } from 'node:timers/promises';
import {
  CustomerRepository,
  type CustomerEdit,
  type CustomerPage,
  type EditOutcome,
  type FoldedBatches,
  type FoundCustomer,
  type RunAfter,
} from '../../domain/customer/customer-repository.js';
import type { CustomerChange, KnownCustomer } from '../../domain/customer/customer-change.js';
import {
  acceptMessages,
  byCustomer,
  type LiveMessage,
  type LiveMessageOutcome,
} from '../../domain/customer/accept-messages.js';
import { recordOf, type CustomerRecord, type StoredCustomer } from '../../domain/customer/customer.js';
import { changesOf, decideEdit, outcomeOf } from '../../domain/customer/decide-edit.js';
import { decideMessages } from '../../domain/customer/decide-messages.js';
import { erasedUntil, erasureOf, type ErasureNote, type SourceOfCustomer } from '../../domain/customer/erasure.js';
import { customerNotFound, DomainError } from '../../domain/errors.js';
import { readLabels } from '../../domain/customer/labels.js';
import { addOutcomes, noOutcomes } from '../../domain/customer/fold.js';
import type { EditNote } from '../../domain/customer/history.js';
import {
  acceptRows,
  identitiesOfRows,
  outcomeCounts,
  rowsByCustomer,
  type ImportRow,
  type RowOutcome,
} from '../../domain/import/accept-rows.js';
import type { Checkpoint, IngestionCounts } from '../../domain/ingestion/ingestion.js';
import { recordOfCalls, type LiveNote } from '../../domain/sources/live-calls.js';
import type { MemoryAccessRunner } from './access-runner.js';
import { CustomerEntries, type CustomerEntry } from './customer-entries.js';
import { CustomerWriter } from './customer-writer.js';
import type { MemoryHistoryRepository } from './history.repository.js';
import type { MemoryIngestionRepository } from './ingestion.repository.js';
import { MemoryLogRepository } from './log.repository.js';
import type { MemoryOverviewRepository } from './overview.repository.js';
import type { MemoryTrashRepository } from './trash.repository.js';
import { WriteQueue } from '../write-queue.js';

/** Time for which a write may keep the thread before other work has a turn, in milliseconds. */
const SLICE_MS = 8;

/** The customers in maps, gone with the process. Writes run one after another, and a read sees all of a write or nothing. */
export class MemoryCustomerRepository extends CustomerRepository {
  private readonly entries = new CustomerEntries();
  private readonly key = randomFillSync(new Uint32Array(4));
  private readonly queue = new WriteQueue();
  private readonly writer: CustomerWriter;
  readonly log: MemoryLogRepository;

  constructor(
    private readonly ingestions: MemoryIngestionRepository,
    history: MemoryHistoryRepository,
    overview: MemoryOverviewRepository,
    private readonly access: MemoryAccessRunner,
    private readonly trash: MemoryTrashRepository,
    keepsLog: boolean,
  ) {
    super();
    const stored = (id: string): StoredCustomer | undefined => this.entries.get(id).stored;
    this.log = new MemoryLogRepository(keepsLog, { stored, trashed: (id) => trash.entry(id) });
    this.writer = new CustomerWriter(this.entries, { history, overview, access, trash, log: this.log });
  }

  override async get(id: string): Promise<CustomerRecord | undefined> {
    return this.recordOf(id);
  }

  override async labels(id: string): Promise<readonly string[] | undefined> {
    const stored = this.entries.get(id).stored;
    return stored && readLabels(stored.labels);
  }

  override async page(offset: number, limit: number): Promise<CustomerPage> {
    const customers: CustomerRecord[] = [];
    for (const id of this.entries.slice(offset, offset + limit)) {
      const record = this.recordOf(id);
      if (record) customers.push(record);
    }
    return { customers, total: this.entries.size };
  }

  override async runAfter(id: string | undefined, limit: number, bytes: number): Promise<RunAfter> {
    const ids = this.entries.idsAfter(id, limit);
    const { json, count, covered } = await this.runAmong(ids, bytes);
    return { json, count, last: ids.at(covered - 1) };
  }

  /** Stored customers behind an id in the order of lists. */
  async after(id: string | undefined, limit: number): Promise<StoredCustomer[]> {
    return this.entries.storedOf(this.entries.idsAfter(id, limit));
  }

  /** All stored customers in the order of lists. */
  allStored(): StoredCustomer[] {
    return this.entries.storedOf(this.entries.idsAfter(undefined, Infinity));
  }

  /** See KeptRepository. */
  kept(id: string): CustomerEntry {
    return this.entries.get(id);
  }

  override change(id: string, edit: CustomerEdit, note: EditNote): Promise<CustomerRecord | undefined> {
    return this.queue.write(() => {
      const change = decideEdit(this.writer.known(id), edit, note);
      if (change instanceof DomainError) throw change;
      this.writer.writeEdited(changesOf([change]), note);
      return this.recordOf(id);
    });
  }

  override changeEach(ids: readonly string[], edit: CustomerEdit, note: EditNote): Promise<EditOutcome[]> {
    return this.queue.write(() => {
      const decisions = ids.map((id) => decideEdit(this.writer.known(id), edit, note));
      this.writer.writeEdited(changesOf(decisions), note);
      return decisions.map((decision, at) => outcomeOf(ids[at], decision));
    });
  }

  override erase(id: string, note: ErasureNote): Promise<readonly SourceOfCustomer[] | undefined> {
    return this.queue.write(() => {
      const known = this.writer.known(id);
      const trashed = this.trash.find(id);
      switch (erasureOf(known, trashed, note)) {
        case 'nothing':
          return undefined;
        case 'entry':
          this.trash.remove(id);
          return undefined;
        case 'all':
          return this.eraseAll(known, erasedUntil(Date.now(), known, trashed, note), note);
      }
    });
  }

  private eraseAll(known: KnownCustomer, until: number, note: ErasureNote): readonly SourceOfCustomer[] {
    const { id } = known;
    const ingestions = this.ingestions.erase(id, note);
    const sources = this.access.erase(id, until, note, this.entries.has(id) || ingestions.length > 0);
    if (!sources) throw customerNotFound(id);
    this.writer.erase(known);
    return [...ingestions, ...sources];
  }

  override apply(batches: FoldedBatches, checkpoint: Checkpoint): Promise<IngestionCounts> {
    return this.queue.part(async (turn) => {
      const outcomes = noOutcomes();
      let changes: CustomerChange[] = [];
      const take = (): string[] => {
        const taken = changes;
        changes = [];
        this.writer.write(taken);
        return taken.map(({ id }) => id);
      };
      let sliceEnd = performance.now() + SLICE_MS;
      for await (const batch of batches) {
        for (const customer of (await batch.complete()).customers()) {
          const known = this.writer.known(customer.id);
          const messages = this.writer.messagesOf(known.id, customer.identities.slice());
          const decision = decideMessages(known, customer, messages, true);
          if (decision === 'needs messages') throw new Error('A complete summary has no messages.');
          addOutcomes(outcomes, decision.outcomes);
          if (decision.change) changes.push(decision.change);
          if (performance.now() < sliceEnd) continue;
          await nextTick();
          if (this.queue.isAwaited) {
            this.ingestions.applyEarly(checkpoint.ingestionId, outcomes, take());
            turn.leave();
            await turn.take();
          }
          sliceEnd = performance.now() + SLICE_MS;
        }
      }
      return this.ingestions.advance(checkpoint, outcomes, take());
    });
  }

  override accept(messages: readonly LiveMessage[], notes: readonly LiveNote[] = []): Promise<LiveMessageOutcome[]> {
    return this.queue.write(() => {
      const outcomes: LiveMessageOutcome[] = [];
      const changes = byCustomer(messages).map((customer) => {
        const applied = this.writer.messagesOf(customer.id, customer.identities);
        return acceptMessages(this.writer.known(customer.id), customer, applied, outcomes, this.log.keepsLog);
      });
      this.access.record(recordOfCalls(messages, outcomes, notes));
      this.writer.write(changes.filter((change) => change !== undefined));
      return outcomes;
    });
  }

  override acceptRows(
    rows: readonly ImportRow[],
    progress: (outcomes: readonly RowOutcome[]) => Checkpoint,
  ): Promise<readonly RowOutcome[]> {
    return this.queue.write(() => {
      const outcomes: RowOutcome[] = [];
      const changes = rowsByCustomer(rows).flatMap((customer) => {
        const known = this.writer.known(customer.id);
        const applied = this.writer.messagesOf(customer.id, identitiesOfRows(known, customer));
        return acceptRows(known, customer, applied, outcomes, this.log.keepsLog) ?? [];
      });
      this.writer.write(changes);
      this.ingestions.advance(
        progress(outcomes),
        outcomeCounts(outcomes),
        changes.map(({ id }) => id),
      );
      return outcomes;
    });
  }

  override async look(
    ids: readonly string[],
    identitiesOf: (known: KnownCustomer) => Uint8Array,
  ): Promise<readonly FoundCustomer[]> {
    return ids.map((id) => {
      const known = this.writer.known(id);
      const messages = this.writer.messagesOf(id, identitiesOf(known));
      return { known, has: (identity) => messages.has(identity) };
    });
  }

  override async identityKey(): Promise<Uint32Array> {
    return this.key.slice();
  }

  /** Waits for the writes in the queue. */
  async close(): Promise<void> {
    await this.queue.idle();
  }

  private recordOf(id: string): CustomerRecord | undefined {
    const { stored } = this.entries.get(id);
    return stored && recordOf(stored);
  }
}
