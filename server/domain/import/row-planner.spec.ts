import type { KnownCustomer } from '../customer/customer-change.js';
import type { StoredCustomer } from '../customer/customer.js';
import { foldMessage } from '../customer/fold.js';
import { toState, toStored } from '../customer/customer.js';
import { writeJson, type Json } from '../json.js';
import { utf8Text } from '../utf8.js';
import { readMessage } from '../message/message.js';
import { proposeMapping } from './mapping.js';
import { createRowPlanner } from './row-planner.js';
import type { RowPlan } from './row-plan.js';
import type { SheetMapping } from './sheet-mapping.js';
import type { SheetColumn, SheetRow } from './sheet.js';

const NOW = 1_700_000_000_000;
const FACTS = { importId: 'import-7', time: NOW };

const columnsOf = (...names: string[]): SheetColumn[] => names.map((name, index) => ({ index, name, header: name }));
const row = (...cells: string[]): SheetRow => ({ kind: 'cells', number: 3, line: 4, cells });

/** @param attributes as JSON. @param time of all attributes */
function customer(attributes: string, time = 1_000): KnownCustomer {
  // Safe: an object.
  const names = Object.keys(JSON.parse(attributes) as object);
  const attributeTimes = JSON.stringify(Object.fromEntries(names.map((name) => [name, time])));
  const stored: StoredCustomer = { id: '1', attributes, events: '{}', attributeTimes, lastUpdated: time };
  return { id: '1', stored, deletedAt: undefined, suppressedAt: undefined };
}

const NOBODY: KnownCustomer = { id: '1', stored: undefined, deletedAt: undefined, suppressedAt: undefined };

type Changes = Partial<Pick<SheetMapping, 'empty' | 'damaged'>> & { readonly uses?: Record<string, object> };

function mappingOf(
  columns: readonly SheetColumn[],
  { empty = 'keep', damaged = 'keep', uses = {} }: Changes,
): SheetMapping {
  const proposed = proposeMapping(columns);
  // Safe: the specs give members that fit.
  const mapped = proposed.columns.map((one) => ({ ...one, ...uses[one.column] }));
  return { columns: mapped, empty, damaged };
}

/** Plans a row with the columns `id`, `a`, `b`. */
function plan(cells: readonly string[], current: KnownCustomer, changes: Changes = {}): RowPlan {
  const columns = columnsOf('id', 'a', 'b');
  return createRowPlanner(columns, mappingOf(columns, changes), FACTS).plan(row('1', ...cells), current);
}

/** The value that a cell gives the attribute `a`; undefined if it changes nothing. */
function valueOf(cell: string, current: string | undefined, changes: Changes = {}): string | null | undefined {
  const known = current === undefined ? NOBODY : customer(`{"a":${current}}`);
  const planned = plan([cell], known, changes);
  if (planned.kind === 'rejected') return planned.reason;
  return planned.kind === 'message' ? planned.differences[0].after : undefined;
}

describe('the customer of a row', () => {
  const columns = columnsOf('id', 'a', 'b');
  const planner = createRowPlanner(columns, mappingOf(columns, {}), FACTS);

  it('is named by the id', () => {
    expect(planner.customerOf(row('007', 'x'))).toEqual({ kind: 'id', id: '007' });
    expect(planner.customerOf(row('\t-7', 'x'))).toEqual({ kind: 'id', id: '-7' });
  });

  it.each([
    [row('', 'x'), 'missing_id'],
    [row('x'.repeat(151)), 'invalid_user_id'],
    [row('a\0b'), 'unsupported_character'],
    [row('1', '2', '3', '', '4'), 'too_many_cells'],
    [{ kind: 'rejected', reason: 'unclosed_quote', number: 1, line: 2, cells: ['"'] } as const, 'unclosed_quote'],
  ])('is missing: %j', (of, reason) => {
    expect(planner.customerOf(of)).toMatchObject({
      kind: 'rejected',
      reason,
      message: expect.stringMatching(/\. .+\.$/) as unknown,
    });
  });

  it('may be named by an email of exactly one', () => {
    const emails = createRowPlanner(
      columns,
      mappingOf(columns, { uses: { id: { use: 'ignore' }, a: { use: 'email' } } }),
      FACTS,
    );
    const of = row('', 'a@b.c', '5');
    expect(emails.customerOf(of)).toEqual({ kind: 'email', email: 'a@b.c' });
    expect(emails.customerWithEmail(of, 'a@b.c', ['7'])).toEqual({ kind: 'id', id: '7' });
    expect(emails.customerWithEmail(of, 'a@b.c', [])).toMatchObject({ reason: 'unknown_customer', column: 'a' });
    expect(emails.customerWithEmail(of, 'a@b.c', ['7', '8'])).toMatchObject({ reason: 'ambiguous_email', column: 'a' });
  });
});

