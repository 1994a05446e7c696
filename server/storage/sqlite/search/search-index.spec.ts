import { DatabaseSync } from '@photostructure/sqlite';
import fc from 'fast-check';
import { MIGRATIONS } from '../database/schema.js';
import { DamagedIndex } from './damaged-index.js';
import { Labels, LabelsExhausted } from './labels.js';
import { relabel } from './relabel.js';
import { SearchIndex, type Connection, type SearchDocument, type SearchStore } from './search-index.js';
import type { Filter, Query } from './store.js';

const OPTIONS = { blockSize: 16, leastPending: 1, compactAt: 3 };

interface Pet extends SearchDocument {
  readonly attributes: ReadonlyMap<string, string>;
}

function pet(id: string, pairs: Iterable<[name: string, text: string]>, events: Readonly<Record<string, number>>): Pet {
  const attributes = new Map(pairs);
  return {
    id,
    attributes,
    events,
    attributeTexts: () =>
      Array.from(attributes, ([name, text]): [string, string, string?] => {
        const comparable = withoutColons(text);
        return comparable === text ? [name, text] : [name, text, comparable];
      }),
    sortValue: (sort) => {
      if (sort === 'id') return id;
      return sort === 'email' ? attributes.get('email')?.toLowerCase() : attributes.size;
    },
  };
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
  comparable = (text: string): string | undefined => withoutColons(text);
  compare = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The rule of a selection, as plainly as it can be said. */
function matches({ search, filters }: Query): (one: Pet) => 0 | 1 | 2 | undefined {
  const has = (one: Pet, filter: Filter): boolean => {
    if (filter.on === 'last_updated')
      return filter.is === 'before' ? one.attributes.size < filter.seconds : one.attributes.size > filter.seconds;
    if (filter.on === 'event') {
      const count = one.events[filter.name] ?? 0;
      if (filter.is === 'never') return count === 0;
      return filter.is === 'at_least' ? count >= filter.count : count <= filter.count;
    }
    const value = one.attributes.get(filter.name);
    switch (filter.is) {
      case 'exists':
      case 'not_exists':
        return (value !== undefined) === (filter.is === 'exists');
      case 'contains':
        return value?.toLowerCase().includes(filter.value.toLowerCase()) ?? false;
      case 'is':
      case 'is_not':
        return (value !== undefined && withoutColons(value) === withoutColons(filter.value)) === (filter.is === 'is');
      default:
        return filter satisfies never;
    }
  };
  return (one) => {
    if (!filters.every((filter) => has(one, filter))) return undefined;
    if (search === undefined) return 2;
    if (one.id === search) return 0;
    if (one.attributes.get('email')?.toLowerCase() === search.toLowerCase()) return 1;
    const texts = [one.id, ...one.attributes.values()];
    return texts.some((text) => text.toLowerCase().includes(search.toLowerCase())) ? 2 : undefined;
  };
}

const text = fc.string({ unit: fc.constantFrom('a', 'A', 'b', 'é', '漢', '😀', '"', ':'), minLength: 1, maxLength: 6 });
const long = text.map((some) => some.repeat(30));
const name = fc.constantFrom('email', 'name', 'note', '__proto__');
const pets = fc.array(
  fc.record({
    key: fc.nat(30),
    attributes: fc.array(fc.tuple(name, fc.oneof(text, long)), { maxLength: 3 }),
    events: fc.array(
      fc.tuple(fc.constantFrom('bark', 'run'), fc.oneof(fc.integer({ min: 1, max: 300 }), fc.constant(2 ** 40))),
    ),
    isGone: fc.boolean(),
  }),
  { minLength: 1, maxLength: 25 },
);
const filter: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({
    on: fc.constant('attribute'),
    name,
    is: fc.constantFrom('is', 'is_not', 'contains'),
    value: fc.oneof(text, long),
  }),
  fc.record({ on: fc.constant('attribute'), name, is: fc.constantFrom('exists', 'not_exists') }),
  fc.record({
    on: fc.constant('event'),
    name: fc.constantFrom('bark', 'run'),
    is: fc.constantFrom('at_least', 'at_most'),
    count: fc.nat(300),
  }),
  fc.record({ on: fc.constant('event'), name: fc.constantFrom('bark', 'run'), is: fc.constant('never') }),
  fc.record({ on: fc.constant('last_updated'), is: fc.constantFrom('before', 'after'), seconds: fc.nat(3) }),
);
const query: fc.Arbitrary<Query> = fc.record(
  {
    search: text,
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
    for (const { key, attributes, events, isGone } of some) {
      store.put(key, isGone ? undefined : pet(`id ${key}`, attributes, Object.fromEntries(events)));
    }
    while (await indexer.step());
    await indexer.clean();
  }
  return { store, index };
}

describe('the index, over documents of any kind', () => {
  it('finds what it was given, from blocks of every history', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(pets, { maxLength: 4 }), pets, query, async (rounds, later, asked) => {
        const { store, index } = await indexed(rounds);
        for (const { key, attributes } of later) store.put(key, pet(`id ${key}`, attributes, {}));
        const match = matches(asked);
        const expected = [...store.documents.values()].filter((one) => match(one) !== undefined).map(({ id }) => id);
        const { documents, ...counts } = index.search(asked, match, 0, 100);
        expect(documents.map(({ id }) => id).sort()).toEqual(expected.sort());
        expect(counts).toEqual({ total: expected.length, totalIsMinimum: false, indexing: false });
        const keys = index.candidates(asked).flatMap((some) => [...some]);
        expect(new Set(keys).size).toBe(keys.length);
        const candidates = new Set(keys.map((key) => store.documents.get(key)?.id));
        expect(expected.filter((id) => !candidates.has(id))).toEqual([]);
        store.db.close();
      }),
    );
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
          const { documents } = SearchIndex.open(store).search(asked, match, 0, 100);
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
    const { store } = await indexed([[{ key: 1, attributes: [['name', 'ab']], events: [], isGone: false }]]);
    store.db.exec(damage);
    const asked: Query = {
      search: 'ab',
      filters: [{ on: 'attribute', name: 'name', is: 'is', value: 'ab' }],
      sort: 'email',
      order: 'asc',
    };
    expect(() => SearchIndex.open(store).search(asked, matches(asked), 0, 10)).toThrow('The search index is damaged: ');
  });
});

describe('labels', () => {
  it('that are given anew leave the documents of all blocks in their order', async () => {
    const keys = Array.from({ length: 40 }, (_, i) => (i * 7) % 40);
    const some: Pets = keys.map((key) => ({ key, attributes: [['email', `e${key % 9}`]], events: [], isGone: false }));
    const { store, index } = await indexed([some.slice(0, 20), some.slice(20)]);
    const ids = (sort: Query['sort']): string[] =>
      index.search({ filters: [], sort, order: 'desc' }, () => 2, 0, 50).documents.map(({ id }) => id);
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
