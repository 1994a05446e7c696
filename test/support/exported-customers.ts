import { Random } from '../../server/generation/random.js';
import { attributes } from './messages.js';

/** Texts that a sheet, a spreadsheet or a reader of JSON may take for something else. */
const TEXTS = [
  ...[
    '=1+1',
    '+49 30 1',
    '-5',
    '@sum',
    '\t=1',
    ' =x',
    '＝x',
    '\u200b=1',
    "'=1",
    '\t',
    ' ',
    '  a ',
    'a\tb',
    'a\r\nb',
    'a\nb',
    '\r',
  ],
  ...[
    '"',
    '""',
    'a"b',
    ',',
    ';',
    'a;b,c',
    '007',
    '7',
    '7.0',
    '1e5',
    '4.41E+11',
    '441234567890',
    '12345678901234567890',
    '1/2',
    '2.1.',
  ],
  ...[
    '01/02/2020',
    '2020-02-01',
    'true',
    'TRUE',
    'false',
    'null',
    '{}',
    '[1]',
    '"a"',
    'NaN',
    '-',
    '\ufeff',
    '\u00a0',
    '\u2028',
  ],
  ...[
    'Zoë',
    'Köln',
    'straße',
    'ﬁ',
    '😀',
    'مرحبا',
    '名前',
    '\u0301',
    '\x01',
    '\x7f',
    '\u0085',
    '\uffff',
    '?',
    '\ufffd',
    '€',
    '\\',
    "'",
  ],
];
/** JSON of other values, with their digits. */
const VALUES = [
  ...[
    '0',
    '-0',
    '1',
    '1.0',
    '1.50',
    '-5',
    '1e5',
    '1E400',
    '0.1000000000000000055',
    '3544790567247868102',
    '12345678901234567890123',
  ],
  ...['true', 'false', '[]', '{}', '[1,"a"]', '{"a":{"b":[null,1.0]}}', '["=1"]', '{"=1":"\\n"}', '[""]', '{"a":""}'],
];
const NAMES = [
  ...[
    'email',
    'name',
    'city',
    'code',
    'n',
    'flag',
    'nested',
    'id ',
    'last_updated',
    'event:page',
    'attribute:x',
    '=formula',
    'a,b',
  ],
  ...['a;b', 'a"b', 'line\nbreak', 'constructor', 'Ünïcode', '\ttab', 'other_attributes'],
];
const IDS = [
  '=1',
  '@x',
  '007',
  '-7',
  ' a',
  'a ',
  'a,b',
  'a;b',
  'a"b',
  'a\nb',
  '\t',
  'Zoë',
  '😀',
  '1e5',
  'true',
  '名前',
  "o'hara",
];

/** Lines of customers with values that are easily damaged; the same for the same seed. */
export function nastyCustomers(count: number, seed: number): string[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, at) => {
    const id = at < IDS.length ? IDS[at] : at % 3 === 0 ? `${random.pick(IDS)}${at}` : String(at);
    const members = Array.from({ length: 1 + random.below(8) }, () => {
      const value = random.below(3) === 0 ? random.pick(VALUES) : JSON.stringify(textOf(random));
      return `${JSON.stringify(random.pick(NAMES))}:${value}`;
    });
    const line = attributes('DATA', { user_id: id, timestamp: 1_400_000_000 + at });
    // The data is written here, as JSON.stringify would change the digits of numbers.
    return line.replace('"DATA"', () => `{${members.join(',')}}`);
  });
}

function textOf(random: Random): string {
  return Array.from({ length: 1 + random.below(3) }, () => random.pick(TEXTS)).join('');
}
