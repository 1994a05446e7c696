import { CandidateTable, type CandidateTableData } from './candidate-table.js';
import { LIMITS } from './limits.js';
import type { MessageIdentifier } from './message-identity.js';
import { MessageTable, NONE, type MessageTableData } from './message-table.js';
import type { AttributesMessage, EventMessage, Message } from './message.js';
import { TextTable, type TextTableData } from './text-table.js';
import { grown, grownBytes } from './typed-arrays.js';

const FIRST_NAMES = 1 << 10;
const decoder = new TextDecoder();

/** A {@link PartialSummary} between threads: it can be merged, not added to. */
export interface PartialData {
  readonly users: TextTableData;
  readonly names: TextTableData;
  readonly messages: MessageTableData;
  readonly candidates: CandidateTableData;
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
  users: TextTable;
  /** Of events and of attributes. */
  names: TextTable;
  messages: MessageTable;
  candidates = new CandidateTable();
  /** Four lanes a name, for the identities of attributes messages. */
  nameLanes = new Int32Array(FIRST_NAMES * 4);
  private hashedNames = 0;
  /** When a customer was deleted, by its index. */
  private readonly deletedAt = new Map<number, number>();
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
    const [usersSeed, namesSeed, messagesSeed] = identifier.key;
    this.users = new TextTable(usersSeed);
    this.names = new TextTable(namesSeed);
    this.messages = new MessageTable(messagesSeed);
  }

  static import(data: PartialData, identifier: MessageIdentifier): PartialSummary {
    const partial = new PartialSummary(identifier, 0);
    Object.assign(partial.users, data.users);
    Object.assign(partial.names, data.names);
    Object.assign(partial.messages, data.messages);
    Object.assign(partial.candidates, data.candidates);
    return partial;
  }

  /** @returns what goes to another thread; when its buffers are there, this summary is of no use any more */
  export(): PartialData {
    return {
      users: this.users.export(),
      names: this.names.export(),
      messages: this.messages.export(this.customers),
      candidates: this.candidates.export(this.customers),
    };
  }

  get customers(): number {
    return this.users.count;
  }

  /** Bytes of memory. */
  get size(): number {
    return this.users.size + this.names.size + this.messages.size + this.candidates.size;
  }

  /** The index of the customer `bytes[start, end)`. */
  customer(bytes: Uint8Array, start: number, end: number): number {
    const known = this.users.count;
    const index = this.users.intern(bytes, start, end);
    if (index < known) return index;
    this.candidates.reserve(index);
    const deletedAt = this.deletions.size > 0 ? this.deletions.get(this.users.text(index)) : undefined;
    if (deletedAt !== undefined) this.deletedAt.set(index, deletedAt);
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
    this.messages.add(customer, this.identifier.lanes, name, timestamp);
  }

  /**
   * Adds an attributes message whose identity the identifier has just made.
   * @returns its index for {@link addCandidate}; {@link NONE} for a duplicate, whose attributes must not be added
   */
  addAttributes(customer: number, timestamp: number): number {
    return this.messages.add(customer, this.identifier.lanes, NONE, timestamp);
  }

  /** Adds a value of an attributes message: `bytes[start, end)` is JSON text, and none when it removes the attribute. */
  addCandidate(customer: number, message: number, name: number, bytes: Uint8Array, start: number, end: number): void {
    const { candidates } = this;
    const timestamp = this.messages.timestamps[message];
    const pair = candidates.pair(customer, name);
    const latest = candidates.latestOf(pair);
    const isTie = latest === NONE || timestamp === latest;
    if (isTie || this.mayOutlive(customer, Math.min(timestamp, latest))) {
      candidates.add(pair, message, timestamp, bytes, start, end);
    } else if (timestamp > latest) candidates.replace(pair, message, timestamp, bytes, start, end);
  }

  /** The value of a candidate as JSON text; null when it removes the attribute. */
  value(candidate: number): string | null {
    const { values, valueStarts, valueLengths } = this.candidates;
    const length = valueLengths[candidate];
    if (length === 0) return null;
    return decoder.decode(values.subarray(valueStarts[candidate], valueStarts[candidate] + length));
  }

  /** Adds a message that was parsed. */
  add(message: Message): void {
    this.identifier.identify(message);
    const customer = this.customer(this.scratch, 0, this.encode(message.userId));
    if (message.type === 'event') this.addParsedEvent(customer, message);
    else this.addParsedAttributes(customer, message);
  }

  private addParsedEvent(customer: number, { name, timestamp }: EventMessage): void {
    const end = this.encode(name);
    this.addEvent(customer, this.names.intern(this.scratch, 0, end), timestamp);
  }

  private addParsedAttributes(customer: number, { changes, timestamp }: AttributesMessage): void {
    const message = this.addAttributes(customer, timestamp);
    if (message === NONE) return;
    for (const { name, value } of changes) {
      const nameEnd = this.encode(name);
      const index = this.attributeName(this.scratch, 0, nameEnd);
      const end = value === null ? 0 : this.encode(value);
      this.addCandidate(customer, message, index, this.scratch, 0, end);
    }
  }

  /** True when an older value than the latest may win after all. */
  private mayOutlive(customer: number, timestamp: number): boolean {
    if (timestamp > this.startedAt) return true;
    const deletedAt = this.deletedAt.get(customer);
    return deletedAt !== undefined && timestamp > deletedAt && timestamp <= deletedAt + LIMITS.futureSeconds;
  }

  private hashNames(): void {
    for (; this.hashedNames < this.names.count; this.hashedNames++) {
      const at = this.hashedNames * 4;
      if (at === this.nameLanes.length) this.nameLanes = grown(this.nameLanes);
      const { bytes } = this.names;
      const start = this.names.start(this.hashedNames);
      this.identifier.hashName(bytes, start, this.names.end(this.hashedNames), this.nameLanes, at);
    }
  }

  /** Puts a text at the beginning of {@link scratch}; returns its length in bytes. */
  private encode(text: string): number {
    if (text.length * 3 > this.scratch.length) this.scratch = grownBytes(this.scratch, text.length * 3);
    return this.encoder.encodeInto(text, this.scratch).written;
  }
}