describe('the message of a row', () => {
  it('has the cells that differ, and is one that a source could send', () => {
    const planned = plan(['x', '2'], customer('{"a":"x","b":1,"c":true}'));
    expect(planned).toMatchObject({
      kind: 'message',
      damaged: [],
      differences: [{ column: 'b', attribute: 'b', before: '1', after: '2' }],
    });
    if (planned.kind !== 'message') return;
    const { data, dataBytes, ...message } = planned.message;
    expect(utf8Text(dataBytes())).toBe('{"b":2}');
    const line = { type: 'attributes', id: 'import-7:3', user_id: '1', timestamp: NOW, data };
    const read = readMessage(line, NOW, undefined, undefined, { isStampedHere: true });
    expect(read).toMatchObject({ kind: 'message', message: { ...message, data } });
  });

  it('does not exist if every cell is what the record holds', () => {
    const planned = plan(['x', ''], customer('{"a":"x","b":1}'));
    expect(planned).toEqual({ kind: 'unchanged', damaged: [] });
    expect(plan(['', ''], NOBODY)).toEqual({ kind: 'unchanged', damaged: [] });
    expect(plan([], NOBODY, { empty: 'remove' })).toEqual({ kind: 'unchanged', damaged: [] });
  });

  it('may be named like a member of objects', () => {
    const columns = columnsOf('id', 'constructor', 'toString');
    const planner = createRowPlanner(columns, mappingOf(columns, {}), FACTS);
    expect(planner.plan(row('1', 'x', ''), NOBODY)).toMatchObject({ differences: [{ attribute: 'constructor' }] });
  });

  it('leaves out what a later value would win over', () => {
    expect(plan(['y'], customer('{"a":"x"}', NOW + 1))).toEqual({ kind: 'unchanged', damaged: [] });
    expect(plan(['y'], customer('{"a":"x"}', NOW))).toMatchObject({ kind: 'message' });
  });

  it('leaves out what a later removal would win over', () => {
    const known = customer('{}');
    const stored: StoredCustomer = {
      id: '1',
      attributes: '{}',
      events: '{}',
      lastUpdated: 1,
      attributeTimes: `{"a":${NOW + 1}}`,
    };
    expect(plan(['y'], { ...known, stored })).toEqual({ kind: 'unchanged', damaged: [] });
  });

  it('is rejected if the customer was deleted later, or is suppressed', () => {
    expect(plan(['y'], { ...NOBODY, deletedAt: NOW })).toMatchObject({ reason: 'stale' });
    expect(plan(['y'], { ...NOBODY, erasedUntil: NOW })).toMatchObject({ reason: 'stale' });
    expect(plan(['y'], { ...NOBODY, deletedAt: NOW - 1 })).toMatchObject({ kind: 'message' });
    expect(plan(['y'], { ...NOBODY, suppressedAt: 5 })).toMatchObject({ reason: 'suppressed' });
    expect(plan([''], { ...NOBODY, suppressedAt: 5 })).toMatchObject({ kind: 'unchanged' });
  });

  it('has the time of a column', () => {
    const time = { uses: { b: { use: 'time', dateForm: 'dmy', zone: 'Europe/Berlin' } } };
    expect(plan(['y', '03/04/2023 10:00'], NOBODY, time)).toMatchObject({
      message: { timestamp: Date.UTC(2023, 3, 3, 8), id: '1', changes: [{ name: 'a', value: '"y"' }] },
    });
    expect(plan(['y', '3/4/2023'], NOBODY, time)).toMatchObject({ message: { timestamp: Date.UTC(2023, 3, 2, 22) } });
    expect(plan(['y', '3/4/2023'], NOBODY, time)).not.toHaveProperty('message.isStampedHere');
    expect(plan(['y', ''], NOBODY, time)).toMatchObject({ reason: 'missing_time', column: 'b' });
    expect(plan(['y', 'soon'], NOBODY, time)).toMatchObject({ reason: 'invalid_timestamp', column: 'b' });
    expect(plan(['y', '1/1/1969'], NOBODY, time)).toMatchObject({ reason: 'invalid_timestamp' });
    expect(plan(['y', '1/1/2033'], NOBODY, time)).toMatchObject({ reason: 'invalid_timestamp' });
    const unset = { uses: { b: { use: 'time', dateForm: 'auto', zone: 'UTC' } } };
    expect(plan(['y', '03/04/2023'], NOBODY, unset)).toMatchObject({ reason: 'ambiguous_time', column: 'b' });
  });

  it('is folded to nothing more by the same row', () => {
    const known = customer('{"a":"x","b":1}');
    const planned = plan(['y', '2.50'], known);
    if (planned.kind !== 'message') throw new Error('There is no message.');
    const state = toState('1', known.stored, undefined);
    foldMessage(state, planned.message, 'identity', new Set());
    const stored = toStored(state);
    expect(stored).toMatchObject({ attributes: '{"a":"y","b":2.50}', lastUpdated: NOW });
    expect(plan(['y', '2.50'], { ...known, stored })).toEqual({ kind: 'unchanged', damaged: [] });
  });
});

