import { IdentityList } from './identity-list.js';
import type { VerdictCounts } from './fold.js';
import { JsonWriter } from './json-writer.js';
import { NONE } from './message-table.js';
import type { PartialSummary } from './partial-summary.js';

/** A customer of whom nothing was known before, ready to be kept: JSON texts as bytes of UTF-8, valid until the next one. */
export interface FreshCustomer {
  readonly attributes: Uint8Array;
  readonly attributeTimes: Uint8Array;
  readonly events: Uint8Array;
  readonly lastUpdated: number;
  /** Packed and sorted. */
  readonly identities: Uint8Array;
}

const COMMA = 44;
const OPEN = 123;
const CLOSE = 125;
const MOST_SORTED = 2 ** 20;

/**
 * Writes down customers that come from nowhere but the given parts of a source, in its order. What {@link mergeCustomer} and
 * `toStored` make of an unknown customer, without a string or an object in between: a first load is made of these.
 */
export class FreshCustomers {
  /** For every part the index that each of its names has in the first part. */
  private readonly names: Int32Array[];
  private readonly output = new JsonWriter();
  private readonly identities = new IdentityList();
  private sorted = new Float64Array(1024);
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
    this.identities.clear();
    this.parts.forEach((part, i) => {
      if (customers[i] !== NONE) this.identities.add(part.messages, customers[i]);
    });
    if (!this.identities.sort()) return undefined;
    this.output.length = 0;
    this.identities.write(this.output);
    const identities = this.output.length;
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
      for (let message = part.messages.first[customers[i]]; message !== NONE; message = part.messages.next[message]) {
        repeats += part.messages.repeats[message];
        if (part.messages.timestamps[message] > lastUpdated) lastUpdated = part.messages.timestamps[message];
        const eventName = part.messages.eventNames[message];
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
    this.output.byte(OPEN);
    for (let i = 0; i < names; i++) {
      if (i > 0) this.output.byte(COMMA);
      this.output.name(this.parts[0].names, this.list[i]);
      this.output.number(this.found[this.list[i]]);
    }
    this.output.byte(CLOSE);
    const eventsEnd = this.output.length;
    const attributesEnd = this.writeAttributes(customers);
    return { events, attributes, repeats, lastUpdated, ranges: [eventsEnd, attributesEnd] };
  }

  private writeAttributes(customers: Int32Array): number {
    this.mark++;
    let names = 0;
    this.parts.forEach((part, i) => {
      if (customers[i] === NONE) return;
      for (let pair = part.candidates.firstPair[customers[i]]; pair !== NONE; pair = part.candidates.nextPair[pair]) {
        const name = this.names[i][part.candidates.pairNames[pair]];
        let candidate = part.candidates.first[pair];
        for (; candidate !== NONE; candidate = part.candidates.next[candidate]) {
          if (this.marks[name] !== this.mark) {
            this.marks[name] = this.mark;
            names = this.listed(names, name);
          } else if (part.messages.timestamps[part.candidates.messages[candidate]] < this.timeOf(name)) continue;
          this.found[name] = candidate;
          this.foundPart[name] = i;
        }
      }
    });
    this.sortNames(names);
    this.output.byte(OPEN);
    let written = 0;
    for (let i = 0; i < names; i++) {
      const name = this.list[i];
      const part = this.parts[this.foundPart[name]];
      const candidate = this.found[name];
      if (part.candidates.valueLengths[candidate] === 0) continue;
      if (written++ > 0) this.output.byte(COMMA);
      this.output.name(this.parts[0].names, name);
      const start = part.candidates.valueStarts[candidate];
      this.output.copy(part.candidates.values, start, start + part.candidates.valueLengths[candidate]);
    }
    this.output.byte(CLOSE);
    const end = this.output.length;
    this.output.byte(OPEN);
    for (let i = 0; i < names; i++) {
      if (i > 0) this.output.byte(COMMA);
      this.output.name(this.parts[0].names, this.list[i]);
      this.output.number(this.timeOf(this.list[i]));
    }
    this.output.byte(CLOSE);
    return end;
  }

  private timeOf(name: number): number {
    const part = this.parts[this.foundPart[name]];
    return part.messages.timestamps[part.candidates.messages[this.found[name]]];
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
}

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
