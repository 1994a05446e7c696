import fc from 'fast-check';
import { blockOf } from '../../domain/log/packed-entries.js';
import type { LogEntry, LogMessage } from '../../domain/log/log-entry.js';
import { LOG_MESSAGE, packed } from '../../../test/support/log-entries.js';
import { mayHave, namesOf, wantedNames } from './block-names.js';
import { blockProblem } from './block-problem.js';
import { COMPACTED, looseRows, openBlock, type BlockRow } from './block-row.js';
import { compact } from './compacted-block.js';
import { eventsIn } from './logged-events.js';
import { comparePlaces, isAttributes, readEntry, type PlacedEntry } from './placed-entry.js';

/** Ids in every form, and the texts beside them. */
const ID = fc.oneof(
  fc.uuid(),
  fc.uuid().map((id) => `web/${id}`),
  fc.uuid().map((id) => id.toUpperCase()),
  fc.nat().map(String),
  fc.constantFrom('0', '00', '-1', '1.0', '999999999999999', '9999999999999999', ''),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
);
const MESSAGE: fc.Arbitrary<LogMessage> = fc.tuple(LOG_MESSAGE, ID).map(([message, id]) => ({ ...message, id }));
const MESSAGES = fc.array(MESSAGE, { minLength: 1, maxLength: 30 });

function looseOf(messages: readonly LogMessage[], moment: number): BlockRow[] {
  const block = blockOf(messages.map(packed));
  if (!block) throw new Error('There are no messages.');
  return [...looseRows(block, moment)];
}

function compactedOf(entries: PlacedEntry[]): BlockRow {
  const sorted = entries.sort(comparePlaces);
  const last = sorted[sorted.length - 1];
  return {
    ...{ lastTime: last.time, moment: last.moment, part: last.index, firstTime: sorted[0].time },
    ...{ entries: sorted.length, format: COMPACTED, packed: compact(sorted) },
    ...{ names: namesOf(sorted), attributeEntries: sorted.filter(isAttributes).length },
  };
}

function attributesOf(data: string): LogMessage {
  return {
    ...{ kind: 'attributes', time: 5, id: 'a', name: undefined, data },
    ...{ source: { kind: 'live', source: 1 }, keepsEmptyText: false, isStampedHere: false },
  };
}

const read = (block: BlockRow): LogEntry[] => openBlock(block).map(readEntry);

describe('a loose block', () => {
  it('gives the messages as they were, with their arrivals, however many rows they need', () => {
    fc.assert(
      fc.property(MESSAGES, fc.nat({ max: 2 ** 40 }), fc.nat({ max: 6_000 }), (messages, moment, padding) => {
        const all = messages.map((message) =>
          message.kind === 'event' ? { ...message, data: JSON.stringify('x'.repeat(padding)) } : message,
        );
        const rows = looseOf(all, moment);
        expect(rows.map(blockProblem)).toEqual(rows.map(() => undefined));
        expect(rows.flatMap(read)).toEqual(all.map((message, index) => ({ ...message, moment, index })));
      }),
    );
  });

  it('is cut before it fills a page', () => {
    const message: LogMessage = {
      ...{ kind: 'event', time: 5, id: 'a', name: 'page', data: JSON.stringify('x'.repeat(1_500)) },
      ...{ source: { kind: 'live', source: 1 }, keepsEmptyText: false, isStampedHere: false },
    };
    const rows = looseOf(Array<LogMessage>(5).fill(message), 3);
    expect(rows.map(({ part, entries }) => [part, entries])).toEqual([
      [0, 2],
      [2, 2],
      [4, 1],
    ]);
  });
});

describe('a compacted block', () => {
  it('gives every entry of loose blocks as it was, by its place', () => {
    fc.assert(
      fc.property(MESSAGES, MESSAGES, fc.nat({ max: 2 ** 40 }), (some, more, moment) => {
        const loose = [...looseOf(some, moment), ...looseOf(more, moment + 1)];
        const block = compactedOf(loose.flatMap(openBlock));
        expect(blockProblem(block)).toBeUndefined();
        expect(read(block)).toEqual(loose.flatMap(read).sort(comparePlaces));
        expect(compactedOf(openBlock(block))).toEqual(block);
      }),
    );
  });

  it('is shorter than its messages', () => {
    const messages = fc.sample(fc.uuid(), 100).map((id, at): LogMessage => ({
      ...{
        kind: 'event',
        time: 1_558_389_453_000 + at * 13_000,
        id,
        name: 'page',
        data: '{"url":"http://example.com/socks"}',
      },
      source: { kind: 'file', ingestion: 1, line: 1 + at * 700, offset: at * 140_000 },
      ...{ keepsEmptyText: false, isStampedHere: false },
    }));
    const loose = looseOf(messages, 1);
    const bytes = loose.reduce((sum, row) => sum + row.packed.length, 0);
    expect(compactedOf(loose.flatMap(openBlock)).packed.length).toBeLessThan(bytes / 4);
  });
});

