import { grownBytes } from './growing.js';
import { IDENTITY_BYTES } from './message-identity.js';
import type { VerdictCounts } from './fold.js';
import { NONE, type PartialSummary } from './partial-summary.js';

/** A customer of whom nothing was known before, ready to be kept: JSON texts as bytes of UTF-8, valid until the next one. */
export interface FreshCustomer {
  readonly attributes: Uint8Array;
  readonly attributeTimes: Uint8Array;
  readonly events: Uint8Array;
  readonly lastUpdated: number;
  /** Packed and sorted. */
  readonly identities: Uint8Array;
}

const MOST_SORTED = 2 ** 20;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Writes down customers that come from nowhere but the given parts of a source, in its order. What {@link mergeCustomer} and
 * `toStored` make of an unknown customer, without a string or an object in between: a first load is made of these.
 */
export class FreshCustomers {
  /** For every part the index that each of its names has in the first part. */
  private readonly names: Int32Array[];
  private readonly output = { bytes: new Uint8Array(64 * 1024), length: 0 };
  private sorted = new Float64Array(1024);
  private lanes = new Int32Array(4096);
  /** By name of the first part: the counter or the candidate of the customer under way, and which customer that is. */
  private marks: Int32Array;
  private found: Int32Array;
  private foundPart: Int32Array;
  private mark = 0;
  private list = new Int32Array(1024);

  constructor(private readonly parts: readonly PartialSummary[]) {
    const [first] = parts;
    this.names = parts.map((part) => {
      const map = new Int32Array(part.names.count);
      for (let name = 0; name < map.length; name++) {
        map[name] =
          part === first ? name : first.names.intern(part.names.bytes, part.names.start(name), part.names.end(name));
      }
      return map;
    });
    this.marks = new Int32Array(first.names.count);
    this.found = new Int32Array(first.names.count);
    this.foundPart = new Int32Array(first.names.count);
  }

  /**
   * @param customers the index of the customer in every part, or {@link NONE}
   * @param counts changes
   * @returns undefined when a message came twice, so that the fold has to decide; `counts` are as before then
   */
  write(customers: Int32Array, counts: VerdictCounts): FreshCustomer | undefined {
    const messages = this.collectIdentities(customers);
    if (messages > MOST_SORTED || !this.sortIdentities(messages)) return undefined;
    this.output.length = 0;
    const identities = this.writeIdentities(messages);
    const { events, attributes, repeats, lastUpdated, ranges } = this.writeTexts(customers);
    counts.event += events;
    counts.attributes += attributes;
    counts.duplicate += repeats;
    const { bytes } = this.output;
    return {
      identities: bytes.subarray(0, identities),
      events: bytes.subarray(identities, ranges[0]),
      attributes: bytes.subarray(ranges[0], ranges[1]),
      attributeTimes: bytes.subarray(ranges[1], this.output.length),
      lastUpdated,
    };
  }

  private collectIdentities(customers: Int32Array): number {
    let count = 0;
    this.parts.forEach((part, i) => {
      if (customers[i] === NONE) return;
      for (let message = part.firstMessage[customers[i]]; message !== NONE; message = part.nextMessage[message]) {
        if ((count + 1) * 4 > this.lanes.length) {
          const larger = new Int32Array(this.lanes.length * 2);
          larger.set(this.lanes);
          this.lanes = larger;
        }
        const from = message * 4;
        const to = count++ * 4;
        this.lanes[to] = part.lanes[from];
        this.lanes[to + 1] = part.lanes[from + 1];
        this.lanes[to + 2] = part.lanes[from + 2];
        this.lanes[to + 3] = part.lanes[from + 3];
      }
    });
    return count;
  }

