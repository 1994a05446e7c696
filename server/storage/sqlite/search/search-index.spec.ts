import { DatabaseSync } from '@photostructure/sqlite';
import fc from 'fast-check';
import { MIGRATIONS } from '../database/schema.js';
import { DamagedIndex } from './damaged-index.js';
import { Labels, LabelsExhausted } from './labels.js';
import { relabel } from './relabel.js';
import { SearchIndex, type Connection, type Found, type SearchDocument, type SearchStore } from './search-index.js';
import { finished } from './steps.js';
import type { Filter, Query, Range, TypedValue } from './store.js';

const OPTIONS = { blockSize: 16, leastPending: 1, compactAt: 3 };

interface Pet extends SearchDocument {
  readonly attributes: ReadonlyMap<string, string>;
}

function pet(
  id: string,
  pairs: Iterable<[name: string, text: string]>,
  events: Readonly<Record<string, number>>,
  labels: readonly string[] = [],
  times: readonly (readonly [name: string, time: number])[] = [],
): Pet {
  const attributes = new Map(pairs);
  return {
    id,
    attributes,
    events,
    labels,
    attributeTexts: () =>
      Array.from(attributes, ([name, text]): [string, string, string?] => {
        const comparable = withoutColons(text);
        return comparable === text ? [name, text] : [name, text, comparable];
      }),
    eventTimes: () => timesOf(events, times),
    endedEvents: () => new Map(),
    typedValues: () => Array.from(attributes, ([name, text]) => typed(name, text)),
    sortValue: (sort) => {
      if (sort === 'id') return id;
      return sort === 'email' ? attributes.get('email')?.toLowerCase() : attributes.size;
    },
  };
}

/** The times of the events that a pet has. */
function timesOf(
  events: Readonly<Record<string, number>>,
  times: readonly (readonly [name: string, time: number])[],
): ReadonlyMap<string, readonly number[]> {
  const known = Object.keys(events).map((name): [string, number[]] => [
    name,
    times.filter(([one]) => one === name).map(([, time]) => time),
  ]);
  return new Map(known);
}

/** Digits are a number, which is one of JSON if their count is even. `t5` is a time, and `d5` a date. */
function typed(name: string, text: string): TypedValue {
  const isNumber = text.length % 2 === 0;
  if (/^-?\d+$/.test(text)) return { name, isNumber, nearest: Number(text), isDouble: String(Number(text)) === text };
  const value = Number(text.slice(1));
  if (/^t\d+$/.test(text)) return { name, isNumber: false, time: value };
  return { name, isNumber: false, ...(/^d\d+$/.test(text) && { day: value }) };
}

/** Values that differ only in colons are equal. */
function withoutColons(text: string): string {
  return text.replaceAll(':', '');
}

/** The whole surroundings of an index: a database in memory, and documents in a map. */
class MemoryStore implements SearchStore<Pet> {
  readonly documents = new Map<number, Pet>();
  readonly db = new DatabaseSync(':memory:');
  readonly reader: Connection = {
    prepare: (sql) => {
      const statement = this.db.prepare(sql);
      statement.setReturnArrays(true);
      return statement;
    },
  };
  readonly writer = this.reader;
  private change = 0;

  constructor() {
    for (const statements of MIGRATIONS) this.db.exec(statements);
  }

  put(key: number, document: Pet | undefined): void {
    if (document) this.documents.set(key, document);
    else this.documents.delete(key);
    this.db.prepare('INSERT OR REPLACE INTO search_pending VALUES (?, ?)').run(key, ++this.change);
    this.db.prepare("UPDATE meta SET value = ? WHERE name = 'search_change'").run(this.change);
  }

  snapshot<T>(read: () => T): T {
    return read();
  }

  async write<T>(work: () => T): Promise<T> {
    this.db.exec('BEGIN');
    try {
      return work();
    } finally {
      this.db.exec('COMMIT');
    }
  }

