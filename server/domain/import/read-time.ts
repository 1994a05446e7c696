import { floatingDay, TimeZone } from '../search/time-zone.js';
import { momentOfText, timeOfDigits } from '../message/timestamp.js';
import {
  dateReadings,
  readDateText,
  type ClockParts,
  type DateOrder,
  type DatePart,
  type DateReading,
} from './date-parts.js';
import { DATE_FORMS, type DateForm, type TimeReading } from './sheet-mapping.js';

/** A time that a cell holds: an instant in ms since the Unix epoch, or a day without a time, in ms of its midnight in UTC. */
export type CellTime =
  { readonly kind: 'instant'; readonly instant: number } | { readonly kind: 'day'; readonly day: number };

/** Seconds of 9 or 10 digits, or milliseconds of 12 or 13. Fewer digits are rather the number of a day in a spreadsheet. */
const UNIX_TIME = /^[1-9](?:\d{8,9}|\d{11,12})(?:\.\d+)?$/;
/** Years of two digits from here on are of the last century, as spreadsheets read them. */
const FIRST_OF_1900 = 50;

/**
 * Reads a cell as a time.
 * @param zone in which a text without an offset is meant
 * @returns `ambiguous` if day and month may be either; undefined if it is no time
 */
export function readTime(text: string, dateForm: DateForm, zone: TimeZone): CellTime | 'ambiguous' | undefined {
  const trimmed = text.trim();
  const instant = UNIX_TIME.test(trimmed) ? timeOfDigits(trimmed) : momentOfText(trimmed);
  if (instant !== undefined) return { kind: 'instant', instant };
  const date = readDateText(trimmed);
  if (date?.parts.length !== 3) return undefined;
  const days = new Set(dateReadings(date, ordersOf(date.parts[0], date.separators, dateForm)).flatMap(dayOf));
  const [day] = days;
  if (days.size === 0) return undefined;
  if (days.size > 1) return 'ambiguous';
  const { clock, offset } = date;
  if (!clock) return { kind: 'day', day };
  const wall = wallTime(day, clock);
  return { kind: 'instant', instant: offset === undefined ? zone.instantOf(wall) : wall - offsetMs(offset) };
}

/** The instant of a time, where a day counts from its beginning. */
export function instantOf(time: CellTime, zone: TimeZone): number {
  return time.kind === 'instant' ? time.instant : zone.startOf(time.day);
}

/** Writes a time as the text of an attribute: RFC 3339 in UTC, or the date alone. */
export function timeText(time: CellTime): string {
  if (time.kind === 'day') return new Date(time.day).toISOString().slice(0, 10);
  return new Date(time.instant).toISOString().replace('.000Z', 'Z');
}

/**
 * The forms in which all texts are times: `auto` alone if no form has to be set, several if one must be chosen, none if a text is no time.
 * @param texts none of them empty
 */
export function dateFormsOf(texts: readonly string[]): DateForm[] {
  if (texts.length === 0) return [];
  const zone = zoneOf({ zone: 'UTC' });
  const fits = (form: DateForm): boolean => texts.every((text) => isTime(readTime(text, form, zone)));
  return fits('auto') ? ['auto'] : DATE_FORMS.filter((form) => form !== 'auto' && fits(form));
}

/** @throws RangeError if the zone is unknown, which `mappingFaults` tells */
export function zoneOf({ zone }: Pick<TimeReading, 'zone'>): TimeZone {
  const found = TimeZone.find(zone);
  if (!found) throw new RangeError(`There is no time zone ${zone}.`);
  return found;
}

function isTime(time: CellTime | 'ambiguous' | undefined): boolean {
  return time !== undefined && time !== 'ambiguous';
}

/** A year of four digits that stands first, and points between the parts, say the order, unless another one is set. */
function ordersOf(first: DatePart, separators: string, dateForm: DateForm): readonly DateOrder[] {
  if (first.kind === 'number' && first.digits === 4) return ['ymd'];
  if (dateForm !== 'auto') return [dateForm];
  return separators.startsWith('#.') ? ['dmy'] : ['dmy', 'mdy'];
}

/** The day of a reading, if there is one. */
function dayOf({ year, month, day }: DateReading): number[] {
  if (year === undefined || day === undefined) return [];
  const whole = year >= 100 ? year : year + (year < FIRST_OF_1900 ? 2000 : 1900);
  const date = [String(whole).padStart(4, '0'), ...[month, day].map((part) => String(part).padStart(2, '0'))].join('-');
  const found = floatingDay(date);
  return found === undefined ? [] : [found];
}

function wallTime(day: number, { hour, minute, second = 0, millisecond }: ClockParts): number {
  return day + ((hour * 60 + minute) * 60 + second) * 1000 + millisecond;
}

/** @param offset `Z`, `+0200` or `+02:00` */
function offsetMs(offset: string): number {
  if (/^z$/i.test(offset)) return 0;
  const ahead = (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2))) * 60_000;
  return offset.startsWith('-') ? -ahead : ahead;
}
