import type { Draw } from './any-request.js';

/** Splits a text at white space. */
const words = (text: string): string[] => text.trim().split(/\s+/);

/** Characters of every kind; those behind the line feed need not be escaped in JSON. */
const CHARACTERS = [
  ...Array.from('\0\x01\b\t\r\x1f"\\\n'),
  ...Array.from("ab/:,{}[]'<=+@% \x7f\x85\xa0éßİ\u0300\u0130\u2028\u2029\ud7ff\ue000\ufeff\ufffd\uffff😀\u{10ffff}"),
];
const SURROGATES = ['\ud800', '\udfff', '\udc00\ud800'];
const NAMES = [
  ...words('a a a b b 1 2 10 é id type data __proto__ constructor toString hasOwnProperty user_id created_at'),
  ...['', ' ', '\ufeffa', '\u2028', 'a"b', 'a\\', '😀'],
];
const EVENT_NAMES = words('"page" "page" "purchase" "é" "Page"');
const DIGITS = words('0 0 1 5 9');
const MEMBERS = words('id type user_id name data timestamp');
const USERS = words('"1" 1 "01" 2 2 3 3 "é" "__proto__" "constructor" "\ufeff1" "😀" "A" "a" -7 "-7" 1004 "1004"');
const IDS =
  words(`"e1" "e2" "e3" "e4" "e5" 5 "5" 5.0 50e-1 "c7d1a8d9-da03-11e4-87ec-946849a0cf6a" "C7D1A8D9-DA03-11E4-87EC-946849A0CF6A"
   "c7d1a8d9-da03-11e4-87ec-946849a0cf6b" "c7d1a8d9da0311e487ec946849a0cf6a" "00000000-0000-0000-0000-000000000000"`);
/** One moment and those next to it, in every form. */
const TIMES =
  words(`1428067050 1428067050 1428067050 1428067050.0 1428067050000 1.42806705e9 14280670500e-1 1428067050.0009 1428067050.001
  1428067050001 "2015-04-03T13:17:30Z" "2015-04-03T13:17:30.001z" "2015-04-03t15:17:30.0005+02:00" "2015-04-03T13:17:30.000-00:00" 1428067051
  1428067049.999 1428067049.9999999 1428067049999 0 -0 0.0 0e5 1 0.0005 1e-400 99999999999 100000000000 99999999999.9995 1e11
  1499999999.999999999999999 1500086400 1500086400.0001 1500086400000 1500086401 1500086400001`);
const TIMES_THAT_ARE_NONE =
  words(`-1 -0.0001 1e400 1e99999 4000000000000 9007199254740993 "1428067050" null true [1428067050] {} ""
  "2015-04-03" "2015-04-03T13:17Z" "2015-04-03T13:17:30" "2015-02-29T13:17:30Z" "2015-04-31T00:00:00Z" "2015-04-03T24:00:00Z" "2015-04-03T13:17:60Z"
  "2015-04-03T13:17:30.Z" "2015-04-03T13:17:30+24:00" "2015-04-03T13:17:30+01:60" "2015-04-03T13:17:30+0100" "1969-12-31T23:59:59Z"
  "1969-12-31T23:30:00-00:30" "0000-01-01T00:00:00Z" "2015-13-01T00:00:00Z" "2015-00-10T00:00:00Z" "+02015-04-03T13:17:30Z" "2096-10-02T07:06:40Z"`);
const DATA =
  words(`{} {"a":"x"} {"a":"y"} {"a":1} {"a":1.0} {"a":10e-1} {"a":-0} {"a":0} {"a":0e999} {"a":null} {"a":""} {"a":"1"} {"id":1} {"id":1,"a":1}
  {"a":1,"b":2} {"b":2.0,"a":1} {"a":{"x":1,"y":[1.50]}} {"a":{"y":[1.5],"x":1}} {"a":[]} {"a":{}} {"a":true} {"b":false} {"__proto__":1} {"constructor":"c"}
  {"a":3544790567247868102} {"a":3544790567247868103} {"a":0.1000000000000000055} {"a":1e399} {"a":1e400} {"a":10e-401} {"a":"\\u0000"} {"a":["\\ud800"]}`);
