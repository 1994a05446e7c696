import { readNaively, valueOf, writeSorted, type NaiveMessage, type Tagged } from './naive-lines.js';

/** The record of a customer. Names are in the order of their bytes. */
export interface NaiveRecord {
  readonly id: string;
  readonly attributes: readonly (readonly [name: string, value: Tagged])[];
  readonly events: readonly (readonly [name: string, count: number])[];
  /** Milliseconds since the Unix epoch. */
  readonly lastUpdated: number;
}

/** Marks the messages that are the first of their equals. */
export function areFirst(messages: readonly NaiveMessage[]): boolean[] {
  const seen = new Set<string>();
  return messages.map((message) => {
    const known = seen.size;
    return seen.add(identityOf(message)).size > known;
  });
}

/**
 * Applies the rules of section 2 of docs/contract.md as directly as possible: keeps the first of equal messages, orders them by time (a stable
 * sort keeps the order of ties), and lets the last one win.
 */
export function foldNaively(messages: readonly NaiveMessage[]): NaiveRecord[] {
  const isFirst = areFirst(messages);
  const customers = new Map<string, NaiveMessage[]>();
  for (const message of messages.filter((_, at) => isFirst[at])) {
    customers.set(message.userId, [...(customers.get(message.userId) ?? []), message]);
  }
  return [...customers].map(([id, own]) => {
    const inTime = [...own].sort((a, b) => a.time - b.time);
    const values = new Map(inTime.flatMap(({ data = [] }) => data));
    const counts = new Map<string, number>();
    for (const { name } of own) if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
    return {
      id,
      attributes: byName([...values].filter(([, value]) => value !== null && value !== 's')),
      events: byName([...counts]),
      lastUpdated: inTime.at(-1)?.time ?? 0,
    };
  });
}

/**
 * The summary of lines whose customers have numbers, as a verifier compares it.
 * @returns `id,attribute=value,…,event=count,…` of every customer, by number, with nothing quoted
 */
export function summariseNaively(lines: readonly string[]): string[] {
  const read = lines.map((line) => readNaively(Buffer.from(line), Infinity));
  return foldNaively(read.filter((one) => typeof one === 'object'))
    .sort((a, b) => Number(a.id) - Number(b.id))
    .map(({ id, attributes, events }) => [id, ...attributes.map(textField), ...events.map(field)].join(','));
}

function identityOf({ type, userId, id, time, data = [] }: NaiveMessage): string {
  const values = data.map(([name, value]) => [name, writeSorted(value, valueOf)]).sort();
  return JSON.stringify(type === 'event' ? [userId, id] : [userId, id, time, values]);
}

function byName<T>(entries: (readonly [string, T])[]): (readonly [string, T])[] {
  return entries.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function textField([name, value]: readonly [string, Tagged]): string {
  return field([name, typeof value === 'string' ? value.slice(1) : value]);
}

function field([name, value]: readonly [string, unknown]): string {
  return `${name}=${String(value)}`;
}