describe('the names of a compacted block', () => {
  it('tell every query that finds a message of it', () => {
    fc.assert(
      fc.property(MESSAGES, (messages) => {
        const names = namesOf(looseOf(messages, 1).flatMap(openBlock));
        for (const message of messages) {
          const own =
            message.kind === 'event' ? [message.name] : Object.keys(JSON.parse(message.data ?? '{}') as object);
          for (const name of own) {
            expect(mayHave(names, wantedNames({ name }))).toBe(true);
            expect(mayHave(names, wantedNames({ name, kinds: [message.kind] }))).toBe(true);
          }
          expect(mayHave(names, wantedNames({ kinds: [message.kind] }))).toBe(true);
        }
        expect(mayHave(names, wantedNames({}))).toBe(true);
        expect(mayHave(null, wantedNames({ name: 'x' }))).toBe(true);
      }),
    );
  });

  it('tell a name that is written with escapes, and no name within a value', () => {
    const names = namesOf(
      looseOf([attributesOf('{"a\\u00e9\\"" : {"deep":1}, "b":["list",{"x":1}],"c":"text, \\"d\\":"}')], 1).flatMap(
        openBlock,
      ),
    );
    const found = (name: string): boolean => mayHave(names, wantedNames({ name, kinds: ['attributes'] }));
    expect(['aé"', 'b', 'c'].map(found)).toEqual([true, true, true]);
    expect(['deep', 'list', 'x', 'text', 'd', 'aé'].some(found)).toBe(false);
    expect(mayHave(names, wantedNames({ kinds: ['event'] }))).toBe(false);
    expect(mayHave(names, wantedNames({ name: 'b', kinds: ['event'] }))).toBe(false);
  });

  it('are seldom wrong', () => {
    const text = (prefix: string): string =>
      `{${Array.from({ length: 50 }, (_, at) => `"${prefix}${at}":1`).join(',')}}`;
    const names = namesOf(looseOf([attributesOf(text('own'))], 1).flatMap(openBlock));
    const wrong = Array.from({ length: 1_000 }, (_, at) => mayHave(names, wantedNames({ name: `other${at}` })));
    expect(wrong.filter(Boolean).length).toBeLessThan(100);
    expect(names.length).toBe(51);
  });
});

describe('the events of a block', () => {
  it('are those of its messages, loose or compacted', () => {
    const events = (block: BlockRow): unknown[] =>
      read(block).flatMap(({ kind, name, time, moment }) => (kind === 'event' ? [{ kind, name, time, moment }] : []));
    fc.assert(
      fc.property(MESSAGES, fc.nat({ max: 2 ** 40 }), (messages, moment) => {
        const loose = looseOf(messages, moment);
        const block = compactedOf(loose.flatMap(openBlock));
        for (const one of [...loose, block]) expect([...eventsIn(one)]).toEqual(events(one));
      }),
    );
  });
});

describe('the check of a block', () => {
  const block = compactedOf(looseOf(fc.sample(LOG_MESSAGE, { numRuns: 3, seed: 7 }), 4).flatMap(openBlock));

  it.each([
    ['cannot be read', { packed: block.packed.subarray(0, -4) }],
    ['cannot be read', { format: 7 }],
    ['3 entries instead of 4', { entries: 4 }],
    ['times from', { firstTime: block.firstTime - 1 }],
    ['times from', { lastTime: block.lastTime + 1 }],
    ['a last entry at 4', { moment: 5 }],
    ['attributes messages', { attributeEntries: 4 }],
    ['names of other messages', { names: new Uint8Array(3) }],
  ])('says that it %s', (problem, change) => {
    expect(blockProblem({ ...block, ...change })).toContain(problem);
  });
});
