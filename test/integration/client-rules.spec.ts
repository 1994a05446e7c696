import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as Rules from '../../client/app/customers/model/attribute-rules.js';
import {
  readFilter,
  writeFilter,
  type CustomerFilter as ClientFilter,
} from '../../client/app/customers/model/customer-filter.js';
import type * as ExactJson from '../../client/app/core/exact-json.js';
import {
  DEFAULT_DISPLAY_NAME as ADMIN_DISPLAY_NAME,
  displayNameOf as namedByAdmin,
} from '../../client/app/customers/model/display-name.js';
import { foldText as foldedByAdmin } from '../../client/app/customers/model/fold-text.js';
import { wordsOf } from '../../client/app/customers/model/hits.js';
import { MOST_PER_PAGE } from '../../client/app/customers/model/customer-query.js';
import type * as RejectTexts from '../../client/app/ingest/data/reject-text.js';
import { DEFAULT_DISPLAY_NAME } from '../../server/config/display-name.js';
import { displayNameOf } from '../../server/domain/customer/display-name.js';
import { DomainError } from '../../server/domain/errors.js';
import { COMPARISONS } from '../../server/domain/search/condition.js';
import { PERIODS } from '../../server/domain/search/filter-time.js';
import { readUserId } from '../../server/domain/customer/customer-id.js';
import { isCreatedAt, isEmail } from '../../server/domain/customer/edit.js';
import { parseJson, type Json } from '../../server/domain/json.js';
import { LIMITS } from '../../server/domain/limits.js';
import { readAttributes } from '../../server/domain/message/attribute.js';
import { REJECT_REASONS } from '../../server/domain/message/message.js';
import { formatFilter, parseFilter, type CustomerFilter } from '../../server/domain/search/customer-filter.js';
import { foldText } from '../../server/domain/search/fold-text.js';
import { readSearchText } from '../../server/domain/search/search-text.js';
import { hasUnsupportedCharacter } from '../../server/domain/text.js';
import { runs } from '../support/fast-check.js';

const CLIENT = join(__dirname, '../../client/app');
// The texts of the admin need the function that translates them before they are loaded.
Object.assign(globalThis, { $localize: (text: TemplateStringsArray) => text.join('') });
const load = createRequire(__filename);
// Safe: the types are those of the modules.
const rules = load(join(CLIENT, 'customers/model/attribute-rules')) as typeof Rules;
const exact = load(join(CLIENT, 'core/exact-json')) as typeof ExactJson;
const { rejectText } = load(join(CLIENT, 'ingest/data/reject-text')) as typeof RejectTexts;

/** Texts of any characters, also half pairs and U+0000, and texts about as long as a limit. */
const textAround = (bytes: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('a', 'é', '😀', '\0', '\ud800', '"', ':', '%') }),
    fc
      .tuple(fc.constantFrom('a', 'é', '😀'), fc.integer({ min: -2, max: 2 }))
      .map(([unit, more]) => unit.repeat(Math.floor(bytes / Buffer.byteLength(unit)) + more)),
  );
/** The JSON that the server keeps; null if it takes none. */
function writtenOrNot(json: string): string | null {
  const read = readAttributes({ a: parseJson(json) });
  return read.ok ? read.changes[0].value : null;
}
/** Every form of a time to compare with. */
const TIMES = ['2024-02-29', '2026-11-28T09:30:00Z', '2026-11-28t09:30:00.5-02:00', '-7d', '-12h', ...PERIODS];

function unlessRefused<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
}

const accepts = (name: string, value: Json): boolean => readAttributes(Object.fromEntries([[name, value]])).ok;

// Client and server never meet at run time, so each has these rules.

