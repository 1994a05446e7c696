import { ValueType } from './attribute-rules';
import { viewOf } from './value-view';

/** The end of the names of times. `created_at` is one of them. */
const TIME_NAME_END = '_at';
const RFC_3339_ZONE = /[Tt ].*?([Zz]|[+-]\d{2}:\d{2})$/;
const MILLISECONDS = /^\d{12,13}$/;
const SECONDS = /^\d{1,11}$/;
/** Years below are the first digits of a year that is being typed. */
const FIRST_YEAR = 1000;

/** Tells whether an attribute is edited as a time: by its name, or by the value that the record has. @param original as text; null for none */
export function holdsTime(name: string, type: ValueType, original: string | null): boolean {
  if (type !== 'text' && type !== 'number') return false;
  return original === null ? name.endsWith(TIME_NAME_END) : secondsOf(name, original) !== null;
}

/** The time in the text of a field, in seconds since the Unix epoch; null for none. */
export function secondsOf(name: string, text: string): number | null {
  const view = viewOf(name, text);
  return view.kind === 'time' ? view.seconds : null;
}

/**
 * Writes a time in the form of another one: as seconds or milliseconds since the Unix epoch, or as RFC 3339 in the same zone.
 *
 * @param like the text from before; without a time in it the form is that of the name and the type
 */
export function momentText(seconds: number, name: string, type: ValueType, like: string): string {
  if (MILLISECONDS.test(like)) return String(seconds * 1000);
  const isUnix = SECONDS.test(like) || name === 'created_at' || type === 'number';
  return isUnix ? String(seconds) : rfc3339(seconds, RFC_3339_ZONE.exec(like)?.[1] ?? 'Z');
}

/** The text of a `datetime-local` field with seconds, in the time zone of the reader; empty if it can not show the time. */
export function pickerText(seconds: number): string {
  const date = new Date(Math.floor(seconds) * 1000);
  if (Number.isNaN(date.getTime()) || date.getFullYear() < FIRST_YEAR || date.getFullYear() > 9999) return '';
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const end = date.getSeconds() === 0 ? '' : `:${two(date.getSeconds())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}${end}`;
}

/** The time of such a text, in seconds since the Unix epoch; null while it is incomplete. */
export function pickedSeconds(text: string): number | null {
  const date = new Date(text);
  return text === '' || Number.isNaN(date.getTime()) || date.getFullYear() < FIRST_YEAR
    ? null
    : Math.floor(date.getTime() / 1000);
}

function rfc3339(seconds: number, zone: string): string {
  if (zone === 'Z' || zone === 'z') return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
  const [hours, minutes] = zone.slice(1).split(':').map(Number);
  const shift = (zone.startsWith('-') ? -60 : 60) * (hours * 60 + minutes);
  return new Date((seconds + shift) * 1000).toISOString().replace('.000Z', zone);
}
