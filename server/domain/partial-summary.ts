import { grown, grownBytes } from './growing.js';
import { LIMITS } from './limits.js';
import type { MessageIdentifier } from './message-identity.js';
import type { AttributesMessage, EventMessage, Message } from './message.js';
import { TextTable, type TextTableData } from './text-table.js';

/** Stands for no message, no pair, no candidate; and for the event name of an attributes message. */
export const NONE = -1;
const FIRST = 1 << 10;
const decoder = new TextDecoder();

/** The arrays of a {@link PartialSummary} that a merge reads. */
type ArrayField =
  | 'firstMessage'
  | 'lanes'
  | 'timestamps'
  | 'eventNames'
  | 'nextMessage'
  | 'repeats'
  | 'firstPair'
  | 'pairNames'
  | 'nextPair'
  | 'firstCandidate'
  | 'candidateMessages'
  | 'nextCandidate'
  | 'valueStarts'
  | 'valueLengths'
  | 'values';

/** A {@link PartialSummary} between threads: it can be merged, not added to. */
export interface PartialData extends Pick<PartialSummary, ArrayField | 'messages' | 'pairs' | 'candidates'> {
  readonly users: TextTableData;
  readonly names: TextTableData;
}

/**
 * What one part of a source says, customer by customer, folded as far as that can be done without knowing what was there
 * before: in typed arrays, with no object a message.
 *
 * - every distinct message with its identity, timestamp and event name: whether it counts is decided by the merge
 * - for every attribute of a customer the values ("candidates") that may still win, in the order of their lines: those of the
 *   latest timestamp, for an older one can only lose. Unless the latest was applied before, ahead of the clock, and taken away
 *   by a deletion: so of the time around a deletion, and of what is ahead of the clock now, every value is kept
 *
 * Parts that are merged in the order of the source give what one pass over the whole source gives.
 */
export class PartialSummary {
  readonly users: TextTable;
  /** Of events and of attributes. */
  readonly names: TextTable;
  /** Four lanes a name, for the identities of attributes messages. */
  nameLanes = new Int32Array(FIRST * 4);
  private hashedNames = 0;
  /** When a customer was deleted, by its index. */
  private readonly deletedAt = new Map<number, number>();

  /** By customer: the first and last of its messages and of its pairs, linked. */
  firstMessage = new Int32Array(FIRST).fill(NONE);
  lastMessage = new Int32Array(FIRST);
  firstPair = new Int32Array(FIRST).fill(NONE);

  messages = 0;
  lanes = new Int32Array(FIRST * 4);
  timestamps = new Int32Array(FIRST);
  eventNames = new Int32Array(FIRST);
  nextMessage = new Int32Array(FIRST);
  /** How often a message came again. */
  repeats = new Int32Array(FIRST);
  private customerOf = new Int32Array(FIRST);
  private messageSlots = new Int32Array(FIRST * 4);

  /** Pairs of a customer and an attribute. */
  pairs = 0;
  pairNames = new Int32Array(FIRST);
  nextPair = new Int32Array(FIRST);
  firstCandidate = new Int32Array(FIRST);
  private lastCandidate = new Int32Array(FIRST);
  private pairTimes = new Int32Array(FIRST);
  private pairCustomers = new Int32Array(FIRST);
  private pairSlots = new Int32Array(FIRST * 4);

  candidates = 0;
  candidateMessages = new Int32Array(FIRST);
  nextCandidate = new Int32Array(FIRST);
  /** The value is `values[start, start + length)`, JSON text; of length 0 it removes the attribute. */
  valueStarts = new Int32Array(FIRST);
  valueLengths = new Int32Array(FIRST);
  values = new Uint8Array(FIRST * 16);
  private valueBytes = 0;

  private readonly encoder = new TextEncoder();
  private scratch = new Uint8Array(64 * 1024);