const NO_LINES = [
  ...words(
    'null true 1 "x" [] {} {{ }} [{}] {"type":"event"} {\'a\':1} {a:1} {"a":1,} {"a":01} {"a":+1} {"a":1.} {"a":.5} {"a":NaN} {"a":1e}',
  ),
  ...[
    '',
    ' ',
    '\t \r',
    '\u00a0',
    '\ufeff',
    '\u2028 ',
    '\v\f',
    '\x85',
    '\0',
    '{"a":"\t"}',
    '{}{}',
    '{"a":"\\x"}',
    '{"a":"\\u12"}',
    '//',
    '[',
    '"',
  ],
];
/** Bytes that are no UTF-8: a continuation alone, half of a character, too long a form, a surrogate, beyond U+10FFFF. */
const NO_UTF8 = ['80', 'c3', 'c080', 'e08080', 'eda080', 'f4908080', 'f09f98', 'ff', 'fe'].map((hex) =>
  Buffer.from(hex, 'hex'),
);
const SPACES = ['', '', ' ', '  ', '\t', ' \r '];
const MIB = 1_048_576;
/** Number of lines among which one is about as long as a line may be, and one has about as many attributes as it may have. */
const LONGEST = 2_500;
const MOST_ATTRIBUTES = 1_500;
const MOST_DEPTH = 4;

/** Draws true once in `n` times. */
function oneIn(draw: Draw, n: number): boolean {
  return draw.below(n) === 0;
}

function times<T>(count: number, make: (at: number) => T): T[] {
  return Array.from({ length: count }, (_, at) => make(at));
}

function anyText(draw: Draw): string {
  if (oneIn(draw, 3)) return draw.one(NAMES);
  if (oneIn(draw, 60)) return textAbout(draw, draw.one([150, 255]));
  return times(draw.below(6), () => anyCharacter(draw)).join('');
}

function anyCharacter(draw: Draw): string {
  if (oneIn(draw, 150)) return draw.one(SURROGATES);
  if (oneIn(draw, 8)) return String.fromCodePoint(draw.below(oneIn(draw, 2) ? 0x110000 : 0x800));
  // Those that have to be escaped are fewer than in the list.
  return CHARACTERS[oneIn(draw, 12) ? draw.below(CHARACTERS.length) : 9 + draw.below(CHARACTERS.length - 9)];
}

/** A text of about as many bytes. */
function textAbout(draw: Draw, bytes: number): string {
  const [character, size] = draw.one([
    ['x', 1],
    ['é', 2],
    ['\u2028', 3],
    ['😀', 4],
  ] as const);
  const most = bytes - 2 + draw.below(4);
  return character.repeat(Math.floor(most / size)) + 'y'.repeat(most % size);
}

/** Writes a text as JSON: as `JSON.stringify` does, or with some characters in escapes. */
function quoted(draw: Draw, text: string, seldom = 1): string {
  if (!oneIn(draw, 8 * seldom)) return JSON.stringify(text);
  const isEscaped = (): boolean => oneIn(draw, 2);
  // One character is one or two UTF-16 units: the halves of a surrogate pair are written in the same way.
  const parts = Array.from(text, (character) =>
    isEscaped() ? inEscapes(draw, character) : JSON.stringify(character).slice(1, -1),
  );
  return `"${parts.join('')}"`;
}

function inEscapes(draw: Draw, character: string): string {
  if (character === '/') return '\\/';
  return times(character.length, (at) => {
    const hex = character.charCodeAt(at).toString(16).padStart(4, '0');
    return `\\u${oneIn(draw, 2) ? hex : hex.toUpperCase()}`;
  }).join('');
}

function anyNumber(draw: Draw): string {
  const digits = (most: number): string => times(1 + draw.below(most), () => draw.one(DIGITS)).join('');
  const many = oneIn(draw, 30) ? 402 : 20;
  const whole = digits(many).replace(/^0+(?=.)/, '');
  const fraction = oneIn(draw, 2) ? `.${digits(many)}` : '';
  const exponent = draw.one(['', '', '', 'e0', 'E+5', 'e-7', 'e17', 'e398', 'e-399', 'e400', 'e-382', 'E99999']);
  return `${draw.one(['', '', '-'])}${whole}${fraction}${exponent}`;
}

function anyValue(draw: Draw, depth = 0): string {
  const kinds = [
    () => quoted(draw, anyText(draw)),
    () => quoted(draw, anyText(draw)),
    () => anyNumber(draw),
    () => String(draw.below(10)),
    () => draw.one(['null', 'true', 'false', '""', '0', '-0', '1.0']),
    () => `[${times(depth > MOST_DEPTH ? 0 : draw.below(4), () => anyValue(draw, depth + 1)).join(space(draw, ','))}]`,
    () =>
      object(
        draw,
        times(depth > MOST_DEPTH ? 0 : draw.below(4), () => [anyText(draw), anyValue(draw, depth + 1)]),
      ),
  ];
  if (oneIn(draw, 400)) return nested(draw);
  if (oneIn(draw, 100)) return longValue(draw);
  return draw.one(kinds)();
}

