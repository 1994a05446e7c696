import fc from 'fast-check';
import type { CustomerState } from '../../server/domain/customer/customer.js';
import { addLabel } from '../../server/domain/customer/labels.js';
import { compareIds } from '../../server/domain/customer/customer-id.js';
import { COMPARISONS, type Condition } from '../../server/domain/search/condition.js';
import { parseFilter } from '../../server/domain/search/customer-filter.js';
import type { CustomerQuery } from '../../server/domain/search/customer-query.js';
import { OpenRecord } from '../../server/domain/search/open-record.js';
import { CustomerScan } from '../../server/domain/search/customer-scan.js';
import { parseGroup } from '../../server/domain/search/filter-group.js';
import { resolveConditions, type WrittenConditions } from '../../server/domain/search/written-query.js';
import { expectAgreement } from '../support/agreement.js';
import type { Engine } from '../support/engine.js';
import { runs } from '../support/fast-check.js';
import { event, ingestLines, UPDATED } from '../support/messages.js';

/** Saturday. */
const NOW = Date.parse('2026-11-28T21:30:00Z');
const QUERY: CustomerQuery = { filters: [], sort: 'id', order: 'asc' };
const MANY = 1_000;

/** Values as JSON, so that numbers keep their characters. */
const NUMBERS = ['0', '-0', '1', '1.0', '18', '18.5', '17.999999999999999999', '1e1', '-3', '3544790567247868102'];
const MORE_NUMBERS = ['3544790567247868103', '0.1', '0.1000000000000000055', '1e399', '-1e399', '1e-399', '1e21'];
const DIGITS = ['"18"', '"018"', '"18.0"', '"-3"', '"1e1"', '"+1"', '" 1"', '"0x10"', '"3544790567247868102"'];
const TIMES = [
  ...[
    '1795824000',
    '1795824000.123',
    '1795824000123',
    '"1795824000"',
    '"1795824000123"',
    '"17958240001"',
    '-1',
    '1e15',
  ],
  ...['"2026-11-28T00:00:00Z"', '"2026-11-28T05:45:00+05:45"', '"2026-11-28 21:30:00.0009Z"', '"2026-11-28T21:30:00Z"'],
  ...[
    '"2026-11-28"',
    '"2026-11-27"',
    '"1965-05-05"',
    '"2026-02-30"',
    '"2026-11-28T21:30:00"',
    '"9999-12-31"',
    '"soon"',
  ],
];
const TEXTS = [
  ...[
    '"Álvaro"',
    '"A\u0301lvaro"',
    '"alvaro"',
    '"Straße"',
    '"STRASSE 1"',
    '"İstanbul"',
    '"ﬁ"',
    '"ΟΔΟΣ"',
    '"ａｂｃ"',
    '"a b"',
  ],
  ...[
    '"b a"',
    '"%_\\\\"',
    '"\u0301"',
    '"a\\u001fb"',
    '"\\"q\\""',
    'true',
    '["a",1.0]',
    '{"b":1,"a":"x"}',
    '{"a":"x","b":1.0}',
  ],
];
const value = fc.oneof(...[NUMBERS, MORE_NUMBERS, DIGITS, TIMES, TEXTS].map((some) => fc.constantFrom(...some)));
const name = fc.constantFrom('a', 'b', 'email', 'created_at', '__proto__ ');
const label = fc.constantFrom('VIP', 'vip', '%_"\\', '😀', 'none has it');
/** The text of a value. */
const written = value.map((json) => (json.startsWith('"') ? (JSON.parse(json) as string) : json));
const text = fc.oneof(
  written,
  fc.constantFrom(
    'a',
    'al',
    'lva',
    'ss',
    'strasse',
    'istan',
    'FI',
    'οδοσ',
    'abc',
    '%',
    '_',
    '1',
    '18',
    '"',
    '\u0301',
    'ä',
    '\u001f',
  ),
);
const end = fc.constantFrom(0, 18_000, 18_001, 1_795_824_000_000, 1_795_824_000_123, NOW, NOW + 1, Infinity, -Infinity);
const range = fc
  .tuple(end, end)
  .map(([from, to]) => ({ from: from === Infinity ? 0 : from, to: to === -Infinity ? NOW : to }));
