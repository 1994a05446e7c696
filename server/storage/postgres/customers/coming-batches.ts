import type { ClientBase } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FoldedBatches } from '../../../domain/customer/customer-repository.js';
import type { FoldedBatch } from '../../../domain/customer/folded-batch.js';
import { handled } from '../../../domain/handled.js';
import type { LiveMark } from '../database/live-mark.js';

/** Time between two looks for live messages while there is no batch, in ms. */
const LOOK_MS = 10;

/** The batches of a stretch, one after another. */
export class ComingBatches {
  private coming: AsyncGenerator<FoldedBatch> | undefined;
  private promise: Promise<IteratorResult<FoldedBatch>> | undefined;

  constructor(
    private readonly batches: FoldedBatches,
    private readonly liveMark: LiveMark,
  ) {}

  /** Waits for the next batch. @param isLarge ends the waiting when live messages come, as rows are locked */
  async next(client: ClientBase, isLarge: boolean): Promise<IteratorResult<FoldedBatch> | 'later'> {
    this.coming ??= iteratorOf(this.batches);
    const next = (this.promise ??= this.coming.next());
    const isHere = handled(next.then(() => true));
    while (isLarge && !(await Promise.race([isHere, sleep(LOOK_MS, false)]))) {
      if (await this.liveMark.isFresh(client)) return 'later';
    }
    const batch = await next;
    this.promise = undefined;
    return batch;
  }

  /** Ends the reading. Afterwards {@link next} begins with the first batch again. */
  async close(): Promise<void> {
    this.promise?.catch(() => undefined);
    await this.coming?.return(undefined);
    this.coming = this.promise = undefined;
  }
}

async function* iteratorOf(batches: FoldedBatches): AsyncGenerator<FoldedBatch> {
  yield* batches;
}
