import { LIMITS } from '../domain/limits.js';
import { NONE } from '../domain/message-table.js';
import type { PartialSummary } from '../domain/partial-summary.js';
import { bytesOf, JsonBytes } from './json-bytes.js';

/** The scanner did not read the line: `JSON.parse` decides. */
export const DECLINED = 0;
/** The line was a message, and is in the summary. */
export const ADDED = 1;
/** The line was a message without a customer. */
export const ANONYMOUS = 2;
export type ScanResult = typeof DECLINED | typeof ADDED | typeof ANONYMOUS;

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN = 123;
const CLOSE = 125;

/** Attributes of one message; more are for `JSON.parse`. */
const MOST_ATTRIBUTES = 64;

const SEEN_ID = 1;
const SEEN_TYPE = 2;
const SEEN_USER = 4;
const SEEN_TIMESTAMP = 8;
const SEEN_NAME = 16;
const SEEN_DATA = 32;

const EVENT = bytesOf('event');
const ATTRIBUTES = bytesOf('attributes');
const USER_ID = bytesOf('user_id');
const TIMESTAMP = bytesOf('timestamp');
const PROTO = bytesOf('__proto__');

/**
 * Reads plainly regular lines as bytes, without an object or a string a message, straight into a partial summary. A line is
 * either read as `JSON.parse` and the checks of the contract would read it, or declined: an escape outside of event data, a
 * nested attribute, a repeated member, whatever is invalid.
 */
export class LineScanner extends JsonBytes {
  /** Of each attribute where its name and its value begin and end. */
  private readonly starts = new Int32Array(MOST_ATTRIBUTES * 4);
  private readonly indexes = new Int32Array(MOST_ATTRIBUTES);
  private attributes = 0;

  constructor(private readonly partial: PartialSummary) {
    super();
  }

  /**
   * Scans `bytes[0, end)`; `bytes` must be longer than that.
   * @param latest the latest timestamp that is taken, in seconds
   */
  scan(bytes: Uint8Array, end: number, latest: number): ScanResult {
    this.bytes = bytes;
    // A byte that ends every scan.
    bytes[end] = 0;
    let seen = 0;
    let event = false;
    let idStart = 0;
    let idEnd = 0;
    let userStart = 0;
    let userEnd = 0;
    let nameStart = 0;
    let nameEnd = -1;
    let timestamp = -1;
    let dataStart = -1;

    let at = this.space(0);
    if (bytes[at] !== OPEN) return DECLINED;
    at = this.space(at + 1);
    for (;;) {
      if (bytes[at] !== QUOTE) return DECLINED;
      const keyStart = at + 1;
      const keyEnd = this.plainString(keyStart);
      if (keyEnd < 0) return DECLINED;
      at = this.space(keyEnd + 1);
      if (bytes[at] !== COLON) return DECLINED;
      at = this.space(at + 1);

      const key = this.member(keyStart, keyEnd - keyStart);
      if ((seen & key) !== 0) return DECLINED;
      seen |= key;
      switch (key) {
        case SEEN_ID: {
          if (bytes[at] !== QUOTE) return DECLINED;
          idStart = at + 1;
          idEnd = this.plainString(idStart);
          if (idEnd <= idStart || idEnd - idStart > LIMITS.messageIdBytes) return DECLINED;
          at = idEnd + 1;
          break;
        }
        case SEEN_TYPE: {
          if (bytes[at] !== QUOTE) return DECLINED;
          if (this.is(at + 1, EVENT)) event = true;
          else if (!this.is(at + 1, ATTRIBUTES)) return DECLINED;
          at += event ? EVENT.length + 1 : ATTRIBUTES.length + 1;
          if (bytes[at] !== QUOTE) return DECLINED;
          at++;
          break;
        }
        case SEEN_USER: {
          if (bytes[at] === QUOTE) {
            userStart = at + 1;
            userEnd = this.plainString(userStart);
            if (userEnd < 0 || userEnd - userStart > LIMITS.userIdBytes) return DECLINED;
            at = userEnd + 1;
          } else if (bytes[at] === 110) {
            at = this.skipValue(at, 0);
            if (at < 0) return DECLINED;
          } else {
            userStart = at;
            userEnd = this.digits(at);
            if (userEnd < 0) return DECLINED;
            at = userEnd;
          }
          break;
        }
        case SEEN_TIMESTAMP: {
          const numberEnd = this.digits(at);
          if (numberEnd < 0) return DECLINED;
          timestamp = 0;
          for (; at < numberEnd; at++) timestamp = timestamp * 10 + bytes[at] - 48;
          break;
        }
        case SEEN_NAME: {
          if (bytes[at] === QUOTE) {
            nameStart = at + 1;
            nameEnd = this.plainString(nameStart);
            if (nameEnd < 0) return DECLINED;
            at = nameEnd + 1;
          } else {
            at = this.skipValue(at, 0);
            if (at < 0) return DECLINED;
          }
          break;
        }
        default: {
          if (key === SEEN_DATA) dataStart = at;
          at = this.skipValue(at, 0);
          if (at < 0) return DECLINED;
        }
      }

      at = this.space(at);
      if (bytes[at] === COMMA) at = this.space(at + 1);
      else if (bytes[at] === CLOSE) break;
      else return DECLINED;
    }
    if (this.space(at + 1) !== end) return DECLINED;
    if ((seen & (SEEN_ID | SEEN_TYPE)) !== (SEEN_ID | SEEN_TYPE)) return DECLINED;
    if (userEnd === userStart) return ANONYMOUS;
    if (timestamp < 0 || timestamp > latest) return DECLINED;
    return event
      ? this.event(idStart, idEnd, userStart, userEnd, nameStart, nameEnd, timestamp)
      : this.data(idStart, idEnd, userStart, userEnd, dataStart, timestamp);
  }

