/** The token that has to come next in a JSON text. `,` stands for a comma or the end of a list or an object. */
type Expected = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ',' | 'end';

/** The place at which a text stops being JSON: an index in the text, or its length if it ends too early. */
export interface JsonFault {
  readonly at: number;
  readonly expected: Expected;
}

const SPACE = '[ \\t\\r\\n]*';
const MARK = '[{}[\\]:,]';
const CHARACTER = '(?:[^"\\\\\\0-\\x1f]|\\\\(?:["\\\\/bfnrt]|u[\\da-fA-F]{4}))';
const LITERAL = '-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?|true|false|null';
const TOKEN = new RegExp(`${SPACE}(?:(${MARK})|("${CHARACTER}*")|(${LITERAL}))?`, 'y');

/** Matches a string without its closing quote, as far as it is valid. */
export const BEGUN_STRING = new RegExp(`^"${CHARACTER}*`);

/** Finds the place at which a text stops being JSON. Returns undefined if all of it is JSON. */
export function findJsonFault(text: string): JsonFault | undefined {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  for (TOKEN.lastIndex = 0; ;) {
    // A group that has no part in the match is undefined.
    const [, mark, string, literal] = (TOKEN.exec(text) ?? []) as (string | undefined)[];
    const token = mark ?? string ?? literal ?? '';
    const fault = { at: TOKEN.lastIndex - token.length, expected };
    if (token === '') return expected === 'end' && fault.at === text.length ? undefined : fault;
    const next = after(expected, mark ?? (string === undefined ? 'literal' : 'string'), open);
    if (next === undefined) return fault;
    expected = next;
  }
}

/** Returns what has to come after a token; undefined if the token is out of place. */
function after(expected: Expected, token: string, open: ('{' | '[')[]): Expected | undefined {
  const inner = open.at(-1);
  const mayEnd = expected === ',' || expected === (inner === '{' ? 'name or }' : 'value or ]');
  if (expected === 'value' || expected === 'value or ]') {
    if (token === '{' || token === '[') {
      open.push(token);
      return token === '{' ? 'name or }' : 'value or ]';
    }
    if (token === 'string' || token === 'literal') return inner ? ',' : 'end';
  }
  if ((expected === 'name' || expected === 'name or }') && token === 'string') return ':';
  if (expected === ':' && token === ':') return 'value';
  if (expected === ',' && token === ',') return inner === '{' ? 'name' : 'value';
  if (mayEnd && token === (inner === '{' ? '}' : ']')) {
    open.pop();
    return open.length > 0 ? ',' : 'end';
  }
  return undefined;
}
