import fc from 'fast-check';
import { countBits, eachBit, noBits, type Bits } from './bits.js';
import { NO_VALUE, valueAt } from './columns.js';
import { DamagedIndex } from './damaged-index.js';
import {
  addDocuments,
  bytesOf,
  decodeCounts,
  encodeCounts,
  encodeDocuments,
  numbersOf,
  wordsOf,
} from './document-lists.js';
import { GramTable } from './gram-table.js';
import { packTerms, TermChunk, type TermRow } from './term-chunks.js';
import { gramOf } from './terms.js';

/** Some documents of a block, from none to all. */
const documentsOfBlock = fc
  .tuple(fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constant(5_000)), fc.double({ min: 0, max: 1, noNaN: true }))
  .chain(([size, share]) =>
    fc.record({
      size: fc.constant(size),
      documents: fc
        .uniqueArray(fc.nat(size - 1), { maxLength: 200 })
        .map((some) => ascending(share > 0.9 ? [...some, ...Array.from({ length: size * share }, (_, i) => i)] : some)),
    }),
  );

/** Changes to stored bytes: cuts them, appends, or sets some. */
const damage = fc
  .record({
    cut: fc.nat(40),
    append: fc.uint8Array({ maxLength: 8 }),
    set: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
  })
  .map(({ cut, append, set }) => (bytes: Uint8Array): Uint8Array => {
    const damaged = Uint8Array.from([...bytes.subarray(0, bytes.length - cut), ...append]);
    for (const [at, byte] of set) if (damaged.length > 0) damaged[at % damaged.length] = byte;
    return damaged;
  });

function ascending(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function listed(bits: Bits): number[] {
  const documents: number[] = [];
  eachBit(bits, (document) => documents.push(document));
  return documents;
}

/** Returns what `read` returns; undefined when it finds the damage. Any other error fails the test. */
function unlessDamaged<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof DamagedIndex) return undefined;
    throw error;
  }
}

describe('a list of documents', () => {
  it('is read as it was written, in no more bytes than its bits', () => {
    fc.assert(
      fc.property(documentsOfBlock, ({ size, documents }) => {
        const stored = encodeDocuments(documents, 0, documents.length, size);
        expect(stored.length).toBeLessThanOrEqual(noBits(size).byteLength);
        const bits = noBits(size);
        addDocuments(bits, stored, size);
        expect(listed(bits)).toEqual(documents);
        expect(countBits(bits)).toBe(documents.length);
      }),
    );
  });

  it('with counts is read as it was written, whatever their size', () => {
    const count = fc.oneof(fc.nat(255), fc.nat(2 ** 32 - 1), fc.maxSafeNat());
    fc.assert(
      fc.property(documentsOfBlock, fc.array(count, { minLength: 1 }), ({ size, documents }, some) => {
        const counts = documents.map((_, i) => some[i % some.length]);
        const decoded = decodeCounts(encodeCounts(documents, counts, size), size);
        expect(listed(decoded.bits)).toEqual(documents);
        expect([...Array.from(decoded.counts())]).toEqual(counts);
      }),
    );
  });

  it('that is damaged never names a document outside its block', () => {
    fc.assert(
      fc.property(documentsOfBlock, damage, ({ size, documents }, damaged) => {
        const bits = noBits(size);
        unlessDamaged(() => addDocuments(bits, damaged(encodeDocuments(documents, 0, documents.length, size)), size));
        expect(listed(bits).every((document) => document < Math.ceil(size / 32) * 32)).toBe(true);
        const counted = damaged(encodeCounts(documents, documents, size));
        const decoded = unlessDamaged(() => decodeCounts(counted, size));
        const counts = decoded && unlessDamaged(() => decoded.counts());
        if (counts) expect(counts).toHaveLength(countBits(decoded.bits));
      }),
    );
  });

  it.each([
    ['breaks off', [0x80], 100],
    ['has a distance of too many bytes', [0x80, 0x80, 0x80, 0x01], 100],
    ['names a document behind the last', [99, 0], 100],
    ['has bits behind the last document', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80], 100],
    ['is longer than the bits', Array.from({ length: 17 }, () => 0), 100],
  ])('that %s is refused', (_, bytes, size) => {
    expect(() => addDocuments(noBits(size), Uint8Array.from(bytes), size)).toThrow(DamagedIndex);
  });

  it('is refused with counts of another number of documents', () => {
    const stored = encodeCounts([1, 5, 9], [1, 2, 3], 100);
    expect(() => decodeCounts(stored.subarray(0, -1), 100).counts()).toThrow(
      'The search index is damaged: 3 documents',
    );
    expect(() => decodeCounts(stored.subarray(0, 3), 100)).toThrow(DamagedIndex);
    expect(() => decodeCounts(stored.subarray(0, 5), 100)).toThrow(DamagedIndex);
  });
});

describe('a column', () => {
  it('of numbers or of bits is read as it was written, and refused with another length', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 1 }), fc.nat(50), (numbers, other) => {
        const stored = bytesOf(Float64Array.from(numbers));
        expect([...numbersOf(stored, numbers.length)]).toEqual(numbers);
        if (other !== numbers.length) expect(() => numbersOf(stored, other)).toThrow(DamagedIndex);
        const bits = noBits(numbers.length);
        expect(wordsOf(bytesOf(bits), numbers.length)).toEqual(bits);
        expect(() => wordsOf(bytesOf(bits), numbers.length + 32)).toThrow(DamagedIndex);
      }),
    );
  });

  it('tells the value at each rank', () => {
    const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.nat(3), fc.constant(NO_VALUE));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 50 }), fc.nat(), (values, rank) => {
        const sorted = Float64Array.from(values).sort();
        expect(valueAt(Float64Array.from(values), rank % values.length)).toBe(sorted[rank % values.length]);
      }),
    );
  });
});

