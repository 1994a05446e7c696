import { IGNORED_ATTRIBUTE } from './attribute.js';
import { Hash128 } from './hash128.js';
import { LIMITS } from './limits.js';
import type { Message } from './message.js';

/**
 * What tells whether a message was applied to a customer before: 128 bits, as a string of eight UTF-16 units, so that it
 * can be the key of a Set and sorts as its bytes do.
 *
 * - an event: its id. A canonical lower-case UUID is its own 128 bits, so it can clash with no other UUID.
 * - an attributes message: its id, timestamp and data, whatever the order of the members.
 *
 * Everything else is a keyed hash; two messages of one customer share it by chance once in 2^64 messages.
 */
export type Identity = string;

/** Bytes of a packed identity. */
export const IDENTITY_BYTES = 16;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const KIND = { event: 1, attributes: 2 } as const;
/** Members of a nested value are put in order down to here; below it they count as they were written. */
const CANONICAL_DEPTH = 200;

/** Makes identities. `key` is four words that the database keeps for ever: with another key no message is recognised. */
export class MessageIdentifier {
  private readonly encoder = new TextEncoder();
  private scratch = new Uint8Array(64 * 1024);
  private readonly block = new Uint32Array(12);
  private readonly blockBytes = new Uint8Array(this.block.buffer);
  private readonly hash: Hash128;

  constructor(key: Readonly<Uint32Array>) {
    this.hash = new Hash128(key);
  }

  identify(message: Message): Identity {
    return message.type === 'event'
      ? this.event(message.id)
      : this.attributes(message.id, message.timestamp, message.data);
  }

  private event(id: string): Identity {
    if (UUID.test(id)) return uuidUnits(id);
    this.hashText(`${KIND.event}${id}`);
    return units(this.hash.lanes);
  }

  /** The attributes are summed, not chained, so that their order does not matter and nobody has to sort them. */
  private attributes(id: string, timestamp: number, data: Readonly<Record<string, unknown>>): Identity {
    const { block } = this;
    const { lanes } = this.hash;
    block.fill(0);
    for (const name of Object.keys(data)) {
      if (name === IGNORED_ATTRIBUTE) continue;
      this.hashText(`${JSON.stringify(name)}:${canonicalJson(data[name], 0)}`);
      for (let lane = 0; lane < 4; lane++) block[lane] += lanes[lane];
      block[11]++;
    }
    this.hashText(id);
    block.set(lanes, 4);
    block[8] = timestamp;
    block[9] = Math.floor(timestamp / 2 ** 32);
    block[10] = KIND.attributes;
    this.hash.bytes(this.blockBytes, 0, this.blockBytes.length);
    return units(lanes);
  }

  private hashText(text: string): void {
    if (text.length * 3 > this.scratch.length)
      this.scratch = new Uint8Array(Math.min(text.length * 4, LIMITS.lineBytes * 4));
    const { written } = this.encoder.encodeInto(text, this.scratch);
    this.hash.bytes(this.scratch, 0, written);
  }
}

function units(lanes: Readonly<Uint32Array>): Identity {
  const [a, b, c, d] = lanes;
  return String.fromCharCode(a >>> 16, a & 0xffff, b >>> 16, b & 0xffff, c >>> 16, c & 0xffff, d >>> 16, d & 0xffff);
}

function uuidUnits(id: string): Identity {
  const unit = (at: number): number => parseInt(id.slice(at, at + 4), 16);
  return String.fromCharCode(unit(0), unit(4), unit(9), unit(14), unit(19), unit(24), unit(28), unit(32));
}

/** JSON with the members of every object in order: {"a":1,"b":2} and {"b":2,"a":1} are the same data. */
function canonicalJson(value: unknown, depth: number): string {
  if (typeof value !== 'object' || value === null || depth > CANONICAL_DEPTH) return JSON.stringify(value);
  let text = '';
  if (Array.isArray(value)) {
    for (const item of value) text += `${canonicalJson(item, depth + 1)},`;
    return `[${text}]`;
  }
  for (const name of Object.keys(value).sort()) {
    text += `${JSON.stringify(name)}:${canonicalJson((value as Record<string, unknown>)[name], depth + 1)},`;
  }
  return `{${text}}`;
}
