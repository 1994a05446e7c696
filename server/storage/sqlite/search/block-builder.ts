import { AttributeLists } from './attribute-lists.js';
import { encodeCounts, encodeDocuments } from './document-lists.js';
import { EventTimeLists } from './event-times.js';
import { GramTable } from './gram-table.js';
import type { SearchDocument, SearchStore, TypedValue } from './store.js';
import { documentsTerm, type LaterTerm, type TermRow } from './term-chunks.js';
import { TextList } from './text-lists.js';
import {
  eventTerm,
  ID_TEXTS,
  inexactTerm,
  labelTerm,
  LONG_TEXTS,
  TYPED_KINDS,
  typedTerm,
  type NameKind,
  type TypedKind,
} from './terms.js';

/** The documents of an event with its counts, or of numbers and times of an attribute. */
interface NumberLists {
  readonly documents: number[];
  readonly counts: number[];
}

interface TypedLists extends Partial<Record<TypedKind, NumberLists>> {
  /** The documents whose number has more digits than its double. */
  readonly inexact: number[];
}

/** The values that are listed beside texts, by the number of the attribute. */
export type ListedValues = ReadonlyMap<number, ReadonlySet<string>>;

/** Collects the documents of a new block. They are numbered from 0 on, in the order in which they are added. */
export class BlockBuilder {
  readonly keys: number[] = [];
  readonly ids: (string | number)[] = [];
  readonly emails: (string | undefined)[] = [];
  readonly createdAt: number[] = [];
  readonly lastUpdated: number[] = [];
  private readonly grams = new GramTable();
  private readonly attributes = new Map<number, AttributeLists>();
  private readonly typed = new Map<number, TypedLists>();
  private readonly eventTimes = new EventTimeLists();
  private readonly events = new Map<number, NumberLists>();
  private readonly labels = new Map<number, number[]>();
  private readonly idTexts = new TextList();
  /** The documents with an id that is too long for a list of texts. */
  private readonly longIds: number[] = [];

  /**
   * @param numberOf gives the number of a name
   * @param listed the attributes that have texts however few values they have, if they are given
   */
  constructor(
    private readonly numberOf: (kind: NameKind, name: string) => number,
    private readonly store: Pick<SearchStore<SearchDocument>, 'fold' | 'compare'>,
    private readonly listed?: ListedValues,
  ) {}

  get size(): number {
    return this.keys.length;
  }

  /** @param key greater than those before it */
  add(key: number, document: SearchDocument): void {
    const number = this.keys.length;
    this.keys.push(key);
    this.ids.push(document.sortValue('id') ?? document.id);
    const email = document.sortValue('email');
    this.emails.push(email === undefined ? undefined : String(email));
    this.createdAt.push(Number(document.sortValue('created_at') ?? Infinity));
    this.lastUpdated.push(Number(document.sortValue('last_updated') ?? Infinity));
    this.grams.startDocument();
    const id = this.store.fold(document.id);
    this.grams.add(id);
    if (!this.idTexts.add(number, id)) this.longIds.push(number);
    for (const [name, text, comparable] of document.attributeTexts()) {
      const folded = this.store.fold(text);
      this.grams.add(folded);
      this.attribute(this.numberOf('attribute', name)).add(number, text, folded, comparable);
    }
    for (const value of document.typedValues()) this.addTyped(value, number);
    for (const name of document.labels) {
      const label = this.numberOf('label', name);
      const documents = this.labels.get(label);
      if (documents) documents.push(number);
      else this.labels.set(label, [number]);
    }
    for (const [name, count] of Object.entries(document.events)) {
      const event = this.numberOf('event', name);
      let lists = this.events.get(event);
      if (!lists) this.events.set(event, (lists = { documents: [], counts: [] }));
      lists.documents.push(number);
      lists.counts.push(count);
    }
    this.eventTimes.add(number, document, (name) => this.numberOf('event', name));
  }

  /**
   * The numbers of all names in the block, with their documents and events: earlier versions of Roster read these counts. Those of attributes
   * with texts have a 1 behind.
   */
  names(): [name: number, documents: number, events: number, hasTexts?: 1][] {
    return [
      ...Array.from(this.attributes, ([name, { size, hasTexts }]): [number, number, number, 1?] =>
        hasTexts ? [name, size, 0, 1] : [name, size, 0],
      ),
      ...Array.from(this.labels, ([name, documents]): [number, number, number] => [name, documents.length, 0]),
      ...Array.from(this.events, ([name, { documents, counts }]): [number, number, number] => [
        name,
        documents.length,
        counts.reduce((sum, count) => sum + count, 0),
      ]),
    ];
  }

  /** All terms in ascending order, with their lists. A list is encoded when it is its turn: all together take as much memory as the block. */
  *terms(): Generator<TermRow> {
    const { size } = this;
    for (const { gram, documents, from, to } of this.grams.sorted()) {
      yield { term: gram, list: encodeDocuments(documents, from, to, size) };
    }
    const terms = [...this.textTerms()].sort((a, b) => this.store.compare(a.term, b.term));
    for (const { term, list } of terms) yield { term, list: list() };
  }

  private *textTerms(): Generator<LaterTerm> {
    const { size } = this;
    yield { term: ID_TEXTS, list: () => this.idTexts.encode(size) };
    const withLong = new Set(this.longIds);
    for (const [name, attribute] of this.attributes) {
      yield* attribute.terms(name, size);
      for (const document of attribute.long) withLong.add(document);
    }
    const long = [...withLong].sort((a, b) => a - b);
    if (long.length > 0) yield documentsTerm(LONG_TEXTS, long, size);
    for (const [name, { inexact, ...kinds }] of this.typed) {
      if (inexact.length > 0) yield documentsTerm(inexactTerm(name), inexact, size);
      for (const kind of TYPED_KINDS) {
        const lists = kinds[kind];
        if (lists) yield numbersTerm(typedTerm(name, kind), lists, size);
      }
    }
    yield* this.eventTimes.terms(size);
    for (const [name, lists] of this.events) yield numbersTerm(eventTerm(name), lists, size);
    for (const [name, documents] of this.labels) yield documentsTerm(labelTerm(name), documents, size);
  }

  private attribute(name: number): AttributeLists {
    let attribute = this.attributes.get(name);
    if (!attribute) {
      attribute = new AttributeLists((text) => this.store.fold(text), this.listed?.get(name));
      this.attributes.set(name, attribute);
    }
    return attribute;
  }

  private addTyped({ name, isNumber, nearest, isDouble = true, time, day }: TypedValue, document: number): void {
    const number = this.numberOf('attribute', name);
    let lists = this.typed.get(number);
    if (!lists) this.typed.set(number, (lists = { inexact: [] }));
    const add = (kind: TypedKind, value: number | undefined): void => {
      if (value === undefined) return;
      const { documents, counts } = (lists[kind] ??= { documents: [], counts: [] });
      documents.push(document);
      counts.push(value);
    };
    add(isNumber ? 'number' : 'digits', nearest);
    add('time', time);
    add('day', day);
    if (!isDouble) lists.inexact.push(document);
  }
}

function numbersTerm(term: string, { documents, counts }: NumberLists, size: number): LaterTerm {
  return { term, list: () => encodeCounts(documents, counts, size) };
}
