import { setImmediate as nextTick } from 'node:timers/promises';

/** More than a slow machine needs, and less than the time of a test: a loop that goes on after its test keeps jest from ending. */
const PATIENCE_MS = 40_000;

/**
 * Asks again until it is so; sockets and files have their turn in between.
 * @throws when it is not so after 40 seconds
 */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`It did not become so: ${String(isSo)}`);
    await nextTick();
  }
}
