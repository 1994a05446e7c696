import { IGNORED_ATTRIBUTE } from './attribute.js';
import { canonicalNumber } from '../decimal.js';
import { JsonNumber, writeJson, type Json } from '../json.js';
import { Hash128 } from './hash128.js';
import type { Message } from './message.js';

/**
 * The identity of a message, 128 bits: a message whose identity was applied to its customer before is a duplicate. It is a string
 * of eight UTF-16 units, which can be the key of a Set and sorts like the bytes.
 *
 * - event: computed from its id. A canonical lower-case UUID is the identity itself, so two UUIDs never clash.
 * - attributes message: computed from its id, timestamp and data. The order of members does not matter, and numbers count by value. With a
 *   whole second it is the same as in the databases of before milliseconds were kept.
 * - attributes message whose id or timestamp the server has set: computed from its id and data.
 *
 * All but UUIDs are keyed hashes. Two messages of a customer have the same by chance once in 2^64 messages.
 */
export type Identity = string;

/** Bytes of a packed identity. */
export const IDENTITY_BYTES = 16;

const UUID_BYTES = 36;
const ATTRIBUTES_KIND = 2;
const UNTIMED_ATTRIBUTES_KIND = 3;
/** Members of nested values are sorted down to this many levels. Deeper members count in their order. */
const CANONICAL_DEPTH = 200;

/** The value of a hexadecimal digit by its character code; -1 for upper case and for other characters. */
const HEX = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit++) HEX[digit.toString(16).charCodeAt(0)] = digit;

/** Computes identities, four lanes each. */
export class MessageIdentifier {
  /** The four lanes of the most recent identity, the most significant first. */
  readonly lanes = new Int32Array(4);
  private readonly hash: Hash128;
  private readonly sum = new Int32Array(4);
  private attributes = 0;
  private readonly block = new Int32Array(12);
  private readonly blockBytes = new Uint8Array(this.block.buffer);
  private readonly encoder = new TextEncoder();
  private scratch = new Uint8Array(4 * 1024);

  /** @param hashKey four words, which the database keeps for ever: with other words no duplicate would be recognised */
  constructor(hashKey: Readonly<Uint32Array>) {
    this.hash = new Hash128(hashKey);
  }

  /** Computes the identity of a message into {@link lanes}. */
  identify(message: Message): void {
    if (message.type === 'event') {
      this.identifyText(message.id);
      return;
    }
    this.beginAttributes();
    const name = new Int32Array(4);
    for (const member of Object.keys(message.data)) {
      if (member === IGNORED_ATTRIBUTE) continue;
      this.hashText(member);
      name.set(this.hash.lanes);
      // Safe: `data` was parsed from JSON, so its members are JSON.
      const length = this.encode(canonicalJson(message.data[member] as Json, 0));
      this.addAttribute(name, this.scratch, length);
    }
    this.identifyText(message.id);
    this.endAttributes(message.isStampedHere ? undefined : message.timestamp);
  }

  /** Computes the identity of an event with the id `bytes[start, end)` into {@link lanes}. */
  private identifyEvent(bytes: Uint8Array, start: number, end: number): void {
    if (end - start === UUID_BYTES && this.readUuid(bytes, start)) return;
    this.hash.bytes(bytes, start, end);
    this.lanes.set(this.hash.lanes);
  }

  private beginAttributes(): void {
    this.sum.fill(0);
    this.attributes = 0;
  }

  /**
   * Adds an attribute: the lanes of its name, and its value as JSON text. The hashes are summed, so that the order of attributes
   * does not matter.
   */
  private addAttribute(name: Int32Array, bytes: Uint8Array, end: number): void {
    const { sum, hash } = this;
    hash.chained(bytes, 0, end, name[0], name[1], name[2], name[3]);
    sum[0] += hash.lanes[0];
    sum[1] += hash.lanes[1];
    sum[2] += hash.lanes[2];
    sum[3] += hash.lanes[3];
    this.attributes++;
  }