  isConflict = (): boolean => false;
  isBusy = (): boolean => false;
  document = (key: number): Pet | undefined => this.documents.get(key);
  keyOf = (id: string): number | undefined => [...this.documents].find(([, one]) => one.id === id)?.[0];
  fold = (text: string): string => text.toLowerCase();
  compareNumbers = (a: string, b: string): number => Number(BigInt(a) - BigInt(b));
  timeOfNumber = (number: number): number | undefined => (number < 0 ? undefined : number);
  comparable = (text: string): string | undefined => withoutColons(text);
  compare = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The rule of a selection, as plainly as it can be said. */
function matches({ search, filters }: Query): (one: Pet) => 0 | 1 | 2 | undefined {
  const isIn = (value: number | undefined, { from, to }: Range): boolean =>
    value !== undefined && value >= from && value < to;
  const compares = (text: string, is: string, bound: string): boolean => {
    if (!/^-?\d+$/.test(text)) return false;
    const difference = BigInt(text) - BigInt(bound);
    if (is === 'above') return difference > 0n;
    if (is === 'at_least') return difference >= 0n;
    return is === 'below' ? difference < 0n : difference <= 0n;
  };
  const has = (one: Pet, filter: Filter): boolean => {
    if ('of' in filter) {
      const parts = filter.of.map((part) => has(one, part));
      return filter.on === 'all' ? parts.every(Boolean) : parts.some(Boolean);
    }
    if (filter.on === 'last_updated') return isIn(one.attributes.size, filter.seconds);
    if (filter.on === 'label') {
      const isOn = (label: string): boolean => one.labels.includes(label);
      if (filter.is === 'is_any_of') return filter.values.some(isOn);
      return isOn(filter.value) === (filter.is === 'is');
    }
    if (filter.on === 'event') {
      const { within } = filter;
      const count = within
        ? (one.eventTimes().get(filter.name) ?? []).filter((time) => isIn(time, within)).length
        : (one.events[filter.name] ?? 0);
      if (filter.is === 'never') return count === 0;
      return filter.is === 'at_least' ? count >= filter.count : count <= filter.count;
    }
    const value = one.attributes.get(filter.name);
    const isValue = (wanted: string): boolean => value !== undefined && withoutColons(value) === withoutColons(wanted);
    switch (filter.is) {
      case 'exists':
      case 'not_exists':
        return (value !== undefined) === (filter.is === 'exists');
      case 'contains':
        return value?.toLowerCase().includes(filter.value.toLowerCase()) ?? false;
      case 'starts_with':
        return value?.toLowerCase().startsWith(filter.value.toLowerCase()) ?? false;
      case 'is':
      case 'is_not':
        return isValue(filter.value) === (filter.is === 'is');
      case 'is_any_of':
        return filter.values.some(isValue);
      case 'above':
      case 'at_least':
      case 'below':
      case 'at_most':
        return compares(value ?? '', filter.is, filter.number);
      case 'within': {
        const { isNumber, nearest = -1, time, day } = typed('', value ?? '');
        const moment = isNumber && nearest >= 0 ? nearest : time;
        return isIn(moment, filter.instants) || isIn(day, filter.days);
      }
      default:
        return filter satisfies never;
    }
  };
  return (one) => {
    if (!filters.every((filter) => has(one, filter))) return undefined;
    if (search === undefined) return 2;
    const texts = [one.id, ...one.attributes.values()];
    const holds = (term: string): boolean => texts.some((text) => text.toLowerCase().includes(term));
    if (!search.terms.every((term) => term !== '' && holds(term))) return undefined;
    if (one.id === search.exact) return 0;
    const isExact = (text: string): boolean => text === search.exact || withoutColons(text) === search.exact;
    return [...one.attributes.values()].some(isExact) ? 1 : 2;
  };
}

const text = fc.string({ unit: fc.constantFrom('a', 'A', 'b', 'é', '漢', '😀', '"', ':'), minLength: 1, maxLength: 6 });
const digits = fc.constantFrom(
  '1',
  '12',
  '-3',
  '400',
  '9007199254740992',
  '9007199254740993',
  't7',
  't400',
  'd7',
  'd12',
);
const long = text.map((some) => some.repeat(30));
const name = fc.constantFrom('email', 'name', 'note', '__proto__');
const label = fc.constantFrom('VIP', 'vip', '__proto__', '😀');
/** Some are at the ends of spans. */
const moment = fc.constantFrom(0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 7, 2 ** 32 + 7, 5 * 2 ** 31);
const pets = fc.array(
  fc.record({
    key: fc.nat(30),
    attributes: fc.array(fc.tuple(name, fc.oneof(text, digits, long)), { maxLength: 3 }),
    events: fc.array(
      fc.tuple(fc.constantFrom('bark', 'run'), fc.oneof(fc.integer({ min: 1, max: 300 }), fc.constant(2 ** 40))),
    ),
    labels: fc.uniqueArray(label, { maxLength: 2 }),
    times: fc.array(fc.tuple(fc.constantFrom('bark', 'run'), moment), { maxLength: 6 }),
    isGone: fc.boolean(),
  }),
  { minLength: 1, maxLength: 25 },
);
const range: fc.Arbitrary<Range> = fc
  .tuple(fc.constantFrom(-Infinity, 0, 7, 12), fc.constantFrom(1, 8, 400, Infinity))
  .map(([from, to]) => ({ from, to }));
const simple: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({
    on: fc.constant('attribute'),
    name,
    is: fc.constantFrom('is', 'is_not', 'contains', 'starts_with'),
    value: fc.oneof(text, digits, long),
  }),
  fc.record({
    on: fc.constant('attribute'),
    name,
    is: fc.constant('is_any_of'),
    values: fc.array(fc.oneof(text, digits), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    on: fc.constant('attribute'),
    name,
    is: fc.constantFrom('above', 'at_least', 'below', 'at_most'),
    number: fc.constantFrom('0', '12', '9007199254740992', '9007199254740993'),
  }),
  fc.record({ on: fc.constant('attribute'), name, is: fc.constant('within'), instants: range, days: range }),
  fc.record({ on: fc.constant('attribute'), name, is: fc.constantFrom('exists', 'not_exists') }),
  fc.record({
    on: fc.constant('event'),
    name: fc.constantFrom('bark', 'run'),
    is: fc.constantFrom('at_least', 'at_most'),
    count: fc.nat(300),
  }),
  fc.record({ on: fc.constant('event'), name: fc.constantFrom('bark', 'run'), is: fc.constant('never') }),
  fc.record({
    on: fc.constant('event'),
    name: fc.constantFrom('bark', 'run'),
    is: fc.constantFrom('at_least', 'at_most'),
    count: fc.nat(3),
    within: fc.tuple(moment, moment).map(([from, to]) => ({ from: from - 1, to: to + 1 })),
  }),
  fc.record({ on: fc.constant('label'), is: fc.constantFrom('is', 'is_not'), value: label }),
  fc.record({ on: fc.constant('label'), is: fc.constant('is_any_of'), values: fc.array(label, { minLength: 1 }) }),
  fc.record({ on: fc.constant('last_updated'), seconds: range }),
);
const filter: fc.Arbitrary<Filter> = fc.oneof(
  { weight: 4, arbitrary: simple },
  fc.record({ on: fc.constantFrom('all', 'any'), of: fc.array(simple, { minLength: 1, maxLength: 3 }) }),
);
const query: fc.Arbitrary<Query> = fc.record(
  {
    search: fc
      .array(text, { minLength: 1, maxLength: 2 })
      .map((terms) => ({ exact: terms.join(' '), terms: terms.map((term) => term.toLowerCase()) })),
    ranked: fc.boolean(),
    filters: fc.array(filter, { maxLength: 2 }),
    sort: fc.constantFrom('id', 'email', 'created_at', 'last_updated'),
    order: fc.constantFrom('asc', 'desc'),
  },
  { requiredKeys: ['filters', 'sort', 'order'] },
);

type Pets = typeof pets extends fc.Arbitrary<infer T> ? T : never;

async function indexed(rounds: readonly Pets[]) {
  const store = new MemoryStore();
  const index = SearchIndex.open(store);
  const indexer = index.indexer(OPTIONS);
  for (const some of rounds) {
    for (const { key, attributes, events, labels, times, isGone } of some) {
      store.put(key, isGone ? undefined : pet(`id ${key}`, attributes, Object.fromEntries(events), labels, times));
    }
    while (await indexer.step());
    await indexer.clean();
  }
  return { store, index };
}

function answer(index: SearchIndex<Pet>, ...asked: Parameters<SearchIndex<Pet>['search']>): Found<Pet> {
  return finished(index.search(...asked));
}

describe('the index, over documents of any kind', () => {
  it('finds what it was given, from blocks of every history', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(pets, { maxLength: 4 }), pets, query, async (rounds, later, asked) => {
        const { store, index } = await indexed(rounds);
        for (const { key, attributes, labels } of later) store.put(key, pet(`id ${key}`, attributes, {}, labels));
        const match = matches(asked);
        const expected = [...store.documents.values()].filter((one) => match(one) !== undefined).map(({ id }) => id);
        const { documents, ...counts } = answer(index, asked, match, 0, 100);
        const ranks = documents.map((one) => match(one));
        if (asked.ranked) expect(ranks).toEqual([...ranks].sort());
        expect(documents.map(({ id }) => id).sort()).toEqual(expected.sort());
        expect(counts).toEqual({ total: expected.length, indexing: false });
        const keys = index.candidates(asked).flatMap((some) => [...some]);
        expect(new Set(keys).size).toBe(keys.length);
        const candidates = new Set(keys.map((key) => store.documents.get(key)?.id));
        expect(expected.filter((id) => !candidates.has(id))).toEqual([]);
        store.db.close();
      }),
    );
  });

  it('tells exact totals of longer texts that very many documents may contain, and of texts that are too long to keep', async () => {
    const store = new MemoryStore();
    const index = SearchIndex.open(store);
    // Each has the grams of "abcd", but only every second one has it; the text is longer than what is kept in every 500th.
    const note = (i: number): string =>
      `${i} ${i % 2 ? 'abcd' : 'abc bcd'} É${i % 500 === 3 ? 'x'.repeat(1_200) : ''} ${i % 7 ? '' : 'abcd'}`;
    for (let i = 0; i < 9_000; i++) {
      store.put(
        i,
        pet(
          i % 9 ? `id ${i}` : `abcd ${i}`,
          [
            ['note', note(i)],
            ['name', i % 11 ? 'abc' : 'x abcd'],
          ],
          {},
        ),
      );
    }
    const indexer = index.indexer();
    while (await indexer.step());
    // The index has the former text of a document that has changed.
    store.put(1, pet('id 1', [['note', 'none']], {}));
    const asks: readonly Pick<Query, 'search' | 'filters'>[] = [
      { filters: [{ on: 'attribute', name: 'note', is: 'contains', value: 'ABCD' }] },
      { filters: [{ on: 'attribute', name: 'note', is: 'contains', value: 'abcd é' }] },
      { filters: [{ on: 'attribute', name: 'note', is: 'starts_with', value: '1 abcd' }] },
      { filters: [{ on: 'attribute', name: 'name', is: 'contains', value: 'abcd' }] },
      { filters: [{ on: 'any', of: [{ on: 'attribute', name: 'note', is: 'contains', value: ' abcd' }] }] },
      { filters: [], search: { exact: 'abcd', terms: ['abcd'] } },
      { filters: [], search: { exact: 'abcd id', terms: ['abcd', 'id '] } },
      { filters: [], search: { exact: 'é', terms: ['abcd é', 'abcd'] } },
    ];
    for (const asked of [...asks, ...asks]) {
      const all: Query = { ...asked, sort: 'id', order: 'asc' };
      const match = matches(all);
      const expected = [...store.documents.values()].filter((one) => match(one) !== undefined);
      expect(answer(index, all, match, 0, 1)).toMatchObject({ total: expected.length });
      const first = expected.map(({ id }) => id).sort((a, b) => store.compare(a, b));
      expect(answer(index, all, match, 0, 3).documents.map(({ id }) => id)).toEqual(first.slice(0, 3));
    }
    const differences: string[] = [];
    index.check(
      [...store.documents.keys()].map((key) => [key] as const),
      (...difference) => differences.push(difference.join()),
    );
    expect(differences).toEqual([]);
    store.db.close();
  });

  it('tells exact totals where very many documents have long texts, one of many values, or another form of a value', async () => {
    const store = new MemoryStore();
    const index = SearchIndex.open(store);
    for (let i = 0; i < 4_000; i++) {
      const note = `${i} ${i % 8 ? 'abcd' : 'abc bcd'} ${'x'.repeat(1_100)}`;
      const attributes: [string, string][] = [
        ['note', note],
        ['name', i % 8 ? 'same' : i % 16 ? `name ${i}` : `Same ${i}`],
        ['code', i % 8 ? '1:2' : '12'],
      ];
      store.put(i, pet(`id ${i}`, attributes, {}));
    }
    const indexer = index.indexer();
    while (await indexer.step());
    store.put(1, pet('id 1', [['note', 'none']], {}));
    const on = 'attribute';
    const asks: readonly Pick<Query, 'search' | 'filters'>[] = [
      { filters: [{ on, name: 'note', is: 'contains', value: ' ABCD' }] },
      { filters: [{ on: 'any', of: [{ on, name: 'note', is: 'starts_with', value: '12 abc' }] }] },
      { filters: [], search: { exact: 'abcd', terms: ['abcd'] } },
      { filters: [{ on, name: 'name', is: 'is', value: 'same' }] },
      { filters: [{ on, name: 'name', is: 'is_not', value: 'same' }] },
      { filters: [{ on, name: 'name', is: 'contains', value: 'Same' }] },
      { filters: [{ on, name: 'name', is: 'starts_with', value: 'SAME 1' }] },
      { filters: [], search: { exact: 'Same', terms: ['same'] } },
      { filters: [{ on, name: 'code', is: 'is', value: '12' }] },
      { filters: [{ on, name: 'code', is: 'is', value: '1:2' }] },
    ];
    for (const asked of [...asks, ...asks]) {
      const all: Query = { ...asked, ranked: true, sort: 'id', order: 'asc' };
      const match = matches(all);
      const expected = [...store.documents.values()].filter((one) => match(one) !== undefined).length;
      const { total, documents } = answer(index, all, match, Math.max(0, expected - 5), 10);
      expect(answer(index, all, match, 0, 1)).toMatchObject({ total: expected, documents: [{}] });
      expect({ all, total, left: documents.length }).toEqual({ all, total: expected, left: Math.min(5, expected) });
    }
    const differences: string[] = [];
    index.check(
      [...store.documents.keys()].map((key) => [key] as const),
      (...difference) => differences.push(difference.join()),
    );
    expect(differences).toEqual([]);
    store.db.close();
  });

  it('whose stored bytes are damaged refuses, or answers with documents that match', async () => {
    const blob = fc.constantFrom<[table: string, column: string][]>(
      ['search_terms', 'packed'],
      ['search_columns', 'numbers'],
      ['search_blocks', 'dead'],
      ['search_blocks', 'names'],
    );
    const change = fc.record({ blob, row: fc.nat(), at: fc.nat(), byte: fc.nat(255), cut: fc.nat(9) });
    await fc.assert(
      fc.asyncProperty(pets, query, fc.array(change, { minLength: 1, maxLength: 3 }), async (some, asked, changes) => {
        const { store } = await indexed([some]);
        for (const {
          blob: [table, column],
          row,
          at,
          byte,
          cut,
        } of changes) {
          const rows = store.reader
            .prepare<[number, Uint8Array]>(`SELECT rowid, CAST(${column} AS BLOB) FROM ${table}`)
            .all();
          if (rows.length === 0) continue;
          const [rowid, stored] = rows[row % rows.length];
          const damaged = stored.slice(0, Math.max(0, stored.length - cut));
          if (damaged.length > 0) damaged[at % damaged.length] = byte;
          store.db.prepare(`UPDATE ${table} SET ${column} = ? WHERE rowid = ?`).run(damaged, rowid);
        }
        const match = matches(asked);
        try {
          const { documents } = answer(SearchIndex.open(store), asked, match, 0, 100);
          expect(documents.length).toBeLessThanOrEqual(some.length);
        } catch (error) {
          expect(error).toBeInstanceOf(DamagedIndex);
        }
        store.db.close();
      }),
    );
  });

  it.each([
    ['a column', "UPDATE search_columns SET numbers = substr(numbers, 2) WHERE name = 'email'"],
    ['the dead documents', 'UPDATE search_blocks SET dead = substr(dead, 2)'],
    ['the terms', 'UPDATE search_terms SET packed = substr(packed, 1, length(packed) - 1)'],
    ['the names', "UPDATE search_blocks SET names = '[1'"],
  ])('says so when %s are cut', async (_, damage) => {
    const { store } = await indexed([
      [{ key: 1, attributes: [['name', 'ab']], events: [], labels: [], times: [], isGone: false }],
    ]);
    store.db.exec(damage);
    const asked: Query = {
      search: { exact: 'ab', terms: ['ab'] },
      filters: [{ on: 'attribute', name: 'name', is: 'is', value: 'ab' }],
      sort: 'email',
      order: 'asc',
    };
    expect(() => answer(SearchIndex.open(store), asked, matches(asked), 0, 10)).toThrow(
      'The search index is damaged: ',
    );
  });
});

