import { cut, grown, grownBytes, scatter } from './typed-arrays.js';
import { NONE } from './message-table.js';

const FIRST = 1 << 10;

/** A {@link CandidateTable} between threads: it can be read, not added to. */
export type CandidateTableData = Pick<
  CandidateTable,
  | 'pairs'
  | 'firstPair'
  | 'pairNames'
  | 'nextPair'
  | 'first'
  | 'count'
  | 'messages'
  | 'next'
  | 'valueStarts'
  | 'valueLengths'
  | 'values'
>;

/** For each attribute of a customer (a "pair") the values that may still win (its "candidates"), in the order of their lines. */
export class CandidateTable {
  pairs = 0;
  /** The first pair of each customer. */
  firstPair = new Int32Array(FIRST).fill(NONE);
  /** The index of the name. */
  pairNames = new Int32Array(FIRST);
  /** The next pair of the same customer. */
  nextPair = new Int32Array(FIRST);
  /** The first candidate of each pair. */
  first = new Int32Array(FIRST);
  private last = new Int32Array(FIRST);
  private latest = new Int32Array(FIRST);
  private pairCustomers = new Int32Array(FIRST);
  /** Open addressing: the index of a pair plus 1, or 0. Never more than half full. */
  private slots = new Int32Array(FIRST * 4);

  count = 0;
  /** The message that a candidate comes from. */
  messages = new Int32Array(FIRST);
  /** The next candidate of the same pair. */
  next = new Int32Array(FIRST);
  /** The value is `values[start, start + length)`, JSON text; of length 0 it removes the attribute. */
  valueStarts = new Int32Array(FIRST);
  valueLengths = new Int32Array(FIRST);
  values = new Uint8Array(FIRST * 16);
  private valueBytes = 0;

  /** Bytes of memory. */
  get size(): number {
    return this.pairs * 40 + this.count * 16 + this.values.length;
  }

  /** The pair of a customer and a name. */
  pair(customer: number, name: number): number {
    const mask = this.slots.length - 1;
    let slot = scatter(customer, name) & mask;
    for (; ; slot = (slot + 1) & mask) {
      const known = this.slots[slot] - 1;
      if (known < 0) break;
      if (this.pairCustomers[known] === customer && this.pairNames[known] === name) return known;
    }
    const pair = this.appendPair(customer, name);
    this.slots[slot] = pair + 1;
    if (this.pairs * 2 > this.slots.length) this.rehash();
    return pair;
  }

  /** The latest timestamp of a pair; {@link NONE} when it has no candidate. */
  latestOf(pair: number): number {
    return this.latest[pair];
  }

  /** Adds a value to a pair: `bytes[start, end)`, none when the message removes the attribute. */
  add(pair: number, message: number, timestamp: number, bytes: Uint8Array, start: number, end: number): void {
    const candidate = this.append();
    if (this.first[pair] === NONE) this.first[pair] = candidate;
    else this.next[this.last[pair]] = candidate;
    this.last[pair] = candidate;
    this.latest[pair] = Math.max(this.latest[pair], timestamp);
    this.set(candidate, message, bytes, start, end);
  }

  /** Puts a value in the place of all that a pair has. */
  replace(pair: number, message: number, timestamp: number, bytes: Uint8Array, start: number, end: number): void {
    const candidate = this.first[pair];
    this.last[pair] = candidate;
    this.next[candidate] = NONE;
    this.latest[pair] = timestamp;
    this.set(candidate, message, bytes, start, end);
  }

  /** What goes to another thread, without much that is not used. */
  export(customers: number): CandidateTableData {
    const { pairs, count } = this;
    return {
      pairs,
      firstPair: cut(this.firstPair, customers),
      pairNames: cut(this.pairNames, pairs),
      nextPair: cut(this.nextPair, pairs),
      first: cut(this.first, pairs),
      count,
      messages: cut(this.messages, count),
      next: cut(this.next, count),
      valueStarts: cut(this.valueStarts, count),
      valueLengths: cut(this.valueLengths, count),
      values: cut(this.values, this.valueBytes),
    };
  }

  /** Makes room for a customer. */
  reserve(customer: number): void {
    if (customer < this.firstPair.length) return;
    const full = this.firstPair.length;
    this.firstPair = grown(this.firstPair).fill(NONE, full);
  }

  private appendPair(customer: number, name: number): number {
    const pair = this.pairs++;
    if (pair === this.pairNames.length) {
      this.pairCustomers = grown(this.pairCustomers);
      this.pairNames = grown(this.pairNames);
      this.latest = grown(this.latest);
      this.first = grown(this.first);
      this.last = grown(this.last);
      this.nextPair = grown(this.nextPair);
    }
    this.pairCustomers[pair] = customer;
    this.pairNames[pair] = name;
    this.latest[pair] = NONE;
    this.first[pair] = NONE;
    this.last[pair] = NONE;
    this.nextPair[pair] = this.firstPair[customer];
    this.firstPair[customer] = pair;
    return pair;
  }

  private append(): number {
    const candidate = this.count++;
    if (candidate === this.messages.length) {
      this.messages = grown(this.messages);
      this.next = grown(this.next);
      this.valueStarts = grown(this.valueStarts);
      this.valueLengths = grown(this.valueLengths);
    }
    this.next[candidate] = NONE;
    this.valueLengths[candidate] = 0;
    return candidate;
  }

  /** Keeps the value, in the place of the one before where it fits. */
  private set(candidate: number, message: number, bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    this.messages[candidate] = message;
    if (length > this.valueLengths[candidate]) {
      const at = this.valueBytes;
      this.valueBytes += length;
      if (this.valueBytes > this.values.length) this.values = grownBytes(this.values, this.valueBytes);
      this.valueStarts[candidate] = at;
    }
    this.valueLengths[candidate] = length;
    const { values } = this;
    for (let i = start, to = this.valueStarts[candidate]; i < end; i++, to++) values[to] = bytes[i];
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let pair = 0; pair < this.pairs; pair++) {
      let slot = scatter(this.pairCustomers[pair], this.pairNames[pair]) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = pair + 1;
    }
  }
}