  /**
   * @param startedAt seconds since the Unix epoch: before the source was opened
   * @param deletions the customers deleted by then, with the times of their deletion in seconds
   */
  constructor(
    readonly identifier: MessageIdentifier,
    private readonly startedAt: number,
    private readonly deletions: ReadonlyMap<string, number> = new Map(),
  ) {
    this.users = new TextTable(identifier.key[0]);
    this.names = new TextTable(identifier.key[1]);
  }

  /** @returns what goes to another thread, cut to what is used */
  export(): PartialData {
    const lengths: Record<ArrayField, number> = {
      firstMessage: this.customers,
      firstPair: this.customers,
      lanes: this.messages * 4,
      timestamps: this.messages,
      eventNames: this.messages,
      nextMessage: this.messages,
      repeats: this.messages,
      pairNames: this.pairs,
      nextPair: this.pairs,
      firstCandidate: this.pairs,
      candidateMessages: this.candidates,
      nextCandidate: this.candidates,
      valueStarts: this.candidates,
      valueLengths: this.candidates,
      values: this.valueBytes,
    };
    const cut = Object.entries(lengths).map(([field, length]) => [field, this[field as ArrayField].slice(0, length)]);
    const { messages, pairs, candidates } = this;
    return {
      ...(Object.fromEntries(cut) as Pick<PartialSummary, ArrayField>),
      messages,
      pairs,
      candidates,
      users: this.users.export(),
      names: this.names.export(),
    };
  }

  static import({ users, names, ...data }: PartialData, identifier: MessageIdentifier): PartialSummary {
    return Object.assign(new PartialSummary(identifier, 0), data, {
      users: TextTable.import(users, identifier.key[0]),
      names: TextTable.import(names, identifier.key[1]),
    });
  }

  get customers(): number {
    return this.users.count;
  }

  /** Bytes of memory. */
  get size(): number {
    return (
      this.users.size +
      this.names.size +
      this.messages * 48 +
      this.pairs * 40 +
      this.candidates * 16 +
      this.values.length
    );
  }

  /** The index of the customer `bytes[start, end)`. */
  customer(bytes: Uint8Array, start: number, end: number): number {
    const known = this.users.count;
    const index = this.users.intern(bytes, start, end);
    if (index === known && this.deletions.size > 0) {
      const deletedAt = this.deletions.get(this.users.text(index));
      if (deletedAt !== undefined) this.deletedAt.set(index, deletedAt);
    }
    if (index >= this.firstMessage.length) {
      const full = this.firstMessage.length;
      this.firstMessage = grown(this.firstMessage).fill(NONE, full);
      this.lastMessage = grown(this.lastMessage);
      this.firstPair = grown(this.firstPair).fill(NONE, full);
    }
    return index;
  }

  /** The index of the attribute name `bytes[start, end)`, whose lanes are known then. */
  attributeName(bytes: Uint8Array, start: number, end: number): number {
    const index = this.names.intern(bytes, start, end);
    if (index >= this.hashedNames) this.hashNames();
    return index;
  }

  /** Adds an event whose identity the identifier has just made. */
  addEvent(customer: number, name: number, timestamp: number): void {
    this.addMessage(customer, name, timestamp);
  }

  /**
   * Adds an attributes message whose identity the identifier has just made.
   * @returns its index for {@link addCandidate}; {@link NONE} for a duplicate, whose attributes must not be added
   */
  addAttributes(customer: number, timestamp: number): number {
    return this.addMessage(customer, NONE, timestamp);
  }

  /** Adds a value of an attributes message: `bytes[start, end)` is JSON text, and none when it removes the attribute. */
  addCandidate(customer: number, message: number, name: number, bytes: Uint8Array, start: number, end: number): void {
    const timestamp = this.timestamps[message];
    const pair = this.pair(customer, name);
    const last = this.lastCandidate[pair];
    if (last !== NONE) {
      const latest = this.pairTimes[pair];
      if (timestamp !== latest && !this.mayOutlive(customer, Math.min(timestamp, latest))) {
        if (timestamp < latest) return;
        // Nothing of what is older can win any more: its place is used again.
        const only = this.firstCandidate[pair];
        this.lastCandidate[pair] = only;
        this.nextCandidate[only] = NONE;
        this.pairTimes[pair] = timestamp;
        this.setCandidate(only, message, bytes, start, end);
        return;
      }
    }
    const candidate = this.newCandidate();
    if (last === NONE) this.firstCandidate[pair] = candidate;
    else this.nextCandidate[last] = candidate;
    this.lastCandidate[pair] = candidate;
    this.pairTimes[pair] = Math.max(this.pairTimes[pair], timestamp);
    this.setCandidate(candidate, message, bytes, start, end);
  }

