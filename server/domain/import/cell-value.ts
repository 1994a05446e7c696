import { comparableJson, parseJson, writeJson, type Json } from '../json.js';
import type { TimeZone } from '../search/time-zone.js';
import { textOfValue } from './cell-text.js';
import { instantOf, readTime, timeText, zoneOf, type CellTime } from './read-time.js';
import type { RowReason } from './row-plan.js';
import type { CellType, TimeReading } from './sheet-mapping.js';

/** The value of a cell, or the reason for which it has none of its type. */
export type CellValue =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly reason: RowReason; readonly message: string };

const NUMBER = /^\s*([+-]?)0*(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*$/;
const DECIMAL_COMMA = /^\s*[+-]?\d+,\d+\s*$/;
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['0', false],
]);
const SHOWN_CHARACTERS = 60;

/** Reads a cell that is not empty as a value of a type. @param current JSON of the attribute; undefined if the customer has none */
export function readCell(text: string, type: CellType, reading: TimeReading, current: string | undefined): CellValue {
  switch (type) {
    case 'auto':
      return { ok: true, value: valueLike(current, text) };
    case 'text':
      return { ok: true, value: text };
    case 'number':
      return numberOf(text);
    case 'boolean': {
      const value = BOOLEANS.get(text.trim().toLowerCase());
      if (value !== undefined) return { ok: true, value };
      return invalid('invalid_boolean', `${shown(text)} is neither true nor false. Write true or false.`);
    }
    case 'time': {
      const time = readTimeCell(text, reading, 'invalid_timestamp');
      return time.ok ? { ok: true, value: timeText(time.time) } : time;
    }
    case 'json': {
      const value = jsonOf(text);
      if (value !== undefined) return { ok: true, value };
      return invalid('invalid_json', `${shown(text)} is no JSON. Mend it, or take the column as text.`);
    }
    default:
      return type satisfies never;
  }
}

/** Reads a cell as a time. */
export function readTimeCell(
  text: string,
  { dateForm, zone }: TimeReading,
  reason: RowReason,
): { readonly ok: true; readonly time: CellTime } | Extract<CellValue, { ok: false }> {
  const time = readTime(text, dateForm, zoneOf({ zone }));
  if (time === 'ambiguous') {
    const message = `${shown(text)} may have the day first or the month. Choose the form of the dates in this column.`;
    return invalid('ambiguous_time', message);
  }
  if (time) return { ok: true, time };
  const forms =
    dateForm === 'auto' ? 'such as 2026-11-28, 28.11.2026 or 2026-11-28T09:30:00Z' : `in the form ${dateForm}`;
  return invalid(reason, `${shown(text)} is no time ${forms}. Write it so, or choose another form for this column.`);
}

/** True if a value is the current one in its type: 1.0 is 1, and a time is the same moment in whatever form. @param current JSON */
export function isSameValue(value: Json, current: string, type: CellType, { zone }: TimeReading): boolean {
  if (comparableJson(writeJson(value, String)) === comparableJson(current)) return true;
  return type === 'time' && typeof value === 'string' && isSameTime(value, textOfValue(current), zoneOf({ zone }));
}

function isSameTime(text: string, current: string, zone: TimeZone): boolean {
  const [now, then] = [text, current].map((one) => readTime(one, 'auto', zone));
  if (!now || !then || now === 'ambiguous' || then === 'ambiguous') return false;
  return now.kind === then.kind && instantOf(now, zone) === instantOf(then, zone);
}

/** The value that has the type of the current one, or the text. */
function valueLike(current: string | undefined, text: string): Json {
  const kind = current === undefined ? 'text' : kindOf(current);
  if (kind === 'text') return text;
  const value = jsonOf(kind === 'boolean' ? text.trim().toLowerCase() : text);
  return value !== undefined && value !== null && kindOf(writeJson(value, String)) === kind ? value : text;
}

/** @param json other than null */
function kindOf(json: string): 'text' | 'boolean' | 'list' | 'object' | 'number' {
  switch (json.charAt(0)) {
    case '"':
      return 'text';
    case 't':
    case 'f':
      return 'boolean';
    case '[':
      return 'list';
    case '{':
      return 'object';
    default:
      return 'number';
  }
}

function numberOf(text: string): CellValue {
  const match = NUMBER.exec(text);
  if (match) return { ok: true, value: parseJson((match[1] === '-' ? '-' : '') + match[2]) };
  const advice = DECIMAL_COMMA.test(text)
    ? 'Write a point instead of the comma'
    : 'Write digits, with a point if need be';
  return invalid('invalid_number', `${shown(text)} is no number. ${advice}, or take the column as text.`);
}

function jsonOf(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function invalid(reason: RowReason, message: string): Extract<CellValue, { ok: false }> {
  return { ok: false, reason, message };
}

/** A cell as it is quoted in a message. */
export function shown(text: string): string {
  return JSON.stringify(text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text).toWellFormed();
}
