import { setTimeout as pause } from 'node:timers/promises';

/** Longer than a slow machine needs, and shorter than the timeout of a test: a loop that outlives its test keeps jest from ending. */
const PATIENCE_MS = 80_000;

/** Leaves the processor to the processes that are waited for. */
const PAUSE_MS = 2;

/**
 * Asks again until the answer is true. Events of sockets and files are handled in between.
 * @throws when the answer is not true after 80 seconds
 */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`It did not become so: ${String(isSo)}`);
    await pause(PAUSE_MS);
  }
}
