import { dateReadings, readDateText, type DateReading, type DateText } from './date-parts.js';
import { guarded } from './formula-guard.js';
import { numberDamage } from './number-damage.js';
import type { Damage } from './row-plan.js';

const REPLACEMENTS = new Set(['?', '\uFFFD']);
const FIRST_NOT_ASCII = 0x80;
/** The literals in which spreadsheets of English, German, French, Spanish, Italian and Dutch show true and false. */
const LITERALS: ReadonlyMap<string, string> = new Map([
  ...['TRUE', 'WAHR', 'VRAI', 'VERDADERO', 'VERO', 'WAAR'].map((word) => [word, 'true'] as const),
  ...['FALSE', 'FALSCH', 'FAUX', 'FALSO', 'ONWAAR'].map((word) => [word, 'false'] as const),
]);
const ERROR_VALUE = /^#(?:NAME|VALUE|REF|DIV\/0|N\/A|NUM|NULL|WERT|BEZUG|ZAHL|NOM|VALEUR)[!?]?$|^#{3,}$/;

/**
 * Recognises what a spreadsheet makes of a cell when it opens and saves a file.
 * @param before the cell as it was exported, without a guard
 * @param after the cell that came back, which differs
 * @returns undefined if it is rather a change that a person made
 */
export function damageOf(before: string, after: string): Damage | undefined {
  if (before === '' || before === after) return undefined;
  if (withoutSpace(before) === withoutSpace(after)) return 'spaces_lost';
  const literal = LITERALS.get(after.trim().toUpperCase());
  if (literal !== undefined && literal === before.trim().toLowerCase()) return 'case_changed';
  if (ERROR_VALUE.test(after.trim())) return 'error_value';
  const forms = [[before, after], [guarded(before), after], [before, after].map(withoutSpace)];
  if (forms.some(([then, now]) => lostCharacters(withLineFeeds(then), withLineFeeds(now)))) return 'characters_lost';
  return numberDamage(before.trim(), after.trim()) ?? (isTakenForDate(before, after) ? 'taken_for_date' : undefined);
}

/** The text without space and controls at its ends, with one form of line ends. */
function withoutSpace(text: string): string {
  return withLineFeeds(text.replace(/^[\s\p{C}]+|[\s\p{C}]+$/gu, ''));
}

function withLineFeeds(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/** True if characters outside of ASCII became question marks, and all others stayed. */
function lostCharacters(before: string, after: string): boolean {
  // A character of two units becomes one mark or two.
  return [1, 2].some((marks) => isWithMarks(before, after, marks));
}

/** @param marks that stand for a character of two units */
function isWithMarks(before: string, after: string, marks: number): boolean {
  let at = 0;
  for (const character of before) {
    const isKept = after.startsWith(character, at);
    const length = isKept ? character.length : character.length === 2 ? marks : 1;
    const isLost = character.charCodeAt(0) >= FIRST_NOT_ASCII && areMarks(after, at, length);
    if (!isKept && !isLost) return false;
    at += length;
  }
  return at === after.length;
}

function areMarks(text: string, at: number, length: number): boolean {
  return REPLACEMENTS.has(text.charAt(at)) && REPLACEMENTS.has(text.charAt(at + length - 1));
}

function isTakenForDate(before: string, after: string): boolean {
  const [then, now] = [readDateText(before), readDateText(after)];
  if (!then || !now || !isSameClock(then, now)) return false;
  if (then.parts.length === 0 || now.parts.length === 0) return then.parts.length === now.parts.length;
  const isSameForm = then.separators === now.separators && orderOf(then) === orderOf(now);
  // In one form a spreadsheet only takes zeros away. To swap day and month is a change.
  if (isSameForm) return then.parts.every(({ value }, at) => value === now.parts[at].value);
  const readings = readingsOf(now);
  return readingsOf(then).some((one) => readings.some((other) => isSameDate(one, other)));
}

function readingsOf(text: DateText): DateReading[] {
  const [first] = text.parts;
  const isYearFirst = first.kind === 'number' && first.digits === 4;
  return dateReadings(text, isYearFirst ? ['ymd'] : ['dmy', 'mdy', 'ymd']);
}

/** The order in which names, years of four digits and other numbers stand. */
function orderOf({ parts }: DateText): string {
  return parts.map((part) => (part.kind === 'month' ? 'name' : part.digits === 4 ? 'year' : 'number')).join();
}

/** A spreadsheet adds the year that it is and the first of a month, and may show no year. */
function isSameDate(then: DateReading, now: DateReading): boolean {
  if (then.month !== now.month) return false;
  const isSameDay = then.day === now.day || (then.day ?? 1) === (now.day ?? 1);
  const isSameYear = then.year === undefined || now.year === undefined || then.year % 100 === now.year % 100;
  return isSameDay && isSameYear;
}

/** A spreadsheet may leave seconds out, and add a midnight. */
function isSameClock({ clock: then }: DateText, { clock: now }: DateText): boolean {
  if (!then || !now) return !then && (!now || (now.hour === 0 && now.minute === 0 && !now.second));
  return (
    then.hour === now.hour && then.minute === now.minute && (now.second ?? then.second ?? 0) === (then.second ?? 0)
  );
}
