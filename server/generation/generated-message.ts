import type { Random } from './random.js';

/** A message before it is written. */
export interface GeneratedMessage {
  readonly type: 'event' | 'attributes';
  readonly id: string;
  /** undefined: anonymous. */
  readonly customer: number | undefined;
  /** Of an event. */
  readonly name?: string;
  /** Seconds since the Unix epoch. */
  readonly timestamp: number;
  /** The attributes; what an event carries may be nested. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** The members of a line come in one of these orders. */
const ORDERS = [
  ['data', 'id', 'name', 'timestamp', 'type', 'user_id'],
  ['id', 'type', 'name', 'user_id', 'data', 'timestamp'],
  ['type', 'user_id', 'timestamp', 'id', 'name', 'data'],
  ['user_id', 'data', 'name', 'id', 'timestamp', 'type'],
] as const;

/** Once in so many lines, what is not ASCII is written as escapes, an id as a number, members with space between them. */
const ESCAPED = 25;
const NUMERIC_ID = 12;
const SPACED = 30;

/** One line with its line end. Each call writes the message another way, all of them with the same meaning. */
export function writeLine(message: GeneratedMessage, random: Random): string {
  const separator = random.oneIn(SPACED) ? ', ' : ',';
  let line = '';
  for (const member of random.pick(ORDERS)) {
    const value = member === 'user_id' ? userId(message.customer, random) : message[member];
    if (value !== undefined) line += `${line === '' ? '' : separator}"${member}":${JSON.stringify(value)}`;
  }
  return `{${random.oneIn(ESCAPED) ? escape(line) : line}}\n`;
}

function userId(customer: number | undefined, random: Random): string | number | null | undefined {
  if (customer === undefined) return random.pick([undefined, null, '']);
  return random.oneIn(NUMERIC_ID) ? customer : String(customer);
}

function escape(json: string): string {
  return json.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
