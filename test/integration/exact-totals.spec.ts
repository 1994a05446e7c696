import fc from 'fast-check';
import type { Condition } from '../../server/domain/search/condition.js';
import type { CustomerQuery } from '../../server/domain/search/customer-query.js';
import { foldText } from '../../server/domain/search/fold-text.js';
import { ENGINES, type Engine } from '../support/engine.js';
import { openByIndexes, openIndexed } from '../support/indexed-engine.js';
import { attributes, ingestLines } from '../support/messages.js';
import { runs } from '../support/fast-check.js';

const CUSTOMERS = 3_600;
const FIRST = ['Anna', 'bill', 'Käthe', 'JÖRG', 'hiro'];
const LAST = ['Smith', 'smithers', 'müller', 'Miller'];
const HOSTS = ['example.com', 'EXAMPLE.org', 'mail.example'];
/** Blocks of the size of a server: many customers of a block have many values. */
const ONE_BLOCK = { blockSize: 32_768, leastPending: 1, compactAt: 8 };

interface Person {
  readonly id: string;
  readonly values: Readonly<Record<string, string>>;
}

function person(at: number): Person {
  const first = FIRST[at % FIRST.length];
  const last = LAST[at % LAST.length];
  return {
    id: at % 3 === 0 ? `user_${at}` : String(at),
    values: {
      email: `${first}.${last}${at}@${HOSTS[at % HOSTS.length]}`,
      // It has the grams of "abcd" without the text, or the text; some are too long for an index of texts.
      note: `${at % 2 ? 'abcd' : 'abc bcd'} ${at}${at % 900 === 7 ? ` ${'y'.repeat(1_500)} abcd` : ''}`,
      plan: at % 4 ? 'free plan' : 'Pro Plan',
    },
  };
}

const PEOPLE = Array.from({ length: CUSTOMERS }, (_, at) => person(at));

function isSelected({ id, values }: Person, { search, filters }: Pick<CustomerQuery, 'search' | 'filters'>): boolean {
  const has = (condition: Condition): boolean => {
    if (condition.on === 'all') return condition.of.every(has);
    if (condition.on === 'any') return condition.of.some(has);
    if (condition.on !== 'attribute' || !('value' in condition)) throw new Error('Not asked here.');
    const text = foldText(values[condition.name] ?? '');
    const needle = foldText(condition.value);
    return condition.is === 'contains' ? text.includes(needle) : text.startsWith(needle);
  };
  const words = search === undefined ? [] : foldText(search).split(' ');
  const texts = [id, ...Object.values(values)].map(foldText);
  return filters.every(has) && words.every((word) => texts.some((text) => text.includes(word)));
}

const TEXTS = [
  'example',
  '@example.',
  'smith',
  'müll',
  'KÄTHE.',
  'abcd',
  'abc bcd',
  'plan',
  'nobody',
  'user_',
  'free ',
];
const text = fc.oneof(
  fc.constantFrom(...TEXTS),
  fc
    .tuple(
      fc.constantFrom(...PEOPLE),
      fc.constantFrom('email', 'note', 'plan'),
      fc.nat(8),
      fc.integer({ min: 4, max: 9 }),
    )
    .map(([{ values }, name, from, length]) => values[name].slice(from, from + length))
    .filter((some) => foldText(some).trim() !== ''),
);
const filter: fc.Arbitrary<Condition> = fc.record({
  on: fc.constant('attribute'),
  name: fc.constantFrom('email', 'note', 'plan'),
  is: fc.constantFrom('contains', 'starts_with'),
  value: text,
});
const condition: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 3, arbitrary: filter },
  fc.record({ on: fc.constantFrom('all', 'any'), of: fc.array(filter, { minLength: 2, maxLength: 3 }) }),
);
const word = text.map((some) => some.replaceAll(/[\s"]+/g, '')).filter((some) => some !== '');
const asked = fc.oneof(
  fc.array(condition, { minLength: 1, maxLength: 4 }).map((filters) => ({ filters })),
  fc
    .tuple(fc.array(word, { minLength: 1, maxLength: 2 }), fc.array(condition, { maxLength: 1 }))
    .map(([words, filters]) => ({
      search: words.join(' '),
      filters,
    })),
);

describe.each([
  ENGINES[1],
  ['sqlite, everything indexed', () => openIndexed(ONE_BLOCK)],
  ['postgres, by its indexes', openByIndexes],
] as const)('the totals of texts that very many customers have, on %s', (_, open) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open();
    // A search indexes up to 1 000 customers first, on PostgreSQL.
    for (let at = 0; at < CUSTOMERS; at += 900) {
      const some = PEOPLE.slice(at, at + 900).map(({ id, values }) => attributes(values, { user_id: id }));
      await ingestLines(engine, some);
      await engine.search.search(all({ filters: [] }), 0, 1);
    }
  });
  afterAll(() => engine.close());

  const all = (some: Pick<CustomerQuery, 'search' | 'filters'>): CustomerQuery => ({
    ...some,
    sort: 'id',
    order: 'asc',
  });

  it('are those of a plain reading of all customers', () =>
    fc.assert(
      fc.asyncProperty(asked, async (some) => {
        const total = PEOPLE.filter((one) => isSelected(one, some)).length;
        const found = await engine.search.search(all(some), 0, 1);
        expect(found).toMatchObject({ total, totalIsMinimum: false, indexing: false });
        expect(found.customers).toHaveLength(Math.min(1, total));
      }),
      runs(40),
    ));
});