describe('the value of a cell', () => {
  it.each([
    ['5', undefined, '"5"'],
    ['5', '"4"', '"5"'],
    ['5', '4', '5'],
    ['5.10', '4', '5.10'],
    ['3544790567247868102', '4', '3544790567247868102'],
    ['five', '4', '"five"'],
    ['1.0', '1', undefined],
    ['1e0', '1', undefined],
    ['TRUE', 'false', 'true'],
    ['TRUE', 'true', undefined],
    ['maybe', 'true', '"maybe"'],
    ['[1, 2]', '[1]', '[1,2]'],
    ['[1.0]', '[1]', undefined],
    ['{"b":1, "a":2}', '{"a":2,"b":1}', undefined],
    ['{"a":3}', '[1]', '"{\\"a\\":3}"'],
    ['[1', '[1]', '"[1"'],
    ['\t=1', '"=2"', '"=1"'],
    ['\t=1', '"=1"', undefined],
    ['\t=1', '"\\t=1"', undefined],
    ['null', '"x"', '"null"'],
    [' x ', '"y"', '" x "'],
  ])('%j, where the record holds %s, is %s', (cell, current, value) => expect(valueOf(cell, current)).toBe(value));

  it.each([
    ['text', '5', '4', '"5"'],
    ['number', '5', '"4"', '5'],
    ['number', '007', undefined, '7'],
    ['number', '+5.50', undefined, '5.50'],
    ['number', '-0.5e3', undefined, '-0.5e3'],
    ['number', '4', '"4"', undefined],
    ['number', '007', '7', undefined],
    ['number', '1,5', undefined, 'invalid_number'],
    ['number', 'x', undefined, 'invalid_number'],
    ['number', `1${'0'.repeat(400)}`, undefined, 'invalid_attribute_value'],
    ['number', '1e9999', undefined, 'invalid_attribute_value'],
    ['boolean', 'Yes', undefined, 'true'],
    ['boolean', '0', undefined, 'false'],
    ['boolean', 'x', undefined, 'invalid_boolean'],
    ['time', '3.4.2024', undefined, '"2024-04-03"'],
    ['time', '3.4.2024', '"2024-04-03"', undefined],
    ['time', '2018-11-17 17:06:57', '"1542474417"', undefined],
    ['time', '3.4.2024 10:00', '"2024-04-03"', '"2024-04-03T10:00:00Z"'],
    ['time', 'x', undefined, 'invalid_timestamp'],
    ['time', '3/4/2024', undefined, 'ambiguous_time'],
    ['json', '{"a":1.0}', undefined, '{"a":1.0}'],
    ['json', '"x"', undefined, '"x"'],
    ['json', 'null', '"x"', null],
    ['json', 'null', undefined, undefined],
    ['json', 'x', undefined, 'invalid_json'],
  ] as const)('of the type %s: %j, where the record holds %s, is %s', (type, cell, current, value) =>
    expect(valueOf(cell, current, { uses: { a: { type } } })).toBe(value),
  );

  it.each([
    ['', '"x"', undefined],
    ['', undefined, undefined],
  ])('that is empty says nothing', (cell, current, value) => expect(valueOf(cell, current)).toBe(value));

  it('that is empty may remove', () => {
    expect(valueOf('', '"x"', { empty: 'remove' })).toBeNull();
    expect(valueOf('', '""', { empty: 'remove' })).toBeUndefined();
    expect(valueOf('', undefined, { empty: 'remove' })).toBeUndefined();
    expect(valueOf('', '"x"', { empty: 'remove', uses: { a: { type: 'number' } } })).toBeNull();
  });

  it('may not be too long, or hold U+0000', () => {
    expect(valueOf('x'.repeat(10_000), undefined)).toBe('invalid_attribute_value');
    expect(valueOf('a\0', undefined)).toBe('unsupported_character');
    expect(plan(['', 'a\0'], NOBODY)).toMatchObject({ column: 'b' });
  });
});

