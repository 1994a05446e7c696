/** A number of which `JSON.parse` would lose characters: 3544790567247868102, 1.0, 1e3. Any other number is a `number`. */
export class JsonNumber {
  constructor(readonly text: string) {}
}

/** Any JSON value, with all characters of its numbers. */
export type JsonValue =
  string | number | JsonNumber | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue };

/** The most digits of a number before its point, and after it. */
const MOST_DIGITS = 400;
/** Found in every JSON text with a number that `JSON.stringify` would write in another way, and in some without. */
const MAYBE_UNUSUAL = /[:,[\s]-?(?:\d{16}|\d{10,15}\.|\d+(?:[eE]|\.(?:\d{7}|\d*(?:[eE]|0(?!\d)))))|-0(?!\.)/;
const TOKEN = /"[^"\\]*(?:\\[^][^"\\]*)*"|[{}[\]]|[^\s{}[\]:,"]+/g;
const NUMBER = /^-?(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i;

/**
 * Parses JSON as `JSON.parse` does, but keeps the characters of numbers.
 * @throws SyntaxError
 */
export function parseJson(json: string): JsonValue {
  // Safe: JSON.parse gives nothing else.
  const value = JSON.parse(json) as JsonValue;
  if (!MAYBE_UNUSUAL.test(` ${json}`)) return value;
  const tokens = json.match(TOKEN) ?? [];
  return tokens.some(isUnusual) ? valueOf(tokens) : value;
}

/**
 * Writes JSON as `JSON.stringify` does, with the characters of numbers. Members that are undefined are left out.
 * @param space by which members are indented; '' for one line
 */
export function writeJson(value: JsonValue, space = ''): string {
  return write(value, space, space && '\n');
}

/** True for a number of JSON that has at most 400 digits before its point and after it, also without its exponent. */
export function isBoundedNumber(text: string): boolean {
  const { whole, fraction, digits, exponent } = decimalOf(text);
  if (whole.length > MOST_DIGITS || fraction.length > MOST_DIGITS) return false;
  return digits === '' || (digits.length + exponent <= MOST_DIGITS && -exponent <= MOST_DIGITS);
}

/** A number of JSON with its characters. */
export function numberOf(text: string): number | JsonNumber {
  return isUnusual(text) ? new JsonNumber(text) : Number(text);
}

function isUnusual(token: string): boolean {
  return /^[-\d]/.test(token) && String(Number(token)) !== token;
}

/** The parts of a number, and its size: `digits` × 10^`exponent`, where the digits have no 0 at either end. */
function decimalOf(text: string) {
  const [, whole = '', fraction = '', power = '0'] = NUMBER.exec(text) ?? [];
  const written = (whole + fraction).replace(/^0+/, '');
  const digits = written.replace(/0+$/, '');
  return { whole, fraction, digits, exponent: Number(power) - fraction.length + written.length - digits.length };
}

/** @param line what begins a line: a line break and the margin, or '' */
function write(value: JsonValue, space: string, line: string): string {
  if (value instanceof JsonNumber) return value.text;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = line && line + space;
  const parts = isList(value)
    ? value.map((item) => write(item, space, inner))
    : Object.entries<JsonValue | undefined>(value).flatMap(([name, member]) => {
        if (member === undefined) return [];
        return [`${JSON.stringify(name)}:${space && ' '}${write(member, space, inner)}`];
      });
  const [open, close] = isList(value) ? '[]' : '{}';
  return parts.length === 0 ? open + close : open + inner + parts.join(`,${inner}`) + line + close;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** @param tokens of valid JSON, without commas and colons */
function valueOf(tokens: readonly string[]): JsonValue {
  const root: JsonValue[] = [];
  const open: (JsonValue[] | Record<string, JsonValue>)[] = [root];
  let name: string | null = null;
  const put = (value: JsonValue): void => {
    const parent = open[open.length - 1];
    if (Array.isArray(parent)) parent.push(value);
    // An assignment to `__proto__` would not make a member.
    else Object.defineProperty(parent, name ?? '', { value, enumerable: true, configurable: true, writable: true });
    name = null;
  };
  for (const token of tokens) {
    if (token === '{' || token === '[') {
      const value = token === '{' ? {} : [];
      put(value);
      open.push(value);
    } else if (token === '}' || token === ']') open.pop();
    else if (isUnusual(token)) put(new JsonNumber(token));
    else {
      const value = JSON.parse(token) as string | number | boolean | null; // Safe: the token is one of these.
      if (name === null && typeof value === 'string' && !Array.isArray(open[open.length - 1])) name = value;
      else put(value);
    }
  }
  return root[0];
}
