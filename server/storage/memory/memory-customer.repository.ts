import { randomFillSync } from 'node:crypto';
import { setImmediate as nextTick } from 'node:timers/promises';
import {
  CustomerRepository,
  type CustomerEdit,
  type CustomerPage,
  type Partials,
} from '../../domain/customer-repository.js';
import {
  toState,
  toStored,
  type CustomerRecord,
  type CustomerState,
  type StoredCustomer,
} from '../../domain/customer.js';
import type { AppliedMessages, VerdictCounts } from '../../domain/fold.js';
import type { Checkpoint, IngestionCounts } from '../../domain/ingestion.js';
import type { Identity } from '../../domain/message-identity.js';
import { mergeCustomer } from '../../domain/merge.js';
import type { PartialCustomer } from '../../domain/partial-summary.js';
import type { MemoryIngestionRepository } from './memory-ingestion.repository.js';
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
  private queue: Promise<unknown> = Promise.resolve();

  constructor(private readonly ingestions: MemoryIngestionRepository) {
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

  override change(id: string, edit: CustomerEdit): Promise<CustomerRecord | undefined> {
    return this.write(() => {
      const entry = this.entries.get(id);
      const state = stateOf(id, entry);
      edit(state, entry?.record);
      return this.save(id, state.exists ? toStored(state) : undefined, state.deletedAt).record;
    });
  }

  override merge(partials: Partials, checkpoint: Checkpoint): Promise<IngestionCounts> {
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
        const { applied } = this.save(id, stored, this.entries.get(id)?.deletedAt);
        for (const identity of added) applied.add(identity);
      }
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
  const stored = entry?.record && { ...entry.record, attributeTimes: entry.attributeTimes };
  return toState(id, stored, entry?.deletedAt);
}

function recordOf({ id, attributes, events, lastUpdated }: StoredCustomer): CustomerRecord {
  return { id, attributes, events, lastUpdated };
}