  /** The value of a candidate as JSON text; null when it removes the attribute. */
  value(candidate: number): string | null {
    const length = this.valueLengths[candidate];
    if (length === 0) return null;
    const start = this.valueStarts[candidate];
    return decoder.decode(this.values.subarray(start, start + length));
  }

  /** True when an older value than the latest may win after all. */
  private mayOutlive(customer: number, timestamp: number): boolean {
    if (timestamp > this.startedAt) return true;
    const deletedAt = this.deletedAt.get(customer);
    return deletedAt !== undefined && timestamp > deletedAt && timestamp <= deletedAt + LIMITS.futureSeconds;
  }

  /** Adds a message that was parsed. */
  add(message: Message): void {
    this.identifier.identify(message);
    const end = this.encode(message.userId, 0);
    const customer = this.customer(this.scratch, 0, end);
    if (message.type === 'event') this.addParsedEvent(customer, message);
    else this.addParsedAttributes(customer, message);
  }

  private addParsedEvent(customer: number, { name, timestamp }: EventMessage): void {
    const end = this.encode(name, 0);
    this.addEvent(customer, this.names.intern(this.scratch, 0, end), timestamp);
  }

  private addParsedAttributes(customer: number, { changes, timestamp }: AttributesMessage): void {
    const message = this.addAttributes(customer, timestamp);
    if (message === NONE) return;
    for (const { name, value } of changes) {
      const nameEnd = this.encode(name, 0);
      const index = this.attributeName(this.scratch, 0, nameEnd);
      const end = value === null ? 0 : this.encode(value, 0);
      this.addCandidate(customer, message, index, this.scratch, 0, end);
    }
  }

  private addMessage(customer: number, name: number, timestamp: number): number {
    const { identifier } = this;
    const l0 = identifier.lanes[0];
    const l1 = identifier.lanes[1];
    const l2 = identifier.lanes[2];
    const l3 = identifier.lanes[3];
    const mask = this.messageSlots.length - 1;
    let slot = scatter(l0 ^ identifier.key[2], l1 + customer) & mask;
    for (; ; slot = (slot + 1) & mask) {
      const known = this.messageSlots[slot] - 1;
      if (known < 0) break;
      const at = known * 4;
      if (
        this.lanes[at] === l0 &&
        this.lanes[at + 1] === l1 &&
        this.lanes[at + 2] === l2 &&
        this.lanes[at + 3] === l3 &&
        this.customerOf[known] === customer
      ) {
        // A later one of the same id counts in its place when a deletion comes between: the merge decides.
        if (timestamp > this.timestamps[known]) break;
        this.repeats[known]++;
        return NONE;
      }
    }
    const message = this.messages++;
    if (message === this.timestamps.length) this.growMessages();
    const at = message * 4;
    this.lanes[at] = l0;
    this.lanes[at + 1] = l1;
    this.lanes[at + 2] = l2;
    this.lanes[at + 3] = l3;
    this.timestamps[message] = timestamp;
    this.eventNames[message] = name;
    this.customerOf[message] = customer;
    this.nextMessage[message] = NONE;
    if (this.firstMessage[customer] === NONE) this.firstMessage[customer] = message;
    else this.nextMessage[this.lastMessage[customer]] = message;
    this.lastMessage[customer] = message;
    this.messageSlots[slot] = message + 1;
    if (this.messages * 2 > this.messageSlots.length) this.rehashMessages();
    return message;
  }

