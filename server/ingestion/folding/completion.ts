/** When more than one in this many batches was folded again for its messages, batches are folded with them from the start. */
const COMMON = 4;

/**
 * Counts how often the messages of a batch are asked for. A batch without them is smaller; a batch with them need not be folded
 * twice.
 */
export class Completion {
  /** @param offered @param asked what is known before the first summary; nothing by default */
  constructor(
    private offered = 0,
    private asked = 0,
  ) {}

  /** True when it pays to fold batches with their messages. */
  get isCommon(): boolean {
    return this.asked * COMMON > this.offered;
  }

  /** Counts a batch that came without its messages. */
  offer(): void {
    this.offered++;
  }

  /** Counts a batch whose messages were asked for. */
  count(): void {
    this.asked++;
  }
}