/** A number with about 400 digits before or after its point, as it is written or when it is written out. */
function numberAtALimit(draw: Draw): string {
  const digits = 399 + draw.below(3);
  const written = draw.one([
    '1'.repeat(digits),
    `0.${'1'.repeat(digits)}`,
    `1e${digits}`,
    `1e-${digits}`,
    `12.5e${digits - 1}`,
    `12.50e-${digits - 1}`,
  ]);
  return draw.one(['', '-']) + written;
}

function nested(draw: Draw): string {
  // The deepest one takes as long to check as a thousand other lines.
  const depth = oneIn(draw, 60) ? 200_000 : draw.one([100, 199, 201, 1_000, 4_999, 5_000, 5_001, 20_000]);
  return oneIn(draw, 2) ? '['.repeat(depth) + ']'.repeat(depth) : `${'{"":'.repeat(depth)}1${'}'.repeat(depth)}`;
}

/** A value of about 10 000 bytes. */
function longValue(draw: Draw): string {
  const overhead = draw.one(['', '[]', '{"a":}', '{"é":}']);
  const text = JSON.stringify(textAbout(draw, 10_000 - 2 - Buffer.byteLength(overhead)));
  return overhead.slice(0, -1).replace('é', '\\u00e9') + text + overhead.slice(-1);
}

/** A token with white space about it, now and then. Some of it is white space in texts, and none in JSON. */
function space(draw: Draw, token: string): string {
  if (oneIn(draw, 300)) return draw.one(['\ufeff', '\u00a0', '\v']) + token;
  return oneIn(draw, 12) ? draw.one(SPACES) + token + draw.one(SPACES) : token;
}

function object(draw: Draw, members: readonly (readonly [name: string, json: string])[]): string {
  return `{${members.map(([name, json]) => quoted(draw, name, 20) + space(draw, ':') + json).join(space(draw, ','))}}`;
}

function anyData(draw: Draw): string {
  if (oneIn(draw, MOST_ATTRIBUTES)) {
    const all = times(9_999 + draw.below(5), (at) => `"${at}":${draw.one(['1', '"x"', 'null'])}`);
    return `{${oneIn(draw, 2) ? '"id":7,' : ''}${all.join(',')}}`;
  }
  if (oneIn(draw, 3)) return draw.one(DATA);
  if (oneIn(draw, 2))
    return object(
      draw,
      times(draw.below(4), () => [draw.one(NAMES), JSON.stringify(anyText(draw))]),
    );
  return object(
    draw,
    times(draw.below(5), () => [anyText(draw), anyValue(draw)]),
  );
}

type Members = (readonly [name: string, json: string])[];

/** The members of a message that is likely to be valid. */
function members(draw: Draw): Members {
  return [
    ['id', oneIn(draw, 2) ? `"n${draw.below(1_000)}"` : draw.one(IDS)],
    ['type', oneIn(draw, 30) ? '"\\u0065vent"' : draw.one(['"event"', '"attributes"', '"attributes"'])],
    ['user_id', oneIn(draw, 30) ? draw.one(['""', 'null']) : draw.one(USERS)],
    ['timestamp', anyTime(draw)],
    ['data', anyData(draw)],
    ['name', oneIn(draw, 3) ? quoted(draw, anyText(draw)) : draw.one(EVENT_NAMES)],
  ];
}

/** Replaces a member by one whose size is about the limit. */
function atALimit(draw: Draw, all: Members): Members {
  const [name, json] = draw.one<readonly [string, () => string]>([
    ['id', () => quoted(draw, textAbout(draw, 255))],
    ['user_id', () => quoted(draw, textAbout(draw, 150))],
    ['name', () => quoted(draw, textAbout(draw, 255))],
    ['data', () => object(draw, [[textAbout(draw, 150), '"x"']])],
    ['data', () => `{"a":${longValue(draw)}}`],
    ['data', () => `{"a":${draw.one([nested, numberAtALimit])(draw)}}`],
    ['data', () => `{"id":${nested(draw)},"a":${draw.one(['1', '"\\ud800"'])}}`],
  ]);
  return all.map((member) => (member[0] === name ? [name, json()] : member));
}

/** Makes one or two members wrong, absent or repeated, adds others, or changes their order. */
function spoilt(draw: Draw, all: Members): Members {
  const kept = [...all];
  const at = draw.below(kept.length);
  const [name] = kept[at];
  draw.one([
    () => kept.splice(at, 1),
    () => (kept[at] = [name, anyValue(draw)]),
    () => (kept[3] = ['timestamp', draw.one([...TIMES_THAT_ARE_NONE, anyNumber(draw)])]),
    () => kept.push([draw.one([...MEMBERS, ...NAMES]), anyValue(draw)]),
    () => kept.push(kept[at]),
    () => kept.unshift([name, anyValue(draw)]),
    () => kept.reverse(),
    () => kept.sort(() => draw.below(3) - 1),
  ])();
  return oneIn(draw, 4) && kept.length > 3 ? spoilt(draw, kept) : kept;
}