  /** Puts the order of the identities into {@link sorted}; false when two are the same. */
  private sortIdentities(count: number): boolean {
    const { lanes } = this;
    if (count > this.sorted.length) this.sorted = new Float64Array(count * 2);
    const order = this.sorted.subarray(0, count);
    // The first lane, then the place: numbers sort without a comparison of ours.
    for (let i = 0; i < count; i++) order[i] = (lanes[i * 4] >>> 0) * MOST_SORTED + i;
    order.sort();
    for (let i = 0; i < count; i++) order[i] %= MOST_SORTED;
    for (let i = 1; i < count; i++) {
      // Those with the same first lane are few: they are put in order one by one.
      for (let j = i; j > 0; j--) {
        const difference = this.compareIdentities(order[j - 1], order[j]);
        if (difference === 0) return false;
        if (difference < 0) break;
        const before = order[j - 1];
        order[j - 1] = order[j];
        order[j] = before;
      }
    }
    return true;
  }

  private compareIdentities(a: number, b: number): number {
    for (let lane = 0; lane < 4; lane++) {
      const difference = (this.lanes[a * 4 + lane] >>> 0) - (this.lanes[b * 4 + lane] >>> 0);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  private writeIdentities(count: number): number {
    this.reserve(count * IDENTITY_BYTES);
    const { bytes } = this.output;
    let at = 0;
    for (let i = 0; i < count; i++) {
      const from = this.sorted[i] * 4;
      for (let lane = 0; lane < 4; lane++) {
        const word = this.lanes[from + lane];
        bytes[at++] = word >>> 24;
        bytes[at++] = word >>> 16;
        bytes[at++] = word >>> 8;
        bytes[at++] = word;
      }
    }
    this.output.length = at;
    return at;
  }

  private writeTexts(customers: Int32Array): {
    events: number;
    attributes: number;
    repeats: number;
    lastUpdated: number;
    ranges: [events: number, attributes: number];
  } {
    let events = 0;
    let attributes = 0;
    let repeats = 0;
    let lastUpdated = 0;
    this.mark++;
    let names = 0;
    this.parts.forEach((part, i) => {
      if (customers[i] === NONE) return;
      for (let message = part.firstMessage[customers[i]]; message !== NONE; message = part.nextMessage[message]) {
        repeats += part.repeats[message];
        if (part.timestamps[message] > lastUpdated) lastUpdated = part.timestamps[message];
        const eventName = part.eventNames[message];
        if (eventName === NONE) {
          attributes++;
          continue;
        }
        events++;
        const name = this.names[i][eventName];
        if (this.marks[name] === this.mark) this.found[name]++;
        else {
          this.marks[name] = this.mark;
          this.found[name] = 1;
          names = this.listed(names, name);
        }
      }
    });
    this.sortNames(names);
    this.byte(OPEN);
    for (let i = 0; i < names; i++) {
      if (i > 0) this.byte(COMMA);
      this.name(this.list[i]);
      this.number(this.found[this.list[i]]);
    }
    this.byte(CLOSE);
    const eventsEnd = this.output.length;
    const attributesEnd = this.writeAttributes(customers);
    return { events, attributes, repeats, lastUpdated, ranges: [eventsEnd, attributesEnd] };
  }

  private writeAttributes(customers: Int32Array): number {
    this.mark++;
    let names = 0;
    this.parts.forEach((part, i) => {
      if (customers[i] === NONE) return;
      for (let pair = part.firstPair[customers[i]]; pair !== NONE; pair = part.nextPair[pair]) {
        const name = this.names[i][part.pairNames[pair]];
        let candidate = part.firstCandidate[pair];
        for (; candidate !== NONE; candidate = part.nextCandidate[candidate]) {
          if (this.marks[name] !== this.mark) {
            this.marks[name] = this.mark;
            names = this.listed(names, name);
          } else if (part.timestamps[part.candidateMessages[candidate]] < this.timeOf(name)) continue;
          this.found[name] = candidate;
          this.foundPart[name] = i;
        }
      }
    });
    this.sortNames(names);
    this.byte(OPEN);
    let written = 0;
    for (let i = 0; i < names; i++) {
      const name = this.list[i];
      const part = this.parts[this.foundPart[name]];
      const candidate = this.found[name];
      if (part.valueLengths[candidate] === 0) continue;
      if (written++ > 0) this.byte(COMMA);
      this.name(name);
      const start = part.valueStarts[candidate];
      this.copy(part.values, start, start + part.valueLengths[candidate]);
    }
    this.byte(CLOSE);
    const end = this.output.length;
    this.byte(OPEN);
    for (let i = 0; i < names; i++) {
      if (i > 0) this.byte(COMMA);
      this.name(this.list[i]);
      this.number(this.timeOf(this.list[i]));
    }
    this.byte(CLOSE);
    return end;
  }

  private timeOf(name: number): number {
    const part = this.parts[this.foundPart[name]];
    return part.timestamps[part.candidateMessages[this.found[name]]];
  }

  private listed(count: number, name: number): number {
    if (count === this.list.length) {
      const larger = new Int32Array(count * 2);
      larger.set(this.list);
      this.list = larger;
    }
    this.list[count] = name;
    return count + 1;
  }

  /** By code point, as the bytes of UTF-8 are. */
  private sortNames(count: number): void {
    const { names } = this.parts[0];
    if (count > this.sorted.length) this.sorted = new Float64Array(count * 2);
    if (count > MOST_SORTED) {
      this.list.subarray(0, count).sort((a, b) => compareNames(names.bytes, names, a, b));
      return;
    }
    const order = this.sorted.subarray(0, count);
    for (let i = 0; i < count; i++)
      order[i] = prefixOf(names.bytes, names.start(this.list[i]), names.end(this.list[i])) * MOST_SORTED + i;
    order.sort();
    const { list } = this;
    const unsorted = list.slice(0, count);
    for (let i = 0; i < count; i++) {
      const name = unsorted[order[i] % MOST_SORTED];
      let j = i;
      for (; j > 0 && compareNames(names.bytes, names, list[j - 1], name) > 0; j--) list[j] = list[j - 1];
      list[j] = name;
    }
  }

  private reserve(bytes: number): void {
    const { output } = this;
    if (output.length + bytes > output.bytes.length) output.bytes = grownBytes(output.bytes, output.length + bytes);
  }

  private byte(byte: number): void {
    this.reserve(1);
    this.output.bytes[this.output.length++] = byte;
  }

  private copy(source: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    const { bytes } = this.output;
    let to = this.output.length;
    for (let i = start; i < end; i++) bytes[to++] = source[i];
    this.output.length = to;
  }

  /** A name as a member: in quotes, with a colon. */
  private name(name: number): void {
    const { names } = this.parts[0];
    const { bytes } = names;
    const start = names.start(name);
    const end = names.end(name);
    for (let i = start; i < end; i++) {
      if (bytes[i] < 32 || bytes[i] === QUOTE || bytes[i] === BACKSLASH) {
        const escaped = encoder.encode(JSON.stringify(decoder.decode(bytes.subarray(start, end))));
        this.copy(escaped, 0, escaped.length);
        this.byte(COLON);
        return;
      }
    }
    this.byte(QUOTE);
    this.copy(bytes, start, end);
    this.byte(QUOTE);
    this.byte(COLON);
  }

  private number(value: number): void {
    let divisor = 1;
    while (divisor * 10 <= value) divisor *= 10;
    for (let rest = value; divisor >= 1; divisor = Math.floor(divisor / 10)) {
      const digit = Math.floor(rest / divisor);
      this.byte(48 + digit);
      rest -= digit * divisor;
    }
  }
}

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const BACKSLASH = 92;
const OPEN = 123;
const CLOSE = 125;

/** The first four bytes as a number: whatever is smaller comes before. */
function prefixOf(bytes: Uint8Array, start: number, end: number): number {
  let prefix = 0;
  for (let i = start; i < start + 4; i++) prefix = prefix * 256 + (i < end ? bytes[i] : 0);
  return prefix;
}

function compareNames(
  bytes: Uint8Array,
  names: { start(index: number): number; end(index: number): number },
  a: number,
  b: number,
): number {
  let i = names.start(a);
  let j = names.start(b);
  const aEnd = names.end(a);
  const bEnd = names.end(b);
  for (; i < aEnd && j < bEnd; i++, j++) if (bytes[i] !== bytes[j]) return bytes[i] - bytes[j];
  return aEnd - i - (bEnd - j);
}
