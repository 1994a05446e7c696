import type { Random } from './random.js';

/** A message before it is written. */
export interface GeneratedMessage {
  readonly type: 'event' | 'attributes';
  readonly id: string;
  /** Undefined for an anonymous message. */
  readonly customer: number | undefined;
  /** The name of an event. */
  readonly name?: string;
  /** Seconds since the Unix epoch. */
  readonly timestamp: number;
  /** The attributes, or the data of an event, which may be nested. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** The orders in which the members of a line may be written. */
const ORDERS = [
  ['data', 'id', 'name', 'timestamp', 'type', 'user_id'],
  ['id', 'type', 'name', 'user_id', 'data', 'timestamp'],
  ['type', 'user_id', 'timestamp', 'id', 'name', 'data'],
  ['user_id', 'data', 'name', 'id', 'timestamp', 'type'],
] as const;

/** One in this many lines escapes non-ASCII characters, writes the user id as a number, or puts spaces between members. */
const ESCAPED = 25;
const NUMERIC_ID = 12;
const SPACED = 30;

/** Returns a line with its line end. Calls write the same message in different ways that have the same meaning. */
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
