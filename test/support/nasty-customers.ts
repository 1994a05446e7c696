import fc from 'fast-check';
import type { StoredCustomer } from '../../server/domain/customer/customer.js';
import { toStored, unknownCustomer } from '../../server/domain/customer/customer.js';

/** Texts that a spreadsheet takes for something else. */
const TEMPTING = [
  ...[
    '=1+1',
    ' =1',
    '\t=1',
    '\t\t-1',
    '＝1',
    '+4930123',
    '-5',
    '@a',
    '007',
    '0',
    '1.0',
    '1.50',
    '1,5',
    '1e5',
    '12E3',
    'TRUE',
    'false',
  ],
  ...[
    '441234567890',
    '3544790567247868102',
    '0.1000000000000000055',
    '3.14159265358979',
    '1/2',
    '3-4',
    '03/04/2024',
    '2024-04-03',
  ],
  ...[
    '2024-04-03T10:00:00Z',
    '2024-04-03 10:00',
    '10:30',
    'MAR1',
    'SEPT2',
    '1542474417',
    '#NAME?',
    'null',
    '""',
    '{}',
    '[1]',
    'NaN',
  ],
  ...[
    ' ',
    '\n',
    '\r',
    '\r\n',
    'a\rb',
    ' a ',
    '"',
    '""',
    ',',
    ';',
    '\t',
    '\t"',
    "'x",
    'sep=;',
    '\u00a0',
    '\u0085',
    '\u007f',
  ],
];
const NUMBERS = [
  '0',
  '-0',
  '1',
  '1.0',
  '-1.50',
  '1e5',
  '1E+2',
  '3544790567247868102',
  '0.1000000000000000055',
  '441234567890',
  '1e-7',
];
const EVENTS = { 'page view': 3, 'a,b;c\t"d"': 1 };
const NAMES = [
  'a',
  'id ',
  ' a',
  'A',
  '=name',
  'last_updated',
  'event:page',
  'attribute:a',
  'other_attributes',
  'a,b',
  'a;b',
  'a\tb',
  'a"b',
  'a\nb',
  'constructor',
];

/** Customers whose values are hard to bring through a spreadsheet. @param holds whether the encoding can hold a text */
export function nastyCustomers(holds: (text: string) => boolean = () => true): fc.Arbitrary<readonly StoredCustomer[]> {
  const free = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
  const latin = fc.string({
    unit: fc.integer({ min: 1, max: 255 }).map((unit) => String.fromCharCode(unit)),
    minLength: 1,
  });
  const text = fc.oneof(fc.constantFrom(...TEMPTING), free, latin).filter((one) => !one.includes('\0') && holds(one));
  const leaf = fc.oneof(
    text.map((value) => JSON.stringify(value)),
    fc.constantFrom(...NUMBERS, 'true', 'false', '""'),
  );
  const nested = fc.oneof(
    fc.array(fc.oneof(leaf, fc.constant('null')), { maxLength: 3 }).map((items) => `[${items.join(',')}]`),
    fc.tuple(text, leaf).map(([name, value]) => `{${JSON.stringify(name)}:${value}}`),
  );
  const value = fc.oneof({ weight: 5, arbitrary: leaf }, { weight: 1, arbitrary: nested });
  const attributes = fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 6, noNullPrototype: true });
  const customer = fc.tuple(text, attributes, fc.integer({ min: 0, max: 2_000_000_000_000 }));
  return fc.uniqueArray(customer, { selector: ([id]) => id, minLength: 1, maxLength: 5 }).map((all) => all.map(stored));
}

function stored([id, attributes, lastUpdated]: [string, Record<string, string>, number]): StoredCustomer {
  const state = unknownCustomer(id);
  for (const [name, value] of Object.entries(attributes)) state.attributes.set(name, { value, timestamp: lastUpdated });
  for (const [name, count] of Object.entries(EVENTS)) state.events.set(name, count);
  state.lastUpdated = lastUpdated;
  return toStored(state);
}