const simple: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    on: fc.constant('attribute'),
    name,
    is: fc.constantFrom('is', 'is_not', 'contains', 'starts_with'),
    value: text.filter((one) => one !== ''),
  }),
  fc.record({
    on: fc.constant('attribute'),
    name,
    is: fc.constant('is_any_of'),
    values: fc.array(text, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    on: fc.constant('attribute'),
    name,
    is: fc.constantFrom(...COMPARISONS),
    number: fc.constantFrom(...NUMBERS, ...MORE_NUMBERS, '18.50', '017'),
  }),
  fc.record({ on: fc.constant('attribute'), name, is: fc.constant('within'), instants: range, days: range }),
  fc.record({ on: fc.constant('attribute'), name, is: fc.constantFrom('exists', 'not_exists') }),
  fc.record({
    on: fc.constant('event'),
    name: fc.constantFrom('buy', 'no'),
    is: fc.constantFrom('at_least', 'at_most'),
    count: fc.nat(3),
  }),
  fc.record({ on: fc.constant('event'), name: fc.constantFrom('buy', 'no'), is: fc.constant('never') }),
  fc.record({ on: fc.constant('label'), is: fc.constantFrom('is', 'is_not'), value: label }),
  fc.record({
    on: fc.constant('label'),
    is: fc.constant('is_any_of'),
    values: fc.array(label, { minLength: 1, maxLength: 2 }),
  }),
  fc.record({
    on: fc.constant('last_updated'),
    seconds: range.map(({ from, to }) => ({ from: Math.ceil(from / 1000), to: Math.ceil(to / 1000) })),
  }),
);
const condition: fc.Arbitrary<Condition> = fc.letrec<{ node: Condition; group: Condition }>((tie) => ({
  node: fc.oneof({ depthSize: 'small', withCrossShrink: true }, { weight: 3, arbitrary: simple }, tie('group')),
  group: fc.record({ on: fc.constantFrom('all', 'any'), of: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
})).node;
const search = fc
  .array(
    fc.oneof(
      text,
      text.map((one) => `"${one}"`),
    ),
    { minLength: 1, maxLength: 2 },
  )
  .map((texts) => texts.join(' ').trim())
  .filter((one) => one !== '');
const query: fc.Arbitrary<CustomerQuery> = fc.record(
  {
    search,
    ranked: fc.boolean(),
    filters: fc.array(condition, { maxLength: 3 }),
    sort: fc.constantFrom('id', 'email', 'created_at', 'last_updated'),
    order: fc.constantFrom('asc', 'desc'),
  },
  { requiredKeys: ['filters', 'sort', 'order'] },
);

function lineOf(id: string, timestamp: number, members: Readonly<Record<string, string>>): string {
  const data = Object.entries(members).map(([member, json]) => `${JSON.stringify(member)}:${json}`);
  return `{"id":"${id}","type":"attributes","user_id":"${id}","timestamp":${timestamp},"data":{${data.join(',')}}}`;
}

/** Tests what an engine finds against the rule of the domain. */
export function describeFinding(engineName: string, open: () => Promise<Engine>): void {
  describe(`finding on ${engineName}`, () => {
    let engine: Engine;
    afterEach(() => engine.close());

    const found = async (asked: CustomerQuery, offset = 0, limit = MANY): Promise<string[]> =>
      (await engine.search.search(asked, offset, limit)).customers.map(({ id }) => id);

    it('gives the same customers as reading all of them, in the same order, of any query', async () => {
      engine = await open();
      const one = fc.record({
        members: fc.dictionary(name, value),
        time: fc.constantFrom(18, 1_795_000_000, 1_790_824_000),
        buys: fc.nat(3),
        labels: fc.uniqueArray(label, { maxLength: 3 }),
      });
      const customers = fc.sample(one, { numRuns: 70, seed: 7 });
      const every = [...NUMBERS, ...MORE_NUMBERS, ...DIGITS, ...TIMES, ...TEXTS].map((json) => ({
        members: { a: json },
        time: 18,
        buys: 0,
        labels: [],
      }));
      const lines = [...customers, ...every].flatMap(({ members, time, buys }, i) => {
        const id = i % 3 === 0 ? `é${i}` : String(i);
        const bought = Array.from({ length: buys }, (_, n) =>
          event({ id: `${n}`, user_id: id, name: 'buy', timestamp: 18 }),
        );
        return [lineOf(id, time, members), ...bought];
      });
      await ingestLines(engine, lines);
      for (const [i, { labels }] of customers.entries()) {
        const change = (state: CustomerState): void => labels.forEach((one) => addLabel(state, one));
        await engine.customers.change(i % 3 === 0 ? `é${i}` : String(i), change, UPDATED);
      }
      const records = (await engine.customers.page(0, MANY)).customers;
      const labels = await Promise.all(records.map(({ id }) => engine.customers.labels(id)));
      expect(records.length).toBeGreaterThan(100);
      await fc.assert(
        fc.asyncProperty(query, async (asked) => {
          const scan = new CustomerScan(asked);
          for (const [at, record] of records.entries()) scan.take(new OpenRecord(record, undefined, labels[at]));
          const expected = scan.sorted();
          expect(await found(asked)).toEqual(expected);
          expect(await found(asked, 3, 4)).toEqual(expected.slice(3, 7));
          expect(await engine.search.count(asked)).toEqual({
            total: expected.length,
            totalIsMinimum: false,
            indexing: false,
          });
          expect(await engine.search.walk(asked, undefined, MANY)).toEqual([...expected].sort(compareIds));
        }),
        runs(40),
      );
      await expectAgreement(engine);
    });

    it('compares numbers, times and texts as they are written', async () => {
      engine = await open();
      const values = [...NUMBERS, ...MORE_NUMBERS, ...DIGITS, ...TIMES, ...TEXTS];
      await ingestLines(engine, [
        ...values.map((json, i) => lineOf(String(i), 18, { a: json })),
        lineOf('none', 18, { b: '1' }),
      ]);
      const select = async (conditions: WrittenConditions): Promise<string[]> =>
        (await found({ ...QUERY, filters: resolveConditions(conditions, NOW) })).map((id) => values[Number(id)] ?? id);
      const by = (filter: string, more: Omit<WrittenConditions, 'filters'> = {}): Promise<string[]> =>
        select({ filters: [parseFilter(`attribute:a:${filter}`)], ...more });

      expect(await by('above:18')).toEqual(
        [
          '18.5',
          ...NUMBERS.slice(-1),
          '3544790567247868103',
          '1e399',
          '1e21',
          DIGITS[8],
          ...TIMES.slice(0, 6),
          '1e15',
        ].filter((json) => json !== '-1'),
      );
      expect(await by('above:3544790567247868102')).toEqual(['3544790567247868103', '1e399', '1e21']);
      expect(await by('at_least:3544790567247868102')).toEqual([
        ...['3544790567247868102', '3544790567247868103', '1e399', '1e21', '"3544790567247868102"'],
      ]);
      expect(await by('below:-2')).toEqual(['-3', '-1e399', '"-3"']);
      expect(await by('below:0.1000000000000000055')).toEqual([
        '0',
        '-0',
        '-3',
        '0.1',
        '-1e399',
        '1e-399',
        '"-3"',
        '-1',
      ]);
      expect(await by('at_most:-1e399')).toEqual(['-1e399']);
      expect(await by('is:18')).toEqual(['18', '"18"']);
      expect(await by('is_any_of:18.0:true:%22q%22:nobody')).toEqual(['18', '"18.0"', '"\\"q\\""', 'true']);

      expect(await by('on:2026-11-28')).toEqual([
        ...TIMES.slice(0, 5),
        ...[
          '"2026-11-28T00:00:00Z"',
          '"2026-11-28T05:45:00+05:45"',
          '"2026-11-28 21:30:00.0009Z"',
          '"2026-11-28T21:30:00Z"',
        ],
        '"2026-11-28"',
      ]);
      expect(await by('on:today')).toEqual(await by('on:2026-11-28'));
      expect(await by('on:today', { timeZone: 'Asia/Kathmandu' })).toEqual([
        ...['"2026-11-28 21:30:00.0009Z"', '"2026-11-28T21:30:00Z"'],
      ]);
      expect(await by('on:yesterday', { timeZone: 'America/New_York' })).toEqual([
        ...TIMES.slice(0, 5),
        TIMES[8],
        TIMES[9],
        '"2026-11-27"',
      ]);
      expect(await by('after:2026-11-28T21:29:59.999Z')).toEqual([
        '"2026-11-28 21:30:00.0009Z"',
        '"2026-11-28T21:30:00Z"',
        '"9999-12-31"',
      ]);
      expect(await by('after:-0h')).toEqual(['"9999-12-31"']);
      expect(await by('before:1970-01-01')).toEqual(['"1965-05-05"']);
      expect(await by('before:1970-01-01T00:00:00.018Z')).toEqual(
        ['0', '-0', '0.1', '0.1000000000000000055', '1e-399', '"1965-05-05"'].filter((json) => !json.startsWith('0.1')),
      );
      expect(await by('after:this_week')).toEqual(['"9999-12-31"']);

      expect(await by('starts_with:ALV')).toEqual(['"Álvaro"', '"A\u0301lvaro"', '"alvaro"']);
      expect(await by('contains:%C3%9F')).toEqual(['"Straße"', '"STRASSE 1"']);
      expect(await by('starts_with:ISTANB')).toEqual(['"İstanbul"']);
      expect(await by('starts_with:b')).toEqual(['"b a"']);
      expect(await by('starts_with:fi')).toEqual(['"ﬁ"']);
      expect(await by('is:alvaro')).toEqual(['"alvaro"']);
      expect(await by('contains:%CC%81')).toEqual([]);

      const where = parseGroup(
        {
          any: [
            'attribute:a:is:true',
            { all: ['attribute:a:at_least:18', 'attribute:a:below:19'] },
            'attribute:a:not_exists',
          ],
        },
        'where',
      );
      const either = ['18', '18.5', '"18"', '"018"', '"18.0"', 'true', 'none'];
      expect(await select({ filters: [], where })).toEqual(either);
      expect(await select({ filters: [parseFilter('attribute:a:is_not:18')], where })).toEqual(
        either.filter((json) => json !== '18' && json !== '"18"'),
      );
    });

    it('of a search gives the exact id first, then exact values, on every page, unless it is asked to sort', async () => {
      engine = await open();
      await ingestLines(engine, [
        lineOf('1', 18, { a: '"x 42"' }),
        lineOf('7', 19, { b: '"42"' }),
        lineOf('42', 18, {}),
        lineOf('420', 18, {}),
        lineOf('é', 18, { z: '42' }),
      ]);
      const asked: CustomerQuery = { ...QUERY, search: '42' };
      const ranked = ['42', '7', 'é', '1', '420'];
      for (let at = 0; at < 5; at++)
        expect(await found({ ...asked, ranked: true }, at, 2)).toEqual(ranked.slice(at, at + 2));
      expect(await found({ ...asked, ranked: true, order: 'desc' })).toEqual(['42', 'é', '7', '420', '1']);
      expect(await found(asked)).toEqual(['1', '7', '42', '420', 'é']);
      expect(await found({ ...asked, sort: 'last_updated', order: 'desc' })).toEqual(['7', '1', '42', '420', 'é']);
    });
  });
}