  private event(
    idStart: number,
    idEnd: number,
    userStart: number,
    userEnd: number,
    nameStart: number,
    nameEnd: number,
    timestamp: number,
  ): ScanResult {
    const { bytes, partial } = this;
    if (nameEnd <= nameStart || nameEnd - nameStart > LIMITS.eventNameBytes) return DECLINED;
    partial.identifier.identifyEvent(bytes, idStart, idEnd);
    const customer = partial.customer(bytes, userStart, userEnd);
    partial.addEvent(customer, partial.names.intern(bytes, nameStart, nameEnd), timestamp);
    return ADDED;
  }

  private data(
    idStart: number,
    idEnd: number,
    userStart: number,
    userEnd: number,
    dataStart: number,
    timestamp: number,
  ): ScanResult {
    const { bytes, partial, starts, indexes } = this;
    if (dataStart < 0 || !this.readAttributes(dataStart)) return DECLINED;
    const { identifier } = partial;
    identifier.beginAttributes();
    for (let i = 0; i < this.attributes; i++) {
      const at = i * 4;
      const name = partial.attributeName(bytes, starts[at], starts[at + 1]);
      for (let j = 0; j < i; j++) if (indexes[j] === name) return DECLINED;
      indexes[i] = name;
      identifier.addAttribute(partial.nameLanes, name * 4, bytes, starts[at + 2], starts[at + 3]);
    }
    identifier.identifyEvent(bytes, idStart, idEnd);
    identifier.endAttributes(timestamp);
    const customer = partial.customer(bytes, userStart, userEnd);
    const message = partial.addAttributes(customer, timestamp);
    if (message === NONE) return ADDED;
    for (let i = 0; i < this.attributes; i++) {
      const start = starts[i * 4 + 2];
      const end = starts[i * 4 + 3];
      // null and "" remove.
      const removes = bytes[start] === 110 || end - start === 2;
      partial.addCandidate(customer, message, indexes[i], bytes, start, removes ? start : end);
    }
    return ADDED;
  }

  /** Reads {"name":"value",…}, valid as far as `skipValue` has seen; values are strings or null. */
  private readAttributes(start: number): boolean {
    const { bytes, starts } = this;
    this.attributes = 0;
    if (bytes[start] !== OPEN) return false;
    let at = this.space(start + 1);
    if (bytes[at] === CLOSE) return true;
    for (;;) {
      if (this.attributes === MOST_ATTRIBUTES) return false;
      const nameStart = at + 1;
      const nameEnd = this.plainString(nameStart);
      const length = nameEnd - nameStart;
      if (length < 1 || length > LIMITS.attributeNameBytes || this.isReserved(nameStart, length)) return false;
      at = this.space(this.space(nameEnd + 1) + 1);
      const valueStart = at;
      if (bytes[at] === QUOTE) at = this.plainString(at + 1) + 1;
      else if (bytes[at] === 110) at += 4;
      else return false;
      if (at <= valueStart || at - valueStart > LIMITS.attributeValueBytes) return false;
      const slot = this.attributes++ * 4;
      starts[slot] = nameStart;
      starts[slot + 1] = nameEnd;
      starts[slot + 2] = valueStart;
      starts[slot + 3] = at;
      at = this.space(at);
      if (bytes[at] === CLOSE) return true;
      at = this.space(at + 1);
    }
  }

  private isReserved(start: number, length: number): boolean {
    const { bytes } = this;
    if (length === 2) return bytes[start] === 105 && bytes[start + 1] === 100;
    return length === PROTO.length && this.is(start, PROTO);
  }

  /** Which member a key is, as a bit; 0 for one that is ignored. */
  private member(start: number, length: number): number {
    const { bytes } = this;
    switch (length) {
      case 2:
        return bytes[start] === 105 && bytes[start + 1] === 100 ? SEEN_ID : 0;
      case 4: {
        const word = (bytes[start] << 24) | (bytes[start + 1] << 16) | (bytes[start + 2] << 8) | bytes[start + 3];
        if (word === 0x74797065) return SEEN_TYPE;
        if (word === 0x64617461) return SEEN_DATA;
        return word === 0x6e616d65 ? SEEN_NAME : 0;
      }
      case 7:
        return this.is(start, USER_ID) ? SEEN_USER : 0;
      case 9:
        return this.is(start, TIMESTAMP) ? SEEN_TIMESTAMP : 0;
      default:
        return 0;
    }
  }
}