describe('a damaged cell', () => {
  it('is told and left alone', () => {
    expect(plan(['7', 'new'], customer('{"a":"007","b":"old"}'))).toMatchObject({
      kind: 'message',
      message: { data: { b: 'new' } },
      differences: [{ attribute: 'b' }],
      damaged: [{ attribute: 'a', before: '"007"', after: '"7"', damage: 'zeros_lost' }],
    });
    expect(plan(['4.41E+11'], customer('{"a":441234567890}'), { uses: { a: { type: 'number' } } })).toMatchObject({
      kind: 'unchanged',
      damaged: [{ damage: 'scientific_notation' }],
    });
    expect(plan(['4,41E+11'], customer('{"a":441234567890}'), { uses: { a: { type: 'number' } } })).toMatchObject({
      kind: 'unchanged',
    });
    expect(plan([''], customer('{"a":" "}'), { empty: 'remove' })).toMatchObject({ kind: 'unchanged' });
  });

  it('is taken if the mapping says so', () => {
    expect(plan(['7'], customer('{"a":"007"}'), { damaged: 'take' })).toMatchObject({
      kind: 'message',
      differences: [{ after: '"7"', damage: 'zeros_lost' }],
      damaged: [],
    });
    const uses = { a: { type: 'number' } };
    expect(plan(['4,41E+11'], customer('{"a":441234567890}'), { damaged: 'take', uses })).toMatchObject({
      reason: 'invalid_number',
    });
  });

  it('makes no new customer', () => {
    const columns = columnsOf('id', 'a');
    const of = (id: string, damaged: 'keep' | 'take', stored?: StoredCustomer): RowPlan =>
      createRowPlanner(columns, mappingOf(columns, { damaged }), FACTS).plan(row(id, 'x'), { ...NOBODY, id, stored });
    for (const id of ['4.41E+11', '4,41235E+11', '35447905672478600000', '??', '?ukasz', 'M\uFFFDller']) {
      expect(of(id, 'keep')).toMatchObject({ reason: 'damaged_id', column: 'id' });
      expect(of(id, 'keep', customer('{}').stored)).toMatchObject({ kind: 'message' });
      expect(of(id, 'take')).toMatchObject({ kind: 'message' });
    }
  });
});

it('keeps the digits of numbers', () => {
  const planned = plan(['[1.0,3544790567247868102]'], customer('{"a":[1]}'));
  if (planned.kind !== 'message') throw new Error('There is no message.');
  // Safe: it was parsed from JSON.
  expect(writeJson(planned.message.data as Json)).toBe('{"a":[1.0,3544790567247868102]}');
});
