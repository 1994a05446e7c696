import {
  CustomerRepository,
  type CustomerEdit,
  type CustomerPage,
  type CustomerPageJson,
  type DatedJson,
  type EditOutcome,
  type FoldedBatches,
} from '../../domain/customer/customer-repository.js';
import type { CustomerRecord } from '../../domain/customer/customer.js';
import type { EditNote } from '../../domain/customer/history.js';
import type { Checkpoint, IngestionCounts } from '../../domain/ingestion/ingestion.js';
import type { KeptReads } from './kept-reads.js';
import { LatestTimes } from './latest-times.js';

/** How old a read may be that is served again: what other processes write is seen within a second, the way of the answer included. */
export const MOST_AGE_MS = 900;

/** Between a write and a read that may be told apart from it. */
const TICK_MS = 0.001;

const WRITE_SLOTS = 4_096;
/** More than customers can be asked for in that time, so that few share one. */
const ASKED_SLOTS = 65_536;

/** What tells the time in milliseconds; it never goes back. */
export type Clock = () => number;

/**
 * A repository whose reads may be served again, by rule of their dates alone: not older than {@link MOST_AGE_MS}, and begun after the last
 * write of that customer was acknowledged here. The rule is applied when a read is used, not when it is kept: so it does not matter
 * where it was kept, nor whether it arrived there before or after a write, nor whether a message of another process was lost.
 *
 * Only a customer that is asked for again in that time is kept: of the others nobody would have anything.
 */
export class DatedCustomerRepository extends CustomerRepository {
  private readonly writes = new LatestTimes(WRITE_SLOTS);
  private readonly asked = new LatestTimes(ASKED_SLOTS);

  override readonly keepsReads = true;

  constructor(
    private readonly inner: CustomerRepository,
    private readonly reads: KeptReads,
    private readonly clock: Clock = () => performance.now(),
  ) {
    super();
    reads.onDropped((ids) => this.writes.noteEach(this.clock(), ids));
  }

  override now(): number {
    return this.clock();
  }

  override usableSince(id?: string): number {
    return Math.max(this.clock() - MOST_AGE_MS, this.writes.last(id) + TICK_MS);
  }

  override kept(id: string): DatedJson | undefined {
    const kept = this.usable(id, this.reads.near(id));
    if (kept) this.asked.note(this.clock(), id);
    return kept;
  }

  override async findDated(id: string): Promise<DatedJson | undefined> {
    const near = this.kept(id);
    if (near) return near;
    const asked = this.clock();
    const isAskedAgain = asked - this.asked.last(id) <= MOST_AGE_MS;
    this.asked.note(asked, id);
    const shared = this.usable(id, await this.reads.look(id));
    if (shared) return shared;
    const at = this.clock();
    const json = await this.inner.findJson(id);
    if (!json) return undefined;
    return isAskedAgain ? this.reads.keep(id, json, at) : { json, at, from: 'database' };
  }

  override async change(id: string, edit: CustomerEdit, note?: EditNote): Promise<CustomerRecord | undefined> {
    return this.written([id], () => this.inner.change(id, edit, note));
  }

  override async changeEach(
    ids: readonly string[],
    edit: CustomerEdit,
    note: EditNote,
  ): Promise<readonly EditOutcome[]> {
    return this.written(ids, () => this.inner.changeEach(ids, edit, note));
  }

  override async merge(partials: FoldedBatches, checkpoint: Checkpoint): Promise<IngestionCounts> {
    return this.written(undefined, () => this.inner.merge(partials, checkpoint));
  }

  override find(id: string): Promise<CustomerRecord | undefined> {
    return this.inner.find(id);
  }

  override page(offset: number, limit: number): Promise<CustomerPage> {
    return this.inner.page(offset, limit);
  }

  override findJson(id: string): Promise<Uint8Array | undefined> {
    return this.inner.findJson(id);
  }

  override pageJson(offset: number, limit: number): Promise<CustomerPageJson> {
    return this.inner.pageJson(offset, limit);
  }

  override identityKey(): Promise<Uint32Array> {
    return this.inner.identityKey();
  }

  private usable(id: string, read: DatedJson | undefined): DatedJson | undefined {
    return read && read.at >= this.usableSince(id) ? read : undefined;
  }

  /** Notes a write before it is acknowledged; also one that failed, as its commit may have gone through. */
  private async written<T>(ids: readonly string[] | undefined, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } finally {
      this.writes.noteEach(this.clock(), ids);
      this.reads.drop(ids);
    }
  }
}
