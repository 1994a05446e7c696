const FIRST_SLOTS = 1 << 10;
const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const OPEN = 123;
const CLOSE = 125;
const ZERO = 48;

const decoder = new TextDecoder();

/** How much was added to a name; either may be negative. */
export interface NameCount {
  customers: number;
  /** Of an event: how often it happened. */
  events: number;
}

/**
 * Adds up numbers by name. Names come as texts, or as members of JSON objects in UTF-8, which are counted without a string
 * or an object each: a first load brings millions of them.
 */
export class NameCounter {
  private readonly texts = new Map<string, NameCount>();
  private readonly seed = (Math.random() * 2 ** 32) | 0;
  private count = 0;
  /** Name `i` as JSON without its quotes is `bytes[starts[i], starts[i + 1])`. */
  private bytes = new Uint8Array(1 << 14);
  private starts = new Int32Array(FIRST_SLOTS);
  private hashes = new Int32Array(FIRST_SLOTS);
  private customers = new Float64Array(FIRST_SLOTS);
  private events = new Float64Array(FIRST_SLOTS);
  /** Open addressing: the index of a name plus 1, or 0. Never more than half full. */
  private slots = new Int32Array(FIRST_SLOTS);

  /** Names with a count, at most; one may be counted twice. */
  get size(): number {
    return this.count + this.texts.size;
  }

  add(name: string, customers: number, events: number): void {
    const known = this.texts.get(name);
    if (known) {
      known.customers += customers;
      known.events += events;
    } else this.texts.set(name, { customers, events });
  }

  /**
   * Counts a customer for every member of a JSON object without white space, in UTF-8.
   * @param numbers true where the value of every member is a natural number, to be added as events
   */
  addMembers(json: Uint8Array, numbers: boolean): void {
    for (let at = 1; json[at] === QUOTE;) {
      const start = at + 1;
      let hash = this.seed;
      for (at = start; json[at] !== QUOTE; at++) {
        if (json[at] === BACKSLASH) hash = Math.imul(hash ^ json[at++], 0x5bd1e995);
        hash = Math.imul(hash ^ json[at], 0x5bd1e995);
        hash ^= hash >>> 15;
      }
      const index = this.indexOf(json, start, at, hash);
      this.customers[index]++;
      at += 2;
      if (numbers) {
        let value = 0;
        for (; json[at] !== COMMA && json[at] !== CLOSE; at++) value = value * 10 + json[at] - ZERO;
        this.events[index] += value;
      } else at = endOfValue(json, at);
      at++;
    }
  }

  /** Takes out what was added to each name, ordered so that neighbours lie together in a table; those that come to nothing are left out. */
  take(): [name: string, NameCount][] {
    for (let index = 0; index < this.count; index++) {
      const name = decoder.decode(this.bytes.subarray(this.starts[index], this.starts[index + 1]));
      const text = name.includes('\\') ? (JSON.parse(`"${name}"`) as string) : name;
      this.add(text, this.customers[index], this.events[index]);
    }
    const entries = [...this.texts].filter(([, { customers, events }]) => customers !== 0 || events !== 0);
    this.clear();
    return entries.sort(([a], [b]) => (a < b ? -1 : 1));
  }

  clear(): void {
    this.texts.clear();
    this.count = 0;
    this.slots.fill(0);
    this.customers.fill(0);
    this.events.fill(0);
  }

  private indexOf(json: Uint8Array, start: number, end: number, hash: number): number {
    const mask = this.slots.length - 1;
    for (let slot = (hash ^ (hash >>> 16)) & mask; ; slot = (slot + 1) & mask) {
      const index = this.slots[slot] - 1;
      if (index < 0) return this.insert(json, start, end, hash, slot);
      if (this.hashes[index] === hash && this.equals(index, json, start, end)) return index;
    }
  }

  private equals(index: number, json: Uint8Array, start: number, end: number): boolean {
    let at = this.starts[index];
    if (this.starts[index + 1] - at !== end - start) return false;
    for (let i = start; i < end; i++, at++) if (this.bytes[at] !== json[i]) return false;
    return true;
  }

  private insert(json: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const index = this.count++;
    const from = this.starts[index];
    const until = from + end - start;
    if (until > this.bytes.length) this.bytes = grown(this.bytes, new Uint8Array(until * 2));
    for (let i = start, to = from; i < end; i++, to++) this.bytes[to] = json[i];
    this.starts[index + 1] = until;
    this.hashes[index] = hash;
    this.slots[slot] = index + 1;
    if (this.count * 2 > this.slots.length) this.grow();
    return index;
  }

  private grow(): void {
    const size = this.slots.length * 2;
    this.starts = grown(this.starts, new Int32Array(size));
    this.hashes = grown(this.hashes, new Int32Array(size));
    this.customers = grown(this.customers, new Float64Array(size));
    this.events = grown(this.events, new Float64Array(size));
    this.slots = new Int32Array(size);
    const mask = size - 1;
    for (let index = 0; index < this.count; index++) {
      const hash = this.hashes[index];
      let slot = (hash ^ (hash >>> 16)) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = index + 1;
    }
  }
}

/** Where the value at `at` ends: at a comma, or at the brace that closes the object. */
function endOfValue(json: Uint8Array, at: number): number {
  for (let depth = 0; ; at++) {
    switch (json[at]) {
      case QUOTE:
        for (at++; json[at] !== QUOTE; at++) if (json[at] === BACKSLASH) at++;
        break;
      case OPEN:
      case OPEN_ARRAY:
        depth++;
        break;
      case COMMA:
        if (depth === 0) return at;
        break;
      case CLOSE:
      case CLOSE_ARRAY:
        if (depth-- === 0) return at;
        break;
      default:
    }
  }
}

function grown<T extends Uint8Array | Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
