import type { LogCompactor } from './log-compactor.js';

/** Time that the log waits after a round of compaction, in ms: the more messages of a customer have come, the less each of them costs. */
const WAIT_MS = 60_000;
/** Time for which the log is compacted at once, in ms, of some seconds: a tenth of one core at most. */
const AT_ONCE_MS = 200;

/** Compacts the log while live messages come, which may be always. Without a limit it would take the time that they need. */
export class LiveCompaction {
  private rounds: number;
  private roundEnded: number;

  /**
   * @param pause waits for other writers
   * @param now the time in ms
   */
  constructor(
    private readonly compactor: Pick<LogCompactor, 'step' | 'rounds'>,
    private readonly pause: () => Promise<void>,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.rounds = compactor.rounds;
    this.roundEnded = now();
  }

  /** Must be called every few seconds, and after messages have come without a pause as well. */
  async run(): Promise<void> {
    if (this.hasRounded() || this.now() - this.roundEnded < WAIT_MS) return;
    for (const end = this.now() + AT_ONCE_MS; this.now() < end;) {
      await this.compactor.step();
      if (this.hasRounded()) return;
      await this.pause();
    }
  }

  private hasRounded(): boolean {
    if (this.rounds === this.compactor.rounds) return false;
    this.rounds = this.compactor.rounds;
    this.roundEnded = this.now();
    return true;
  }
}
