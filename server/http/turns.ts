import { setImmediate as nextTick } from 'node:timers/promises';

/**
 * Hands out turns, one in each round of the event loop, in the order in which they were asked for. Work that is done in turns holds up a
 * short request by one turn at most, however much of it waits.
 */
export class Turns {
  private last: Promise<void> = Promise.resolve();

  next(): Promise<void> {
    this.last = this.last.then(() => nextTick());
    return this.last;
  }
}
