import type { IngestionCounts } from '../../domain/ingestion/ingestion.js';
import type { RejectBlock } from '../../domain/ingestion/reject.js';
import { LIMITS } from '../../domain/limits.js';

/** Bytes of rejects of a source that may still be kept. From the first reject that is not kept on, none is. */
export class RejectBudget {
  left: number;

  /** @param kept bytes that were kept before the source was taken up again */
  constructor(kept = 0) {
    this.left = Math.max(0, LIMITS.rejectBytes - kept);
  }

  /**
   * Takes the blocks of a range that can be kept. Ranges have to come in the order of the source.
   * @param counts of the range, with the number of rejects that its thread did not keep; completed by what is not kept here
   */
  take(blocks: readonly RejectBlock[], counts: IngestionCounts): RejectBlock[] {
    const before = this.left;
    const taken = blocks.filter(({ packed, count }) => {
      if (packed.length <= this.left) {
        this.left -= packed.length;
        return true;
      }
      this.left = 0;
      counts.rejectsNotKept = (counts.rejectsNotKept ?? 0) + count;
      return false;
    });
    if (counts.rejectsNotKept) this.left = 0;
    if (this.left < before) counts.rejectBytes = before - this.left;
    return taken;
  }
}
