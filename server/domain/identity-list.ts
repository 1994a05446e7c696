import type { JsonWriter } from './json-writer.js';
import { IDENTITY_BYTES } from './message-identity.js';
import { NONE, type MessageTable } from './message-table.js';
import { grown } from './typed-arrays.js';

/** A place among so many and 32 bits before it are exact in a number. */
const MOST_SORTED = 2 ** 20;

/** The identities of one customer, to be packed in their order. */
export class IdentityList {
  private count = 0;
  private lanes = new Int32Array(4096);
  private order = new Float64Array(1024);

  clear(): void {
    this.count = 0;
  }

  /** Adds those of all messages of a customer. */
  add(messages: MessageTable, customer: number): void {
    for (let message = messages.first[customer]; message !== NONE; message = messages.next[message]) {
      const from = message * 4;
      const to = this.count++ * 4;
      if (to === this.lanes.length) this.lanes = grown(this.lanes);
      this.lanes[to] = messages.lanes[from];
      this.lanes[to + 1] = messages.lanes[from + 1];
      this.lanes[to + 2] = messages.lanes[from + 2];
      this.lanes[to + 3] = messages.lanes[from + 3];
    }
  }

  /** @returns false when two are the same, or there are too many */
  sort(): boolean {
    const { count, lanes } = this;
    if (count > MOST_SORTED) return false;
    if (count > this.order.length) this.order = new Float64Array(count * 2);
    const order = this.order.subarray(0, count);
    // The first lane, then the place: numbers sort without a comparison of ours.
    for (let i = 0; i < count; i++) order[i] = (lanes[i * 4] >>> 0) * MOST_SORTED + i;
    order.sort();
    for (let i = 0; i < count; i++) order[i] %= MOST_SORTED;
    for (let i = 1; i < count; i++) {
      // Those with the same first lane are few: they are put in order one by one.
      for (let j = i; j > 0; j--) {
        const difference = this.compare(order[j - 1], order[j]);
        if (difference === 0) return false;
        if (difference < 0) break;
        const before = order[j - 1];
        order[j - 1] = order[j];
        order[j] = before;
      }
    }
    return true;
  }

  /** Writes them packed, the most significant byte first. */
  write(output: JsonWriter): void {
    output.reserve(this.count * IDENTITY_BYTES);
    const { bytes } = output;
    let at = output.length;
    for (let i = 0; i < this.count; i++) {
      const from = this.order[i] * 4;
      for (let lane = 0; lane < 4; lane++) {
        const word = this.lanes[from + lane];
        bytes[at++] = word >>> 24;
        bytes[at++] = word >>> 16;
        bytes[at++] = word >>> 8;
        bytes[at++] = word;
      }
    }
    output.length = at;
  }

  private compare(a: number, b: number): number {
    for (let lane = 0; lane < 4; lane++) {
      const difference = (this.lanes[a * 4 + lane] >>> 0) - (this.lanes[b * 4 + lane] >>> 0);
      if (difference !== 0) return difference;
    }
    return 0;
  }
}
