import { setImmediate as nextTick } from 'node:timers/promises';

/** Time for which applying a batch may block the thread before the event loop gets a turn, in ms. */
const SLICE_MS = 8;

/** Gives the event loop a turn from time to time. */
export class Turns {
  private sliceEnd = performance.now() + SLICE_MS;

  async rest(): Promise<void> {
    if (performance.now() < this.sliceEnd) return;
    await nextTick();
    this.sliceEnd = performance.now() + SLICE_MS;
  }
}
