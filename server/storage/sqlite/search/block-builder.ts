import { foldCase } from '../../../domain/search/fold-case.js';
import { OpenRecord } from '../../../domain/search/open-record.js';
import type { CustomerRecord } from '../../../domain/customer/customer.js';
import { encodeDocuments } from './documents.js';
import { GramTable } from './gram-table.js';
import { compareTerms, type TermRow } from './term-chunks.js';
import {
  bucketOf,
  bucketTerm,
  eventTerm,
  existsTerm,
  MOST_VALUE_LENGTH,
  MOST_VALUES,
  VALUE_BUCKETS,
  valueTerm,
} from './terms.js';

/** The number that the index gives to the name of an attribute or of an event. */
export type NameNumber = (kind: NameKind, name: string) => number;
export type NameKind = 'attribute' | 'event';

/** How many documents of a block have a name, and for an event how often it happened to them. */
export interface NameCount {
  readonly name: number;
  readonly documents: number;
  readonly events: number;
}

interface AttributeDocuments {
  readonly documents: number[];
  readonly buckets: number[];
  /** Undefined when there are too many. */
  values: Map<string, number[]> | undefined;
}

interface EventDocuments {
  readonly documents: number[];
  readonly counts: number[];
}

/** Makes a block of the index from customers, which become its documents in the order in which they come. */
export class BlockBuilder {
  readonly keys: number[] = [];
  readonly ids: string[] = [];
  /** Folded; undefined without one. */
  readonly emails: (string | undefined)[] = [];
  readonly createdAt: number[] = [];
  readonly lastUpdated: number[] = [];
  private readonly grams = new GramTable();
  private readonly attributes = new Map<number, AttributeDocuments>();
  private readonly events = new Map<number, EventDocuments>();

  constructor(private readonly numberOf: NameNumber) {}

  get size(): number {
    return this.keys.length;
  }

  /** @param key greater than those before it */
  add(key: number, record: CustomerRecord): void {
    const document = this.keys.length;
    const customer = new OpenRecord(record);
    this.keys.push(key);
    this.ids.push(record.id);
    this.createdAt.push(Number(customer.sortValue('created_at') ?? Infinity));
    this.lastUpdated.push(record.lastUpdated);
    const email = customer.sortValue('email');
    this.emails.push(email === undefined ? undefined : String(email));
    this.grams.startDocument();
    this.grams.add(foldCase(record.id));
    const { events } = customer;
    for (const [name, text] of customer.attributeTexts()) {
      this.grams.add(foldCase(text));
      this.addAttribute(this.numberOf('attribute', name), text, document);
    }
    for (const name of Object.keys(events)) {
      const number = this.numberOf('event', name);
      let event = this.events.get(number);
      if (!event) this.events.set(number, (event = { documents: [], counts: [] }));
      event.documents.push(document);
      event.counts.push(events[name]);
    }
  }

  names(): NameCount[] {
    const names: NameCount[] = [];
    for (const [name, { documents }] of this.attributes) names.push({ name, documents: documents.length, events: 0 });
    for (const [name, { documents, counts }] of this.events) {
      names.push({ name, documents: documents.length, events: counts.reduce((sum, count) => sum + count, 0) });
    }
    return names;
  }

  /** In the order of their terms. */
  *terms(): Generator<TermRow> {
    const { size } = this;
    for (const { gram, documents, from, to } of this.grams.sorted()) {
      yield { term: gram, documents: encodeDocuments(documents, from, to, size) };
    }
    const named: TermRow[] = [];
    for (const [name, attribute] of this.attributes) named.push(...this.attributeTerms(name, attribute));
    for (const [name, { documents, counts }] of this.events) {
      named.push({ term: eventTerm(name), documents: encodeCounted(documents, counts, size) });
    }
    yield* named.sort((a, b) => compareTerms(a.term, b.term));
  }

  private addAttribute(name: number, text: string, document: number): void {
    let attribute = this.attributes.get(name);
    if (!attribute) this.attributes.set(name, (attribute = { documents: [], buckets: [], values: new Map() }));
    attribute.documents.push(document);
    attribute.buckets.push(bucketOf(text));
    const { values } = attribute;
    if (!values) return;
    const same = values.get(text);
    if (same) same.push(document);
    else if (values.size < MOST_VALUES && text.length <= MOST_VALUE_LENGTH) values.set(text, [document]);
    else attribute.values = undefined;
  }

  private *attributeTerms(name: number, { documents, buckets, values }: AttributeDocuments): Generator<TermRow> {
    const { size } = this;
    yield { term: existsTerm(name), documents: encodeDocuments(documents, 0, documents.length, size) };
    if (values) {
      for (const [value, same] of values) {
        yield { term: valueTerm(name, value), documents: encodeDocuments(same, 0, same.length, size) };
      }
      return;
    }
    const lists = new Map<number, number[]>();
    buckets.forEach((bucket, i) => {
      const list = lists.get(bucket);
      if (list) list.push(documents[i]);
      else lists.set(bucket, [documents[i]]);
    });
    for (let bucket = 0; bucket < VALUE_BUCKETS; bucket++) {
      const list = lists.get(bucket);
      if (list) yield { term: bucketTerm(name, bucket), documents: encodeDocuments(list, 0, list.length, size) };
    }
  }
}

/** Documents with a number each: the length of the documents (4 bytes), the documents, then the numbers in 1, 4 or 8 bytes each. */
function encodeCounted(documents: readonly number[], counts: readonly number[], size: number): Uint8Array {
  const list = encodeDocuments(documents, 0, documents.length, size);
  const most = counts.reduce((a, b) => Math.max(a, b), 0);
  const numbers =
    most < 2 ** 8 ? Uint8Array.from(counts) : most < 2 ** 32 ? Uint32Array.from(counts) : Float64Array.from(counts);
  const stored = new Uint8Array(4 + list.length + numbers.byteLength);
  new DataView(stored.buffer).setUint32(0, list.length, true);
  stored.set(list, 4);
  stored.set(new Uint8Array(numbers.buffer), 4 + list.length);
  return stored;
}

/** The parts of what {@link encodeCounted} wrote. */
export function decodeCounted(stored: Uint8Array): {
  readonly documents: Uint8Array;
  /** In the order of the documents, of which there are `count`. */
  readonly numbers: (count: number) => ArrayLike<number>;
} {
  const { buffer } = stored.slice();
  const length = new DataView(buffer).getUint32(0, true);
  return {
    documents: new Uint8Array(buffer, 4, length),
    numbers: (count) => {
      const bytes = buffer.slice(4 + length);
      if (bytes.byteLength === count) return new Uint8Array(bytes);
      return bytes.byteLength === count * 4 ? new Uint32Array(bytes) : new Float64Array(bytes);
    },
  };
}