describe('labels', () => {
  it('that are given anew leave the documents of all blocks in their order', async () => {
    const keys = Array.from({ length: 40 }, (_, i) => (i * 7) % 40);
    const some: Pets = keys.map((key) => ({
      key,
      attributes: [['email', `e${key % 9}`]],
      events: [],
      labels: [],
      times: [],
      isGone: false,
    }));
    const { store, index } = await indexed([some.slice(0, 20), some.slice(20)]);
    const ids = (sort: Query['sort']): string[] =>
      answer(index, { filters: [], sort, order: 'desc' }, () => 2, 0, 50).documents.map(({ id }) => id);
    const before = [ids('email'), ids('id')];
    relabel(store.writer);
    expect(before[0]).toHaveLength(40);
    expect([ids('email'), ids('id')]).toEqual(before);
  });

  it('are in the order of their texts, however these come, and keep it when they are given anew', () => {
    const batches = fc.array(fc.array(fc.string({ unit: 'binary', maxLength: 3 }), { maxLength: 20 }), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(batches, fc.array(fc.string({ unit: 'binary', maxLength: 3 }), { maxLength: 20 }), (all, others) => {
        const store = new MemoryStore();
        const labels = new Labels(store.writer, store);
        for (const texts of all) {
          try {
            labels.assign('email', labels.sort(texts), new Map());
          } catch (error) {
            expect(error).toBeInstanceOf(LabelsExhausted);
            relabel(store.writer);
            labels.assign('email', labels.sort(texts), new Map());
          }
        }
        const isAscending = (texts: readonly string[], numberOf: (text: string) => number | undefined): boolean =>
          labels
            .sort(texts)
            .every((one, i, sorted) => i === 0 || Number(numberOf(sorted[i - 1])) < Number(numberOf(one)));
        const known = all.flat();
        expect(isAscending(known, (one) => labels.find('email', one))).toBe(true);
        relabel(store.writer);
        expect(isAscending(known, (one) => labels.find('email', one))).toBe(true);
        const between = labels.between('email', others);
        expect(isAscending(others, (one) => between.get(one))).toBe(true);
        expect(isAscending([...known, ...others], (one) => labels.find('email', one) ?? between.get(one))).toBe(true);
        store.db.close();
      }),
    );
  });
});
