import { allBits, countBits, hasBit, noBits, setBit } from './bits.js';
import { NO_VALUE } from './columns.js';
import type { Subset } from './sort-values.js';
import { SortedDocuments } from './sorted-documents.js';
import type { SortOrder } from './store.js';

const BLOCK = 3_000;
const BLOCKS = 4;

/** Numbers that are the same in every run. */
function noise(i: number): number {
  return ((Math.imul(i + 1, 0x9e37_79b1) ^ (i << 7)) >>> 0) / 2 ** 32;
}

const VALUES: Readonly<Record<string, (i: number) => number>> = {
  'spread evenly': noise,
  'in the order of the blocks': (i) => i * 2,
  'the same for all': () => 7,
  'one of three': (i) => i % 3,
  'mostly one': (i) => (i % 50 === 0 ? noise(i) : 0.5),
  'of every size': (i) => 10 ** (noise(i) * 500 - 250),
  'as far apart as numbers can be': (i) => (i % 2 === 0 ? -1 : 1) * 1.7e308 * noise(i),
  'as close as numbers can be': (i) => Math.floor(noise(i) * 3) * Number.MIN_VALUE,
  'far from a few': (i) => (i < 10 ? 2 ** 60 : noise(i)),
  'missing for some': (i) => (i % 4 === 0 ? NO_VALUE : Math.floor(noise(i) * 5_000)),
  'missing for all': () => NO_VALUE,
};

function subsetsOf(valueOf: (i: number) => number, isThere: (i: number) => boolean): Subset[] {
  return Array.from({ length: BLOCKS }, (_, block) => {
    const numbers = (of: (i: number) => number): Float64Array =>
      Float64Array.from({ length: BLOCK }, (_one, document) => of(block * BLOCK + document));
    const columns = { created_at: numbers(valueOf), id: numbers((i) => (i * 7) % (BLOCK * BLOCKS)) };
    const bits = noBits(BLOCK);
    for (let document = 0; document < BLOCK; document++) if (isThere(block * BLOCK + document)) setBit(bits, document);
    const documents = {
      size: BLOCK,
      live: allBits(BLOCK),
      // No other column is needed.
      column: (name: string) => columns[name as keyof typeof columns],
    };
    return { documents, bits };
  });
}

function sortedOneByOne(subsets: readonly Subset[], order: SortOrder): string[] {
  const all = subsets.flatMap(({ documents, bits }, subset) =>
    Array.from({ length: documents.size }, (_, document) => ({
      place: `${subset}:${document}`,
      there: hasBit(bits, document),
      value: documents.column('created_at')[document],
      id: documents.column('id')[document],
    })),
  );
  const sign = order === 'asc' ? 1 : -1;
  return all
    .filter(({ there }) => there)
    .sort((a, b) => {
      if (a.value === b.value) return a.id - b.id;
      if (a.value === NO_VALUE || b.value === NO_VALUE) return a.value === NO_VALUE ? 1 : -1;
      return a.value < b.value ? -sign : sign;
    })
    .map(({ place }) => place);
}

describe('a page of documents whose values are', () => {
  const cases = Object.keys(VALUES).flatMap((name) => [[name, 'asc'] as const, [name, 'desc'] as const]);
  it.each(cases)('%s, %s, is what sorting all gives', (name, order) => {
    for (const isThere of [() => true, (i: number) => noise(i * 3) < 0.5, (i: number) => i % 1_000 === 3]) {
      const subsets = subsetsOf(VALUES[name], isThere);
      const sorted = new SortedDocuments(subsets, 'created_at', order);
      const expected = sortedOneByOne(subsets, order);
      expect(sorted.total).toBe(subsets.reduce((sum, { bits }) => sum + countBits(bits), 0));
      for (const [offset, limit] of [
        [0, 25],
        [1_990, 100],
        [3_001, 25],
        [2_900, 3_200],
        [5_990, 25],
        [11_975, 50],
        [12_000, 25],
      ]) {
        const places = sorted.range(offset, limit).map(({ subset, document }) => `${subset}:${document}`);
        expect(places).toEqual(expected.slice(offset, offset + limit));
      }
    }
  });
});