  private growMessages(): void {
    this.lanes = grown(this.lanes);
    this.timestamps = grown(this.timestamps);
    this.eventNames = grown(this.eventNames);
    this.nextMessage = grown(this.nextMessage);
    this.repeats = grown(this.repeats);
    this.customerOf = grown(this.customerOf);
  }

  private rehashMessages(): void {
    this.messageSlots = new Int32Array(this.messageSlots.length * 2);
    const mask = this.messageSlots.length - 1;
    for (let message = 0; message < this.messages; message++) {
      const at = message * 4;
      let slot = scatter(this.lanes[at] ^ this.identifier.key[2], this.lanes[at + 1] + this.customerOf[message]) & mask;
      while (this.messageSlots[slot] !== 0) slot = (slot + 1) & mask;
      this.messageSlots[slot] = message + 1;
    }
  }

  private pair(customer: number, name: number): number {
    const mask = this.pairSlots.length - 1;
    let slot = scatter(customer, name) & mask;
    for (; ; slot = (slot + 1) & mask) {
      const known = this.pairSlots[slot] - 1;
      if (known < 0) break;
      if (this.pairCustomers[known] === customer && this.pairNames[known] === name) return known;
    }
    const pair = this.pairs++;
    if (pair === this.pairNames.length) this.growPairs();
    this.pairCustomers[pair] = customer;
    this.pairNames[pair] = name;
    this.pairTimes[pair] = NONE;
    this.firstCandidate[pair] = NONE;
    this.lastCandidate[pair] = NONE;
    this.nextPair[pair] = this.firstPair[customer];
    this.firstPair[customer] = pair;
    this.pairSlots[slot] = pair + 1;
    if (this.pairs * 2 > this.pairSlots.length) this.rehashPairs();
    return pair;
  }

  private growPairs(): void {
    this.pairCustomers = grown(this.pairCustomers);
    this.pairNames = grown(this.pairNames);
    this.pairTimes = grown(this.pairTimes);
    this.firstCandidate = grown(this.firstCandidate);
    this.lastCandidate = grown(this.lastCandidate);
    this.nextPair = grown(this.nextPair);
  }

  private rehashPairs(): void {
    this.pairSlots = new Int32Array(this.pairSlots.length * 2);
    const mask = this.pairSlots.length - 1;
    for (let pair = 0; pair < this.pairs; pair++) {
      let slot = scatter(this.pairCustomers[pair], this.pairNames[pair]) & mask;
      while (this.pairSlots[slot] !== 0) slot = (slot + 1) & mask;
      this.pairSlots[slot] = pair + 1;
    }
  }

  private newCandidate(): number {
    const candidate = this.candidates++;
    if (candidate === this.candidateMessages.length) {
      this.candidateMessages = grown(this.candidateMessages);
      this.nextCandidate = grown(this.nextCandidate);
      this.valueStarts = grown(this.valueStarts);
      this.valueLengths = grown(this.valueLengths);
    }
    this.nextCandidate[candidate] = NONE;
    this.valueLengths[candidate] = 0;
    return candidate;
  }

  /** Keeps the value, in the place of the one before where it fits. */
  private setCandidate(candidate: number, message: number, bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    this.candidateMessages[candidate] = message;
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

  private hashNames(): void {
    for (; this.hashedNames < this.names.count; this.hashedNames++) {
      const at = this.hashedNames * 4;
      if (at === this.nameLanes.length) this.nameLanes = grown(this.nameLanes);
      const { bytes } = this.names;
      this.identifier.hashName(
        bytes,
        this.names.start(this.hashedNames),
        this.names.end(this.hashedNames),
        this.nameLanes,
        at,
      );
    }
  }

  private encode(text: string, at: number): number {
    if ((at + text.length) * 3 > this.scratch.length) this.scratch = grownBytes(this.scratch, (at + text.length) * 3);
    return at + this.encoder.encodeInto(text, this.scratch.subarray(at)).written;
  }
}

/** Spreads two integers over the slots of a table. */
function scatter(a: number, b: number): number {
  let hash = Math.imul(a, 0x9e3779b1 | 0) ^ Math.imul(b, 0x85ebca6b | 0);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 12);
}
