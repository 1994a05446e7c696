import { grown, grownBytes } from './typed-arrays.js';

const FIRST_SLOTS = 1 << 10;
const FIRST_BYTES = 1 << 14;

/** A {@link TextTable} between threads, where it can be looked up and added to. */
export type TextTableData = Pick<TextTable, 'count' | 'bytes' | 'starts' | 'hashes' | 'slots'>;

/** Texts as bytes of UTF-8, each kept once and known by its index. No object and no string per text. */
export class TextTable {
  /** How many texts there are. */
  count = 0;
  /** Text `i` is `bytes[starts[i], starts[i + 1])`. */
  bytes = new Uint8Array(FIRST_BYTES);
  starts = new Int32Array(FIRST_SLOTS);
  hashes = new Int32Array(FIRST_SLOTS);
  /** Open addressing: the index of a text plus 1, or 0. Never more than half full. */
  slots = new Int32Array(FIRST_SLOTS);

  /** @param seed a secret, so that nobody can make texts that all fall into one slot */
  constructor(private readonly seed: number) {}

  /** The index of `source[start, end)`, which is added when it is new. */
  intern(source: Uint8Array, start: number, end: number): number {
    const hash = hashOf(source, start, end, this.seed);
    const mask = this.slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const index = this.slots[slot] - 1;
      if (index < 0) return this.add(source, start, end, hash, slot);
      if (this.hashes[index] === hash && this.equals(index, source, start, end)) return index;
    }
  }

  export(): TextTableData {
    const { count, bytes, starts, hashes, slots } = this;
    return { count, bytes, starts, hashes, slots };
  }

  start(index: number): number {
    return this.starts[index];
  }

  end(index: number): number {
    return this.starts[index + 1];
  }

  text(index: number): string {
    return decoder.decode(this.bytes.subarray(this.starts[index], this.starts[index + 1]));
  }

  /** Bytes of memory. */
  get size(): number {
    return this.bytes.length + (this.starts.length + this.hashes.length + this.slots.length) * 4;
  }

  private add(source: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const index = this.count++;
    const from = this.starts[index];
    const until = from + end - start;
    if (until > this.bytes.length) this.bytes = grownBytes(this.bytes, until);
    if (index + 2 > this.starts.length) {
      this.starts = grown(this.starts);
      this.hashes = grown(this.hashes);
    }
    for (let i = start, to = from; i < end; i++, to++) this.bytes[to] = source[i];
    this.starts[index + 1] = until;
    this.hashes[index] = hash;
    this.slots[slot] = index + 1;
    if (this.count * 2 > this.slots.length) this.rehash();
    return index;
  }

  private equals(index: number, source: Uint8Array, start: number, end: number): boolean {
    let at = this.starts[index];
    if (this.starts[index + 1] - at !== end - start) return false;
    for (let i = start; i < end; i++, at++) if (this.bytes[at] !== source[i]) return false;
    return true;
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let index = 0; index < this.count; index++) {
      let slot = this.hashes[index] & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = index + 1;
    }
  }
}

const decoder = new TextDecoder();

function hashOf(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let hash = seed ^ (end - start);
  let i = start;
  for (const last = end - 4; i <= last; i += 4) {
    const word = bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24);
    hash = Math.imul(hash ^ word, 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  for (; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b | 0);
  return hash ^ (hash >>> 13);
}