describe('a chunk of terms', () => {
  const list = fc.uint8Array({ minLength: 1, maxLength: 300 });
  const text = fc.string({ unit: 'binary', maxLength: 20 });
  const terms = fc.record({
    numbers: fc.uniqueArray(fc.nat(2 ** 48 - 1), { maxLength: 100 }),
    texts: fc.uniqueArray(text, { maxLength: 100 }),
    lists: fc.array(list, { minLength: 1, maxLength: 20 }),
  });
  const rowsOf = ({
    numbers,
    texts,
    lists,
  }: {
    numbers: number[];
    texts: string[];
    lists: Uint8Array[];
  }): TermRow[] => {
    const listOf = (i: number): Uint8Array => lists[i % lists.length];
    const sorted = ascending(numbers).map((term, i) => ({ term, list: listOf(i) }));
    return [
      ...sorted,
      ...texts
        .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
        .map((term, i) => ({ term, list: listOf(i) })),
    ];
  };

  it('gives each term and its list, in their order, and none for other terms', () => {
    fc.assert(
      fc.property(terms, fc.nat(), text, (all, otherNumber, otherText) => {
        const rows = rowsOf(all);
        const chunks = [...packTerms(rows)].map(({ first, packed }) => ({ first, chunk: new TermChunk(packed) }));
        const read = chunks.flatMap(({ chunk }) =>
          Array.from({ length: chunk.count }, (_, i) => ({ term: chunk.term(i), list: chunk.list(i) })),
        );
        expect(read).toEqual(rows);
        for (const { first, chunk } of chunks) {
          expect(first).toBe(chunk.term(0));
          for (let i = 0; i < chunk.count; i++) expect(chunk.seek(chunk.term(i))).toBe(i);
          for (const other of [otherNumber, otherText]) {
            if (!rows.some(({ term }) => term === other)) expect(chunk.listOf(other)).toBeUndefined();
          }
        }
      }),
    );
  });

  it('that is damaged is refused, or still gives lists that lie within it', () => {
    fc.assert(
      fc.property(terms, damage, text, (all, damaged, wanted) => {
        for (const { packed } of packTerms(rowsOf(all))) {
          const bytes = damaged(packed);
          const chunk = unlessDamaged(() => new TermChunk(bytes));
          if (!chunk) continue;
          expect(chunk.count).toBeLessThanOrEqual(bytes.length);
          for (const term of [wanted, wanted.length]) unlessDamaged(() => chunk.listOf(term));
          for (let i = 0; i < chunk.count; i++) {
            expect(unlessDamaged(() => chunk.list(i))?.length ?? 0).toBeLessThanOrEqual(bytes.length);
            unlessDamaged(() => chunk.term(i));
          }
        }
      }),
    );
  });

  it('that is shorter or longer than it says is always refused', () => {
    fc.assert(
      fc.property(terms, fc.nat(), (all, some) => {
        for (const { packed } of packTerms(rowsOf(all))) {
          expect(() => new TermChunk(packed.subarray(0, some % packed.length))).toThrow(DamagedIndex);
          expect(() => new TermChunk(Uint8Array.from([...packed, 0]))).toThrow(DamagedIndex);
        }
      }),
    );
  });
});

describe('a table of grams', () => {
  const gramsOf = (text: string): number[] => {
    const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
    const ends = text.length < 2 ? [] : [...units, 0];
    return [...units, ...ends.slice(2).map((unit, i) => gramOf(ends[i], ends[i + 1], unit))];
  };
  const documentsOf = (documents: readonly (readonly string[])[]): [gram: number, documents: number[]][] => {
    const grams = new Map<number, number[]>();
    documents.forEach((texts, document) => {
      for (const gram of new Set(texts.flatMap(gramsOf))) grams.set(gram, [...(grams.get(gram) ?? []), document]);
    });
    return [...grams].sort(([a], [b]) => a - b);
  };
  const collected = (documents: readonly (readonly string[])[]): [gram: number, documents: number[]][] => {
    const table = new GramTable();
    for (const texts of documents) {
      table.startDocument();
      for (const text of texts) table.add(text);
    }
    return [...table.sorted()].map(({ gram, documents: all, from, to }) => [gram, [...all.subarray(from, to)]]);
  };

  it('gives each gram of the texts with its documents', () => {
    const texts = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'é', '漢', '😀'), maxLength: 12 }), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 10 }), (documents) => {
        expect(collected(documents)).toEqual(documentsOf(documents));
      }),
    );
  });

  it('grows with the number of grams', () => {
    const text = (from: number): string => String.fromCharCode(...Array.from({ length: 50_000 }, (_, i) => from + i));
    const documents = [[text(1)], [text(1)], [text(5_000)]];
    const grams = collected(documents);
    expect(grams).toHaveLength(new Set(documents.flat().flatMap(gramsOf)).size);
    expect(grams.find(([gram]) => gram === 10_000)?.[1]).toEqual([0, 1, 2]);
    expect(grams.find(([gram]) => gram === gramOf(7, 8, 9))?.[1]).toEqual([0, 1]);
  });
});
