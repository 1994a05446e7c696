import { randomFillSync } from 'node:crypto';
import { setImmediate as nextTick } from 'node:timers/promises';
import {
  CustomerRepository,
  UPDATED_BY_API,
  type CustomerEdit,
  type CustomerPage,
  type EditOutcome,
  type FoldedBatches,
} from '../../domain/customer/customer-repository.js';
import {
  toState,
  toStored,
  type CustomerRecord,
  type CustomerState,
  type StoredCustomer,
} from '../../domain/customer/customer.js';
import { DomainError } from '../../domain/errors.js';
import type { AppliedMessages, VerdictCounts } from '../../domain/customer/fold.js';
import { actionOf, editsBetween, type EditNote } from '../../domain/customer/history.js';
import type { Checkpoint, IngestionCounts } from '../../domain/ingestion/ingestion.js';
import type { Identity } from '../../domain/message/message-identity.js';
import { mergeCustomer } from '../../domain/customer/merge.js';
import type { PartialCustomer } from '../../domain/customer/partial-customer.js';
import { Statistics } from '../../domain/customer/statistics.js';
import type { MemoryHistoryRepository } from './history.repository.js';
import type { MemoryIngestionRepository } from './ingestion.repository.js';
import type { MemoryOverviewRepository } from './overview.repository.js';
import { SortedIds } from './sorted-ids.js';

/** How long a merge may keep the thread before others have a turn, in milliseconds. */
const SLICE_MS = 8;

/** A customer, also a deleted one: the identities of its messages and the time of its deletion stay. */
interface Entry {
  record: CustomerRecord | undefined;
  attributeTimes: string;
  deletedAt: number | undefined;
  readonly applied: Set<Identity>;
}

/** What a merge will make of one customer. */
interface MergedCustomer {
  readonly id: string;
  readonly stored: StoredCustomer;
  readonly added: ReadonlySet<Identity>;
}

