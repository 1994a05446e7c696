import { setImmediate as nextTick } from 'node:timers/promises';

/** How long a merge may keep the thread before others have a turn, in milliseconds. */
const SLICE_MS = 8;

/** Lets others have the thread now and then. */
export class Turns {
  private sliceEnd = performance.now() + SLICE_MS;

  async rest(): Promise<void> {
    if (performance.now() < this.sliceEnd) return;
    await nextTick();
    this.sliceEnd = performance.now() + SLICE_MS;
  }
}
