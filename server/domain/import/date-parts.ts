/** A time of day. A text without seconds has none. */
export interface ClockParts {
  readonly hour: number;
  readonly minute: number;
  readonly second: number | undefined;
  /** Whole ms of the second. */
  readonly millisecond: number;
}

/** The parts of a text that may be a date, in the order in which they stand, and what follows them. */
export interface DateText {
  /** Numbers, and months by their names. At most three. */
  readonly parts: readonly DatePart[];
  /** The text between the parts, white space taken together. */
  readonly separators: string;
  readonly clock: ClockParts | undefined;
  /** `Z` or an offset such as `+02:00`. */
  readonly offset: string | undefined;
}

export type DatePart =
  | { readonly kind: 'number'; readonly value: number; readonly digits: number }
  | { readonly kind: 'month'; readonly value: number };

/** A date of which a part may not be said. A year may have two digits. */
export interface DateReading {
  readonly year?: number;
  readonly month: number;
  readonly day?: number;
}

/** The order in which day, month and year stand in a text. */
export type DateOrder = 'ymd' | 'dmy' | 'mdy';

const CLOCK =
  /(?:^|[\sTt,]+)(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?:\s?([ap])\.?m\.?)?\s?(Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?$/iu;
const PARTS = /\d+|\p{L}+/gu;
const MOST_CHARACTERS = 60;
/** The word between the parts of a date in Spanish. */
const SPANISH_OF = /(?<=\s)de\s/giu;
/** The texts that may stand between the parts of a date. */
const SEPARATORS = /^[\s./,-]*$/;

/** The beginnings of the names of months in English, German, French, Spanish, Italian and Dutch, without accents. */
const MONTHS: readonly (readonly string[])[] = [
  ['jan', 'ene', 'gen'],
  ['feb', 'fev'],
  ['mar', 'mrz', 'mae', 'maa', 'mrt'],
  ['apr', 'avr', 'abr'],
  ['may', 'mai', 'mei', 'mag'],
  ['jun', 'juin', 'giu'],
  ['jul', 'juil', 'lug'],
  ['aug', 'aou', 'ago'],
  ['sep', 'set'],
  ['oct', 'okt', 'ott'],
  ['nov'],
  ['dec', 'dez', 'dic'],
];
const MOST_LETTERS = 10;

/** Cuts a text into the parts of a date and of a time of day. @returns undefined for a text that is neither */
export function readDateText(text: string): DateText | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  const trimmed = text.trim();
  const match = CLOCK.exec(trimmed);
  const clock = match ? clockOf(match) : undefined;
  if (match && !clock) return undefined;
  const date = trimmed.slice(0, match?.index).replace(SPANISH_OF, '');
  const parts = [...date.matchAll(PARTS)].map(([part]) => partOf(part));
  const separators = date.replace(PARTS, '#').replace(/\s+/g, ' ');
  if (parts.length > 3 || !parts.every((part) => part !== undefined)) return undefined;
  if (!SEPARATORS.test(separators.replaceAll('#', ''))) return undefined;
  if (parts.length < 2 && !(parts.length === 0 && clock && date === '')) return undefined;
  return { parts, separators, clock, offset: match?.[6] };
}

/** The dates that a text with parts may be: two parts are a day and a month, or a month and a year. */
export function dateReadings({ parts }: DateText, orders: readonly DateOrder[]): DateReading[] {
  const named = parts.findIndex(({ kind }) => kind === 'month');
  if (named >= 0) return readingsWithName(parts, named);
  const numbers = parts.flatMap((part) => (part.kind === 'number' ? [part] : []));
  const [a, b, c] = numbers;
  if (numbers.length === 2) {
    return [
      { month: a.value, day: b.value },
      { day: a.value, month: b.value },
      { month: a.value, year: b.value },
      { year: a.value, month: b.value },
    ].filter(isPossible);
  }
  if (numbers.length < 3) return [];
  return orders.flatMap((order): DateReading[] => {
    const [year, month, day] = order === 'ymd' ? [a, b, c] : order === 'dmy' ? [c, b, a] : [c, a, b];
    const isWritten = month.digits <= 2 && day.digits <= 2 && (year.digits === 2 || year.digits === 4);
    const reading = { year: year.value, month: month.value, day: day.value };
    return isWritten && isPossible(reading) ? [reading] : [];
  });
}

function readingsWithName(parts: readonly DatePart[], named: number): DateReading[] {
  const month = parts[named].value;
  const others = parts.filter((_, at) => at !== named);
  if (others.some(({ kind }) => kind === 'month')) return [];
  const [a, b] = others.map(({ value }) => value);
  if (others.length === 1)
    return [
      { month, day: a },
      { month, year: a },
    ].filter(isPossible);
  return [
    { month, day: a, year: b },
    { month, year: a, day: b },
  ].filter(isPossible);
}

function isPossible({ year, month, day }: DateReading): boolean {
  const isMonth = month >= 1 && month <= 12;
  return isMonth && (day === undefined || (day >= 1 && day <= 31)) && (year === undefined || year <= 9999);
}

/** @returns undefined for a time that no clock shows */
function clockOf([, hours, minute, second = '', fraction = '', half = '']: RegExpExecArray): ClockParts | undefined {
  const isHalved = half !== '';
  const given = Number(hours);
  const hour = isHalved ? (given % 12) + (half.toLowerCase() === 'p' ? 12 : 0) : given;
  if (given > (isHalved ? 12 : 23) || Number(minute) > 59 || Number(second) > 59) return undefined;
  return {
    hour,
    minute: Number(minute),
    second: second === '' ? undefined : Number(second),
    millisecond: Number(fraction.slice(0, 3).padEnd(3, '0')),
  };
}

function partOf(text: string): DatePart | undefined {
  const value = Number(text);
  if (!Number.isNaN(value)) return text.length <= 4 ? { kind: 'number', value, digits: text.length } : undefined;
  if (text.length > MOST_LETTERS) return undefined;
  const name = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const month = MONTHS.findIndex((beginnings) => beginnings.some((beginning) => name.startsWith(beginning)));
  return month < 0 ? undefined : { kind: 'month', value: month + 1 };
}