  /**
   * Computes the identity of an attributes message into {@link lanes}, which hold that of its id.
   * @param timestamp ms since the Unix epoch; undefined if it is no part of the identity
   */
  private endAttributes(timestamp: number | undefined): void {
    const { block, lanes, sum, hash } = this;
    for (let lane = 0; lane < 4; lane++) {
      block[lane] = sum[lane];
      block[lane + 4] = lanes[lane];
    }
    const time = timestamp ?? 0;
    const seconds = Math.floor(time / 1000);
    block[8] = seconds | 0;
    block[9] = Math.floor(seconds / 2 ** 32) + (time % 1000) * 65_536;
    block[10] = timestamp === undefined ? UNTIMED_ATTRIBUTES_KIND : ATTRIBUTES_KIND;
    block[11] = this.attributes;
    hash.bytes(this.blockBytes, 0, 48);
    lanes[0] = hash.lanes[0];
    lanes[1] = hash.lanes[1];
    lanes[2] = hash.lanes[2];
    lanes[3] = hash.lanes[3];
  }

  private identifyText(text: string): void {
    const length = this.encode(text);
    this.identifyEvent(this.scratch, 0, length);
  }

  private hashText(text: string): void {
    const length = this.encode(text);
    this.hash.bytes(this.scratch, 0, length);
  }

  private encode(text: string): number {
    if (text.length * 3 > this.scratch.length) this.scratch = new Uint8Array(text.length * 4);
    return this.encoder.encodeInto(text, this.scratch).written;
  }

  private readUuid(bytes: Uint8Array, at: number): boolean {
    if (bytes[at + 8] !== 45 || bytes[at + 13] !== 45 || bytes[at + 18] !== 45 || bytes[at + 23] !== 45) return false;
    const a = eight(bytes, at, at + 4);
    const b = eight(bytes, at + 9, at + 14);
    const c = eight(bytes, at + 19, at + 24);
    const d = eight(bytes, at + 28, at + 32);
    // A character that is no digit makes its half negative.
    if (Math.min(a, b, c, d) < 0) return false;
    const { lanes } = this;
    lanes[0] = a;
    lanes[1] = b;
    lanes[2] = c;
    lanes[3] = d;
    return true;
  }
}

/** Reads two groups of four hexadecimal digits; returns 0 to 2^32 - 1, or -1 if another character is among them. */
function eight(bytes: Uint8Array, at: number, then: number): number {
  const high = (HEX[bytes[at]] << 12) | (HEX[bytes[at + 1]] << 8) | (HEX[bytes[at + 2]] << 4) | HEX[bytes[at + 3]];
  const low =
    (HEX[bytes[then]] << 12) | (HEX[bytes[then + 1]] << 8) | (HEX[bytes[then + 2]] << 4) | HEX[bytes[then + 3]];
  return (high | low) < 0 ? -1 : high * 65_536 + low;
}

/** Makes an identity of four lanes. */
export function identityOf(lanes: Readonly<Int32Array>): Identity {
  return unpackIdentity(lanes[0], lanes[1], lanes[2], lanes[3]);
}

/** Makes an identity of four words of 32 bits, the most significant first. */
export function unpackIdentity(a: number, b: number, c: number, d: number): Identity {
  return String.fromCharCode(a >>> 16, a & 0xffff, b >>> 16, b & 0xffff, c >>> 16, c & 0xffff, d >>> 16, d & 0xffff);
}

/** Unpacks identities of {@link IDENTITY_BYTES} each. */
export function unpackIdentities(packed: Uint8Array): Identity[] {
  const identities: Identity[] = [];
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  for (let at = 0; at < packed.length; at += IDENTITY_BYTES) {
    identities.push(
      unpackIdentity(view.getUint32(at), view.getUint32(at + 4), view.getUint32(at + 8), view.getUint32(at + 12)),
    );
  }
  return identities;
}

/**
 * Writes JSON with the members of every object sorted, and numbers by their value: {"a":1,"b":2} and {"b":2.0,"a":1} are the same data.
 */
function canonicalJson(value: Json, depth: number): string {
  if (value instanceof JsonNumber) return canonicalNumber(value.text);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (depth > CANONICAL_DEPTH) return writeJson(value, canonicalNumber);
  let text = '';
  if (Array.isArray(value)) {
    for (const item of value) text += `${canonicalJson(item, depth + 1)},`;
    return `[${text}]`;
  }
  for (const name of Object.keys(value).sort()) {
    text += `${JSON.stringify(name)}:${canonicalJson(value[name], depth + 1)},`;
  }
  return `{${text}}`;
}