function anyMembers(draw: Draw): Members {
  const valid = members(draw);
  const some = oneIn(draw, 12) ? atALimit(draw, valid) : valid;
  return oneIn(draw, 4) ? spoilt(draw, some) : some;
}

function anyTime(draw: Draw): string {
  if (!oneIn(draw, 6)) return draw.one(TIMES);
  const time = draw.below(2 ** 31) * 1_000 + draw.below(1_000);
  return time > 1_500_000_000_000 ? '7' : draw.one([`${time / 1_000}`, `${time}`, `"${new Date(time).toISOString()}"`]);
}

/** A line of about 1 MiB. */
function longest(draw: Draw): string {
  const bytes = MIB - 2 + draw.below(5);
  const line = (data: string): string =>
    `{"id":"long","type":"event","name":"long","user_id":"1","timestamp":7,"data":${data}}`;
  const room = bytes - line('').length;
  return draw.one([
    () => line(`"${'x'.repeat(room - 2)}"`),
    () => line('['.repeat(Math.floor(room / 2)) + ']'.repeat(Math.floor(room / 2))),
    () => ' '.repeat(bytes),
    () => `${' '.repeat(room - 2)}${line('{}')}`,
    () => line(`"${'x'.repeat(room - 1)}`),
  ])();
}

/** Damages a line in up to three places. */
function damaged(draw: Draw, line: Buffer): Buffer {
  let bytes = line;
  for (let changes = 1 + draw.below(3); changes > 0 && bytes.length > 0; changes--) {
    const at = draw.below(bytes.length);
    const put = draw.one<() => Uint8Array>([
      () => Buffer.of(draw.below(256)),
      () => Buffer.from(draw.one([...Array.from('"\\,:{}[]0-e. u'), '', '\r', '\n', '""', 'null', '\ufeff', '\\u'])),
      () => draw.one(NO_UTF8),
      () => bytes.subarray(at, at + draw.below(12)),
    ])();
    const rest = oneIn(draw, 12) ? bytes.length : at + draw.below(3);
    bytes = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(rest)]);
  }
  return bytes;
}

/** Makes a line: mostly of a message that is valid or nearly so, sometimes of anything. A damaged one may be several. */
function anyLine(draw: Draw): Buffer {
  if (oneIn(draw, LONGEST)) return Buffer.from(longest(draw));
  if (oneIn(draw, 40)) return Buffer.from(draw.one(NO_LINES));
  const line = Buffer.from(
    draw.one(SPACES.slice(0, -2)) + object(draw, anyMembers(draw)) + draw.one(SPACES.slice(0, -2)),
  );
  return oneIn(draw, 9) ? damaged(draw, line) : line;
}

/**
 * Makes a source of lines of every kind. Its first line is a message, so that the source is not refused as a whole.
 * @param again lines of which some come again
 */
export function anySource(draw: Draw, count: number, again: readonly Buffer[] = []): Buffer {
  const ends = draw.one([['\n'], ['\r\n'], ['\n', '\n', '\r\n', '\n\n', '\r\r\n']]);
  const lines: Buffer[] = [Buffer.from('{"id":"first","type":"event","name":"first","user_id":"1","timestamp":1}')];
  if (oneIn(draw, 4)) lines[0] = Buffer.concat([Buffer.from('\ufeff'), lines[0]]);
  while (lines.length < count) {
    const known = oneIn(draw, 2) && again.length > 0 ? again : lines;
    lines.push(oneIn(draw, 8) ? known[draw.below(known.length)] : anyLine(draw));
  }
  const written = lines.flatMap((line) => [line, Buffer.from(draw.one(ends))]);
  return Buffer.concat(oneIn(draw, 3) ? written.slice(0, -1) : written);
}

const UNKNOWN_MEMBER = Buffer.from('"\\u0078x":0,');

/** Writes a source so that the scanner leaves every object to `JSON.parse`: with an unknown member whose name has an escape. */
export function slowed(source: Buffer): Buffer {
  const lines: Buffer[] = [];
  for (let start = 0; start <= source.length;) {
    const feed = source.indexOf('\n', start);
    const line = source.subarray(start, feed < 0 ? source.length : feed + 1);
    const brace = line.indexOf('{') + 1;
    lines.push(brace === 0 ? line : Buffer.concat([line.subarray(0, brace), UNKNOWN_MEMBER, line.subarray(brace)]));
    start += line.length || 1;
  }
  return Buffer.concat(lines);
}
