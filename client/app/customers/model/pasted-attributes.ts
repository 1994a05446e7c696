import { RuleCode, ValueType, nameProblem, readValue, textOf, typeOf } from './attribute-rules';
import { JsonNumber, JsonValue, parseJson } from '../../core/exact-json';

export interface PastedAttribute {
  readonly name: string;
  readonly type: ValueType;
  /** The text of the field; see `textOf`. */
  readonly value: string;
}

export type PasteProblem =
  | { readonly kind: 'no_json'; readonly message: string }
  | { readonly kind: 'no_object' }
  | { readonly kind: 'no_colon'; readonly line: number; readonly text: string }
  | { readonly kind: 'bad_name'; readonly name: string; readonly reason: RuleCode };

export interface Pasted {
  /** In the order of the text. The last attribute of a name counts. */
  readonly attributes: readonly PastedAttribute[];
  readonly problems: readonly PasteProblem[];
}

/** A number in JSON. `007` and `1.` are text. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** `"name": "value",` from a JSON object without its braces. */
const QUOTED_NAME = /^("(?:[^"\\]|\\.)*")\s*:\s*(.*)$/;

/**
 * Reads lines `name: value` (or with a tab), or a JSON object, which holds attributes or is a customer as the API gives it.
 * @param known types of the present attributes: a pasted value takes the type of the value it replaces if it can be read so
 */
export function readPasted(text: string, known: ReadonlyMap<string, ValueType>): Pasted {
  const trimmed = text.trim();
  const read = trimmed.startsWith('{') ? readObject(trimmed) : readLines(text, known);
  const attributes = new Map<string, PastedAttribute>();
  const problems = [...read.problems];
  for (const attribute of read.attributes) {
    const reason = nameProblem(attribute.name);
    if (reason === null) attributes.set(attribute.name, attribute);
    else problems.push({ kind: 'bad_name', name: attribute.name, reason });
  }
  return { attributes: [...attributes.values()], problems };
}

/** Tells whether a text that was pasted as a name holds several attributes. */
export function looksLikeMany(text: string): boolean {
  const lines = text.trim().split(/\r?\n/);
  return text.trim().startsWith('{') || (lines.length > 1 && lines.some((line) => /[:\t]/.test(line)));
}

function readObject(text: string): Pasted {
  let parsed: JsonValue;
  try {
    parsed = parseJson(text);
  } catch (error) {
    return { attributes: [], problems: [{ kind: 'no_json', message: error instanceof Error ? error.message : '' }] };
  }
  const attributes = attributesIn(parsed);
  if (!isObject(attributes)) return { attributes: [], problems: [{ kind: 'no_object' }] };
  return { attributes: Object.entries(attributes).map(([name, value]) => pasted(name, value)), problems: [] };
}

/** The attributes in `{"customer":{"attributes":…}}` or in `{"id":…,"attributes":…}`; else the value itself. */
function attributesIn(value: JsonValue): JsonValue {
  if (!isObject(value)) return value;
  if (isObject(value.customer)) return attributesIn(value.customer);
  return isObject(value.attributes) ? value.attributes : value;
}

function readLines(text: string, known: ReadonlyMap<string, ValueType>): Pasted {
  const attributes: PastedAttribute[] = [];
  const problems: PasteProblem[] = [];
  text.split(/\r?\n/).forEach((raw, index) => {
    const line = raw.trim();
    if (line === '') return;
    const parts = partsOf(line);
    if (parts) attributes.push(inferred(parts.name, parts.value, known.get(parts.name)));
    else problems.push({ kind: 'no_colon', line: index + 1, text: line });
  });
  return { attributes, problems };
}

function partsOf(line: string): { name: string; value: string } | null {
  const quoted = QUOTED_NAME.exec(line);
  const name = quoted ? readValue('json', quoted[1]) : null;
  if (quoted && name?.ok && typeof name.value === 'string') {
    return { name: name.value, value: quoted[2].replace(/,$/, '').trim() };
  }
  const at = line.search(/:\s|\t/);
  const end = at >= 0 ? at : line.indexOf(':');
  return end < 0 ? null : { name: line.slice(0, end).trim(), value: line.slice(end + 1).trim() };
}

function inferred(name: string, value: string, known: ValueType | undefined): PastedAttribute {
  if (value === '' || value === 'null' || value === '""') return { name, type: 'empty', value: '' };
  if (value.startsWith('"') && value.endsWith('"')) {
    const read = readValue('json', value);
    if (read.ok && typeof read.value === 'string') return { name, type: 'text', value: read.value };
  }
  if (known && known !== 'empty' && readValue(known, value).ok) return { name, type: known, value };
  if (value === 'true' || value === 'false') return { name, type: 'boolean', value };
  if (NUMBER.test(value) && readValue('number', value).ok) return { name, type: 'number', value };
  if (/^[[{]/.test(value) && readValue('json', value).ok) return { name, type: 'json', value };
  return { name, type: 'text', value };
}

function pasted(name: string, value: JsonValue): PastedAttribute {
  return value === null || value === ''
    ? { name, type: 'empty', value: '' }
    : { name, type: typeOf(value), value: textOf(value) };
}

function isObject(value: JsonValue | undefined): value is Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber);
}