describe('the admin knows what the server takes', () => {
  it('as an id', () => {
    fc.assert(
      fc.property(textAround(LIMITS.userIdBytes), (id) => {
        const taken = Boolean(readUserId(id)) && !hasUnsupportedCharacter(id);
        expect(rules.idProblem(id) === null).toBe(taken && id !== '.' && id !== '..');
      }),
    );
  });

  it('as the name of an attribute', () => {
    const names = fc.oneof(textAround(LIMITS.attributeNameBytes), fc.constantFrom('__proto__', 'constructor'));
    fc.assert(
      fc.property(names, (name) => {
        expect(rules.nameProblem(name) === null).toBe(name !== 'id' && accepts(name, 'x'));
      }),
    );
  });

  it('as a value', () => {
    fc.assert(
      fc.property(textAround(LIMITS.attributeValueBytes - 2), (text) => {
        expect(rules.readValue('text', text).ok).toBe(text !== '' && accepts('a', text));
      }),
    );
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const read = rules.readValue('json', JSON.stringify(value));
        expect(read.ok).toBe(value !== null && value !== '' && accepts('a', value as Json));
      }),
    );
  });

  it('as the words of a search, folded', () => {
    const texts = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(texts, (text) => expect(foldedByAdmin(text)).toBe(foldText(text))),
      runs(150),
    );
    const searches = fc.string({ unit: fc.constantFrom('a', 'É', ' ', '"', 'ß', '\u0301') }).map((text) => text.trim());
    fc.assert(
      fc.property(searches, (search) => {
        const terms = search === '' ? [] : readSearchText(search).terms.filter((term) => term !== '');
        expect(wordsOf(search)).toEqual(terms);
      }),
    );
  });

  it('as the display name of a customer', () => {
    const rows: [id: string, attributes: Record<string, Json>, groups: string[][], name: string][] = [
      ['7', { name: 'A', first_name: 'B', email: 'c@d' }, [['name'], ['first_name', 'last_name'], ['email']], 'A'],
      [
        '7',
        { name: ' \t', first_name: ' Zoë\n', last_name: 'van  der\u00a0Berg' },
        [['name'], ['first_name', 'last_name']],
        'Zoë van der Berg',
      ],
      ['7', { last_name: 'B' }, [['first_name', 'last_name']], 'B'],
      ['7', { name: 7, email: 'c@d' }, [['name'], ['email']], 'c@d'],
      ['7', { id: 'x' }, [['id', 'name']], '7'],
      ['7', {}, [['toString', 'constructor']], '7'],
      [' a  b ', {}, [], 'a b'],
      ['\u3000', {}, [['name']], '\u3000'],
      ['7', { name: '😀'.repeat(121) }, [['name']], `${'😀'.repeat(119)}…`],
      ['7', { name: '😀'.repeat(120) }, [['name']], '😀'.repeat(120)],
    ];
    for (const [id, attributes, groups, name] of rows) {
      expect(displayNameOf(id, attributes, groups)).toBe(name);
      expect(namedByAdmin(id, attributes, groups)).toBe(name);
    }
    const names = fc.constantFrom('name', 'first_name', 'last_name', 'email', 'id', 'toString');
    const texts = fc.string({ unit: fc.constantFrom('a', 'é', ' ', '\n', '\u00a0', '😀', 'ab'.repeat(50)) });
    const attributes = fc.dictionary(names, fc.oneof(texts, texts, fc.integer(), fc.constant(null)));
    fc.assert(
      fc.property(texts, attributes, fc.array(fc.array(names, { minLength: 1 })), (id, values, groups) => {
        expect(namedByAdmin(id, values, groups)).toBe(displayNameOf(id, values, groups));
      }),
    );
    expect(ADMIN_DISPLAY_NAME).toEqual(DEFAULT_DISPLAY_NAME);
  });

  it('as a number, digit for digit', () => {
    const digits = fc.string({ unit: fc.constantFrom('0', '0', '1', '5', '9'), minLength: 1, maxLength: 18 });
    const number = fc
      .tuple(
        fc.constantFrom('', '-'),
        digits.map((text) => text.replace(/^0+(?=.)/, '')),
        fc.option(digits, { nil: '' }),
        fc.constantFrom('', '', 'e0', 'E+5', 'e-7', 'e392', 'e-392'),
      )
      .map(([sign, whole, fraction, exponent]) => `${sign}${whole}${fraction && `.${fraction}`}${exponent}`);
    const around = fc.constantFrom('#', '[#, 1]', '{"b": [#], "a": "#", "__proto__": #}');
    fc.assert(
      fc.property(number, around, (text, frame) => {
        const json = frame.replaceAll('#', text);
        const value = exact.parseJson(json);
        expect(exact.writeJson(value)).toBe(writtenOrNot(json) ?? exact.writeJson(value));
        expect(rules.readValue('json', json).ok).toBe(accepts('a', parseJson(json)));
        expect(rules.readValue('number', text).ok).toBe(accepts('a', parseJson(text)));
      }),
      runs(200),
    );
  });

  it('as email and as created_at', () => {
    const values = fc.oneof(
      fc.jsonValue(),
      fc.string({ unit: fc.constantFrom('a', '@', '.', ' ') }),
      fc.constantFrom(1e8 - 1, 1e8, 9_999_999_999, 1e10, 1.5e9 + 0.5),
      fc.integer({ min: 9e7, max: 1.1e10 }),
      fc.integer({ min: 9e7, max: 1.1e10 }).map(String),
    );
    fc.assert(
      fc.property(values, (value) => {
        const json = value as ExactJson.JsonValue;
        expect(rules.namedValueProblem('email', json) === null).toBe(isEmail(json));
        expect(rules.namedValueProblem('created_at', json) === null).toBe(isCreatedAt(json));
      }),
    );
  });

  it('as filters, in the same words', () => {
    const name = fc
      .string({ minLength: 1, maxLength: 20 })
      .filter((text) => text !== '__proto__' && !text.includes('\0'));
    const number = fc.integer({ min: 0, max: 1e15 - 1 });
    const label = fc.constantFrom('vip', 'a:b', 'Grüße %', '日本');
    const time = fc.constantFrom('before' as const, 'after' as const, 'on' as const);
    const filters: fc.Arbitrary<CustomerFilter> = fc.oneof(
      fc.record({
        on: fc.constant('attribute' as const),
        name,
        is: fc.constantFrom('is' as const, 'is_not' as const, 'contains' as const, 'starts_with' as const),
        value: name,
      }),
      fc.record({
        on: fc.constant('attribute' as const),
        name,
        is: fc.constantFrom('exists' as const, 'not_exists' as const),
      }),
      fc.record({
        on: fc.constant('event' as const),
        name,
        is: fc.constantFrom('at_least' as const, 'at_most' as const),
        count: number,
      }),
      fc.record({ on: fc.constant('event' as const), name, is: fc.constant('never' as const) }),
      fc.record({
        on: fc.constant('event' as const),
        name,
        is: fc.constant('at_least' as const),
        count: number,
        within: fc.constantFrom('-7d', '-12h', ...PERIODS),
      }),
      fc.record({
        on: fc.constant('event' as const),
        name,
        is: fc.constant('never' as const),
        within: fc.constantFrom('-7d', ...PERIODS),
      }),
      fc.record({
        on: fc.constant('label' as const),
        is: fc.constantFrom('is' as const, 'is_not' as const),
        value: label,
      }),
      fc.record({
        on: fc.constant('label' as const),
        is: fc.constant('is_any_of' as const),
        values: fc.array(label, { minLength: 1, maxLength: 3 }),
      }),
      fc.record({
        on: fc.constant('attribute' as const),
        name,
        is: fc.constant('is_any_of' as const),
        values: fc.array(name, { minLength: 1, maxLength: 3 }),
      }),
      fc.record({
        on: fc.constant('attribute' as const),
        name,
        is: fc.constantFrom(...COMPARISONS),
        number: fc.constantFrom('18', '-0.50', '007', '1e21', '3544790567247868102'),
      }),
      fc.record({ on: fc.constant('attribute' as const), name, is: time, time: fc.constantFrom(...TIMES) }),
      fc.record({
        on: fc.constant('last_updated' as const),
        is: time,
        time: fc.constantFrom('0', '1600000000', ...TIMES),
      }),
    );
    fc.assert(
      fc.property(filters, (filter) => {
        const same: ClientFilter = filter;
        const text = writeFilter(same);
        expect(text).toBe(formatFilter(filter));
        expect(readFilter(text)).toEqual(parseFilter(text));
      }),
    );
  });

  it('as numbers and times of filters', () => {
    const parts = [
      '18',
      '-',
      '.5',
      'e3',
      '+1',
      '2026-11-28',
      'T09:30:00',
      'Z',
      '+02:00',
      ' ',
      '-7',
      'd',
      'today',
      '2026-02-30',
    ];
    const operator = fc.constantFrom('above', 'before', 'on', 'is_any_of', 'starts_with', 'exists', 'never');
    const values = fc.string({ unit: fc.constantFrom(...parts), maxLength: 3 });
    fc.assert(
      fc.property(operator, fc.array(values, { maxLength: 2 }), (is, several) => {
        const text = ['attribute', 'a', is, ...several.map(encodeURIComponent)].join(':');
        expect(readFilter(text)).toEqual(unlessRefused(() => parseFilter(text)));
      }),
      runs(200),
    );
  });

  it('as limits, and says them', () => {
    expect(MOST_PER_PAGE).toBeLessThanOrEqual(LIMITS.perPage);
    const { id_too_long, name_too_long, value_too_long } = rules.RULE_TEXT;
    expect(id_too_long).toContain(`${LIMITS.userIdBytes} bytes`);
    expect(name_too_long).toContain(`${LIMITS.attributeNameBytes} bytes`);
    expect(value_too_long).toContain(`${LIMITS.attributeValueBytes.toLocaleString('en')} bytes`);
    const segmentName = readFileSync(join(CLIENT, 'customers/list/segment-actions.ts'), 'utf8');
    expect(segmentName).toContain(`maxlength="${LIMITS.segmentName}"`);
  });

  it('and what it rejects', () => {
    expect(REJECT_REASONS.filter((reason) => rejectText(reason) === reason)).toEqual([]);
  });
});
