/** From one in so many on, summaries come with their messages at once. */
const COMMON = 4;

/**
 * Learns how often the messages of a summary are asked for. Without them it is smaller; with them it need not be folded twice.
 */
export class Completion {
  private offered = 0;
  private asked = 0;

  /** True when it pays to give the messages at once. */
  get isCommon(): boolean {
    return this.asked * COMMON > this.offered;
  }

  /** A summary came without its messages. */
  offer(): void {
    this.offered++;
  }

  /** They were asked for. */
  count(): void {
    this.asked++;
  }
}
