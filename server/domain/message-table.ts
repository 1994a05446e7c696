import { cut, grown, scatter } from './typed-arrays.js';

/** Stands for no message, no pair, no candidate; and for the event name of an attributes message. */
export const NONE = -1;
const FIRST = 1 << 10;

/** A {@link MessageTable} between threads: it can be read, not added to. */
export type MessageTableData = Pick<
  MessageTable,
  'count' | 'lanes' | 'timestamps' | 'eventNames' | 'repeats' | 'next' | 'first'
>;

/** The distinct messages of each customer, in the order of their lines. */
export class MessageTable {
  count = 0;
  /** Four a message: its identity. */
  lanes = new Int32Array(FIRST * 4);
  /** Seconds since the Unix epoch. */
  timestamps = new Int32Array(FIRST);
  /** The index of the name of an event; {@link NONE} for an attributes message. */
  eventNames = new Int32Array(FIRST);
  /** How often a message came again. */
  repeats = new Int32Array(FIRST);
  /** The next message of the same customer. */
  next = new Int32Array(FIRST);
  /** The first message of each customer. */
  first = new Int32Array(FIRST).fill(NONE);
  private last = new Int32Array(FIRST);
  private customers = new Int32Array(FIRST);
  /** Open addressing: the index of a message plus 1, or 0. Never more than half full. */
  private slots = new Int32Array(FIRST * 4);

  /** @param seed a secret, so that nobody can make ids that all fall into one slot */
  constructor(private readonly seed: number) {}

  /** Bytes of memory. */
  get size(): number {
    return this.count * 48;
  }

  /** @returns the index of the message; {@link NONE} when it is a duplicate */
  add(customer: number, identity: Int32Array, eventName: number, timestamp: number): number {
    const l0 = identity[0];
    const l1 = identity[1];
    const l2 = identity[2];
    const l3 = identity[3];
    const { lanes } = this;
    const mask = this.slots.length - 1;
    let slot = scatter(l0 ^ this.seed, l1 + customer) & mask;
    for (; ; slot = (slot + 1) & mask) {
      const known = this.slots[slot] - 1;
      if (known < 0) break;
      const at = known * 4;
      if (lanes[at] !== l0 || lanes[at + 1] !== l1 || lanes[at + 2] !== l2 || lanes[at + 3] !== l3) continue;
      if (this.customers[known] !== customer) continue;
      // A later one of the same id counts in its place when a deletion comes between: the merge decides.
      if (timestamp > this.timestamps[known]) break;
      this.repeats[known]++;
      return NONE;
    }
    const message = this.append(customer, eventName, timestamp);
    const at = message * 4;
    this.lanes[at] = l0;
    this.lanes[at + 1] = l1;
    this.lanes[at + 2] = l2;
    this.lanes[at + 3] = l3;
    this.slots[slot] = message + 1;
    if (this.count * 2 > this.slots.length) this.rehash();
    return message;
  }

  /** What goes to another thread, without much that is not used. */
  export(customers: number): MessageTableData {
    const { count } = this;
    return {
      count,
      lanes: cut(this.lanes, count * 4),
      timestamps: cut(this.timestamps, count),
      eventNames: cut(this.eventNames, count),
      repeats: cut(this.repeats, count),
      next: cut(this.next, count),
      first: cut(this.first, customers),
    };
  }

  private append(customer: number, eventName: number, timestamp: number): number {
    const message = this.count++;
    if (message === this.timestamps.length) this.grow();
    if (customer >= this.first.length) {
      const full = this.first.length;
      this.first = grown(this.first).fill(NONE, full);
      this.last = grown(this.last);
    }
    this.timestamps[message] = timestamp;
    this.eventNames[message] = eventName;
    this.customers[message] = customer;
    this.next[message] = NONE;
    if (this.first[customer] === NONE) this.first[customer] = message;
    else this.next[this.last[customer]] = message;
    this.last[customer] = message;
    return message;
  }

  private grow(): void {
    this.lanes = grown(this.lanes);
    this.timestamps = grown(this.timestamps);
    this.eventNames = grown(this.eventNames);
    this.repeats = grown(this.repeats);
    this.next = grown(this.next);
    this.customers = grown(this.customers);
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let message = 0; message < this.count; message++) {
      const at = message * 4;
      let slot = scatter(this.lanes[at] ^ this.seed, this.lanes[at + 1] + this.customers[message]) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = message + 1;
    }
  }
}
