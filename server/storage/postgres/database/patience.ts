import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { explained, failureKind } from './failure.js';
import { RunAgain } from './transaction-kind.js';

const FIRST_PAUSE_MS = 20;
const MOST_PAUSE_MS = 2_000;

/** Runs work again after failures that may pass, until it is stopped. */
export class Patience {
  private readonly stop = new AbortController();
  private isClosed = false;

  constructor() {
    setMaxListeners(0, this.stop.signal);
  }

  /** True once no work waits for a database that is away. */
  get isStopped(): boolean {
    return this.stop.signal.aborted;
  }

  /** From now on work is not run again when the connection is lost. */
  end(): void {
    this.stop.abort();
  }

  /** From now on no work is run again. */
  close(): void {
    this.isClosed = true;
  }

  /**
   * Runs `work` until it succeeds or fails for good.
   * @param sinceFailure starts the patience at the first failure instead of now: long work may fail late
   */
  async run<T>(patienceMs: number, work: () => Promise<T>, sinceFailure = false): Promise<T> {
    let deadline = sinceFailure ? undefined : Date.now() + patienceMs;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, MOST_PAUSE_MS)) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof RunAgain) continue;
        const kind = failureKind(error);
        deadline ??= Date.now() + patienceMs;
        const isOver = this.isClosed || (kind === 'lost' && this.isStopped) || Date.now() + pause > deadline;
        if (kind === 'fatal' || isOver) throw explained(error);
        // The random factor spreads retries of work that was interrupted at the same moment. A stop ends the pause.
        const signal = kind === 'lost' ? this.stop.signal : undefined;
        await sleep(pause * (0.5 + Math.random()), undefined, { signal }).catch(() => {
          throw explained(error);
        });
      }
    }
  }
}