/** The summary in maps, gone with the process. Writes come one after another, and others see all of a write or nothing. */
export class MemoryCustomerRepository extends CustomerRepository {
  private readonly entries = new Map<string, Entry>();
  private readonly ids = new SortedIds();
  private readonly key = randomFillSync(new Uint32Array(4));
  private readonly statistics = new Statistics();
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly ingestions: MemoryIngestionRepository,
    private readonly history: MemoryHistoryRepository,
    private readonly overview: MemoryOverviewRepository,
  ) {
    super();
  }

  override async find(id: string): Promise<CustomerRecord | undefined> {
    return this.entries.get(id)?.record;
  }

  override async page(offset: number, limit: number): Promise<CustomerPage> {
    const customers: CustomerRecord[] = [];
    for (const id of this.ids.slice(offset, offset + limit)) {
      const record = this.entries.get(id)?.record;
      if (record) customers.push(record);
    }
    return { customers, total: this.ids.size };
  }

  /** Customers behind the one with this id (undefined: from the first on), as they are kept. */
  storedAfter(id: string | undefined, limit: number): StoredCustomer[] {
    const start = id === undefined ? 0 : this.ids.indexAfter(id);
    return this.storedAmong(this.ids.slice(start, start + limit));
  }

  /** Those of the ids that there are, as they are kept. */
  storedAmong(ids: readonly string[]): StoredCustomer[] {
    return ids.map((id) => storedOf(this.entries.get(id))).filter((stored) => stored !== undefined);
  }

  override change(id: string, edit: CustomerEdit, note = UPDATED_BY_API): Promise<CustomerRecord | undefined> {
    return this.write(() => this.prepare(id, edit, note)().record);
  }

  override changeEach(ids: readonly string[], edit: CustomerEdit, note: EditNote): Promise<EditOutcome[]> {
    return this.write(() => {
      // Nothing is kept before every edit has gone well or was refused.
      const prepared = ids.map((id) => {
        try {
          return { id, keep: this.prepare(id, edit, note), refusal: undefined };
        } catch (error) {
          if (error instanceof DomainError) return { id, keep: undefined, refusal: error };
          throw error;
        }
      });
      return prepared.map(({ id, keep, refusal }) => ({ id, changed: keep?.().changed === true, refusal }));
    });
  }

  override merge(partials: FoldedBatches, checkpoint: Checkpoint): Promise<IngestionCounts> {
    return this.write(async () => {
      const verdicts: VerdictCounts = { event: 0, attributes: 0, duplicate: 0, stale: 0 };
      const merged: MergedCustomer[] = [];
      let sliceEnd = performance.now() + SLICE_MS;
      for await (const partial of partials) {
        for (const customer of (await partial.complete()).customers()) {
          const one = this.mergeOne(customer, verdicts);
          if (one) merged.push(one);
          if (performance.now() < sliceEnd) continue;
          await nextTick();
          sliceEnd = performance.now() + SLICE_MS;
        }
      }
      for (const { id, stored, added } of merged) {
        this.statistics.replace(this.entries.get(id)?.record, stored);
        const { applied } = this.save(id, stored, this.entries.get(id)?.deletedAt);
        for (const identity of added) applied.add(identity);
      }
      this.overview.add(this.statistics.take());
      return this.ingestions.advance(
        checkpoint,
        verdicts,
        merged.map((customer) => customer.id),
      );
    });
  }

  override async identityKey(): Promise<Uint32Array> {
    return this.key.slice();
  }

  /** Waits for the writes under way. */
  async close(): Promise<void> {
    await this.queue;
  }

  /** Throws what the edit throws; what it returns keeps what the edit has made. */
  private prepare(
    id: string,
    edit: CustomerEdit,
    note: EditNote,
  ): () => { readonly record: CustomerRecord | undefined; readonly changed: boolean } {
    const before = this.entries.get(id)?.record;
    const state = stateOf(id, this.entries.get(id));
    const attributesBefore = new Map(state.attributes);
    edit(state, before);
    return () => {
      const { record } = this.save(id, state.exists ? toStored(state) : undefined, state.deletedAt);
      const edits = editsBetween(attributesBefore, state.attributes);
      this.statistics.edit(edits, before, record);
      this.overview.add(this.statistics.take());
      const action = actionOf(before !== undefined, state.exists, edits, note);
      if (action) this.history.append(id, note.source, action, edits);
      return { record, changed: action !== undefined };
    };
  }

  private mergeOne(customer: PartialCustomer, verdicts: VerdictCounts): MergedCustomer | undefined {
    const { id } = customer;
    const entry = this.entries.get(id);
    const state = stateOf(id, entry);
    const added = new Set<Identity>();
    const applied: AppliedMessages = {
      has: (identity) => added.has(identity) || entry?.applied.has(identity) === true,
      add: (identity) => added.add(identity),
    };
    return mergeCustomer(state, customer, applied, verdicts) ? { id, stored: toStored(state), added } : undefined;
  }

  private save(id: string, stored: StoredCustomer | undefined, deletedAt: number | undefined): Entry {
    const entry = this.entries.get(id) ?? unknownEntry();
    if (stored && !entry.record) this.ids.add(id);
    if (!stored && entry.record) this.ids.delete(id);
    entry.record = stored && recordOf(stored);
    entry.attributeTimes = stored?.attributeTimes ?? '{}';
    entry.deletedAt = deletedAt;
    this.entries.set(id, entry);
    return entry;
  }

  private write<T>(work: () => T | Promise<T>): Promise<T> {
    const turn = this.queue.then(work);
    this.queue = turn.catch(() => undefined);
    return turn;
  }
}

function unknownEntry(): Entry {
  return { record: undefined, attributeTimes: '{}', deletedAt: undefined, applied: new Set() };
}

function stateOf(id: string, entry: Entry | undefined): CustomerState {
  return toState(id, storedOf(entry), entry?.deletedAt);
}

function storedOf(entry: Entry | undefined): StoredCustomer | undefined {
  return entry?.record && { ...entry.record, attributeTimes: entry.attributeTimes };
}

function recordOf({ id, attributes, events, lastUpdated }: StoredCustomer): CustomerRecord {
  return { id, attributes, events, lastUpdated };
}
