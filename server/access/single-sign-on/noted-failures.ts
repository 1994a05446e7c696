const MINUTE_MS = 60_000;
/** How many failures are noted in a minute. Others are only counted, so requests without a login write neither the log nor the database full. */
const MOST_NOTED = 20;

/** The failures that this process has noted in the present minute. */
export class NotedFailures {
  private minute = 0;
  private readonly keys = new Set<string>();
  private passedOver = 0;

  /**
   * Says whether to note a failure: the first one with its key in a minute, up to 20 in all.
   * @param now in ms since the Unix epoch
   * @returns the number of failures of an earlier minute that were passed over since the last note; undefined to pass this one over
   */
  add(key: string, now: number): number | undefined {
    const minute = Math.floor(now / MINUTE_MS);
    let earlier = 0;
    if (minute !== this.minute) {
      earlier = this.passedOver;
      this.minute = minute;
      this.passedOver = 0;
      this.keys.clear();
    }
    if (this.keys.has(key) || this.keys.size >= MOST_NOTED) {
      this.passedOver++;
      return undefined;
    }
    this.keys.add(key);
    return earlier;
  }
}
