import {
  JsonNumber,
  JsonValue,
  isBoundedNumber,
  numberOf,
  parseJson as parseExactly,
  writeJson,
} from '../../core/exact-json';

/** The type of a value. `empty` removes the attribute, because the API has no empty value. */
export type ValueType = 'text' | 'number' | 'boolean' | 'json' | 'empty';

export type RuleCode =
  | 'id_empty'
  | 'id_too_long'
  | 'id_dots'
  | 'name_empty'
  | 'name_too_long'
  | 'name_reserved'
  | 'name_repeated'
  | 'character'
  | 'value_empty'
  | 'value_too_long'
  | 'value_no_number'
  | 'value_too_many_digits'
  | 'value_no_boolean'
  | 'value_no_json'
  | 'value_removes'
  | 'email_missing'
  | 'email_invalid'
  | 'created_at_invalid';

export const RULE_TEXT: Readonly<Record<RuleCode, string>> = {
  id_empty: $localize`Enter an id.`,
  id_too_long: $localize`An id has at most 150 bytes.`,
  id_dots: $localize`This id cannot be part of a web address. Choose another one.`,
  name_empty: $localize`Enter a name.`,
  name_too_long: $localize`A name has at most 150 bytes.`,
  name_reserved: $localize`This name is reserved. Choose another one.`,
  name_repeated: $localize`There is an attribute with this name already.`,
  character: $localize`This has a character that cannot be stored (U+0000 or half of a surrogate pair).`,
  value_empty: $localize`Enter a value. To take the attribute away, use Remove.`,
  value_too_long: $localize`A value has at most 10,000 bytes.`,
  value_no_number: $localize`Enter a number, such as 42 or -1.5.`,
  value_too_many_digits: $localize`A number has at most 400 digits before the point and 400 after it.`,
  value_no_boolean: $localize`Choose true or false.`,
  value_no_json: $localize`This is not valid JSON.`,
  value_removes: $localize`null and "" would take the attribute away. Use Remove instead.`,
  email_missing: $localize`Enter an email address.`,
  email_invalid: $localize`Enter an email as text, such as bill@example.com.`,
  created_at_invalid: $localize`Enter a time as Unix seconds, from 100000000 to 9999999999.`,
};

/** Attributes that can be changed but not removed. */
export const KEPT = ['email', 'created_at'] as const;

/** `id` is the identity and never an attribute. The API refuses `__proto__`. */
const RESERVED: readonly string[] = ['id', '__proto__'];

const NAME_BYTES = 150;
const VALUE_BYTES = 10_000;
const EMAIL = /^[^\s@]+@[^\s@]+$/;
const DECIMAL = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const encoder = new TextEncoder();
const bytes = (text: string): number => encoder.encode(text).length;
/** PostgreSQL stores neither U+0000 nor a lone surrogate, so no engine takes them. */
const storable = (text: string): boolean => !/\0|\p{Surrogate}/u.test(text);

export function idProblem(id: string): RuleCode | null {
  if (id === '') return 'id_empty';
  if (bytes(id) > NAME_BYTES) return 'id_too_long';
  if (!storable(id)) return 'character';
  return id === '.' || id === '..' ? 'id_dots' : null;
}

export function nameProblem(name: string): RuleCode | null {
  if (name === '') return 'name_empty';
  if (RESERVED.includes(name)) return 'name_reserved';
  if (bytes(name) > NAME_BYTES) return 'name_too_long';
  return storable(name) ? null : 'character';
}

export type ReadValue =
  { readonly ok: true; readonly value: JsonValue } | { readonly ok: false; readonly reason: RuleCode };

/** Reads the text of a field as a value of a type; else gives the rule it breaks. */
export function readValue(type: ValueType, typed: string): ReadValue {
  const read = parse(type, typed);
  if (!read.ok) return read;
  if (!wellFormed(read.value)) return { ok: false, reason: 'character' };
  if (!hasBoundedNumbers(read.value)) return { ok: false, reason: 'value_too_many_digits' };
  if (bytes(writeJson(read.value)) > VALUE_BYTES) return { ok: false, reason: 'value_too_long' };
  return read;
}

/** The rule of an attribute by its name, beside the rules of its type. */
export function namedValueProblem(name: string, value: JsonValue): RuleCode | null {
  if (name === 'email') return typeof value === 'string' && EMAIL.test(value) ? null : 'email_invalid';
  if (name === 'created_at') return createdAtSeconds(value) === null ? 'created_at_invalid' : null;
  return null;
}

/** The time that `created_at` holds, as a number or as digits, in seconds since the Unix epoch; null when it is none. */
export function createdAtSeconds(value: JsonValue | undefined): number | null {
  const text = value instanceof JsonNumber ? value.text : value;
  const isDigits = value instanceof JsonNumber || (typeof value === 'string' && /^[1-9]\d{8,9}$/.test(value));
  const seconds = isDigits ? Number(text) : value;
  if (typeof seconds !== 'number' || !Number.isInteger(seconds)) return null;
  return seconds >= 100_000_000 && seconds <= 9_999_999_999 ? seconds : null;
}

export function typeOf(value: JsonValue): ValueType {
  if (value instanceof JsonNumber) return 'number';
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      return 'json';
  }
}

/** The text of a value in a field: text itself, anything else as indented JSON. */
export function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : writeJson(value, '  ');
}

function parse(type: ValueType, typed: string): ReadValue {
  if (type !== 'empty' && (typed === '' || (type !== 'text' && typed.trim() === ''))) {
    return { ok: false, reason: 'value_empty' };
  }
  switch (type) {
    case 'text':
      return { ok: true, value: typed };
    case 'number':
      return parseNumber(typed.trim());
    case 'boolean':
      return typed === 'true' || typed === 'false'
        ? { ok: true, value: typed === 'true' }
        : { ok: false, reason: 'value_no_boolean' };
    case 'json':
      return parseJson(typed);
    case 'empty':
      return { ok: true, value: null };
    default:
      return type satisfies never;
  }
}

/** Keeps the characters of a number of JSON. 007, .5 and 1. are none: they become 7, 0.5 and 1. */
function parseNumber(typed: string): ReadValue {
  if (!DECIMAL.test(typed)) return { ok: false, reason: 'value_no_number' };
  const written = typed.replace(/^(-?)0+(?=\d)/, '$1').replace(/^-?(?=\.)/, '$&0');
  return { ok: true, value: numberOf(written.replace(/\.(?!\d)/, '')) };
}

function parseJson(typed: string): ReadValue {
  try {
    const value = parseExactly(typed);
    return value === null || value === '' ? { ok: false, reason: 'value_removes' } : { ok: true, value };
  } catch {
    return { ok: false, reason: 'value_no_json' };
  }
}

function hasBoundedNumbers(value: JsonValue): boolean {
  if (value instanceof JsonNumber) return isBoundedNumber(value.text);
  return typeof value !== 'object' || value === null || Object.values<JsonValue>(value).every(hasBoundedNumbers);
}

function wellFormed(value: JsonValue): boolean {
  if (typeof value === 'string') return storable(value);
  if (typeof value !== 'object' || value === null || value instanceof JsonNumber) return true;
  return Object.entries<JsonValue>(value).every(([name, inner]) => storable(name) && wellFormed(inner));
}
