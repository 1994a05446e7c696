import { setTimeout as pause } from 'node:timers/promises';

/** Longer than a slow machine needs, and shorter than the timeout of a test: a loop that outlives its test keeps jest from ending. */
const PATIENCE_MS = 80_000;

/** Pauses grow from the shorter to the longer one: they leave the processor to the processes that are waited for. */
const SHORTEST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 20;

/**
 * Asks again until the answer is true. Events of sockets and files are handled in between.
 * @throws when the answer is not true after 80 seconds
 */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  for (let pauseMs = SHORTEST_PAUSE_MS; !(await isSo()); pauseMs = Math.min(pauseMs + 1, LONGEST_PAUSE_MS)) {
    if (performance.now() > end) throw new Error(`It did not become so: ${String(isSo)}`);
    await pause(pauseMs);
  }
}
