import type { NaiveMessage } from './naive-lines.js';
import { writeTagged, type Tagged } from './naive-lines.js';

/** An attribute as an edit wrote it: its name, its value as JSON or null, and the time that decides which value wins. */
type Written = readonly [name: string, value: string | null, time: number];

type Item =
  | { readonly message: NaiveMessage }
  | { readonly at: number; readonly written: readonly Written[] }
  /** The lives of a customer that a restoration has put together. */
  | { readonly lives: readonly (readonly Item[])[] };

/** A customer at a moment. Times are in ms since the Unix epoch. */
export interface NaiveCustomer {
  readonly attributes: Readonly<Record<string, string>>;
  readonly events: Readonly<Record<string, number>>;
  readonly lastUpdated: number;
}

/**
 * All that happened to one customer, kept as a list, and read as a list: what the log is compared with. It takes back deletions as a whole, so
 * the trash must not end.
 */
export class NaiveLog {
  private items: Item[] = [];
  /** The lives that deletions ended. */
  private past: { readonly items: readonly Item[]; readonly at: number }[] = [];
  private readonly seen = new Set<string>();

  /** The messages that counted, in the order of arrival. */
  get applied(): readonly NaiveMessage[] {
    return this.items.flatMap(flat).flatMap((item) => ('message' in item ? [item.message] : []));
  }

  get isDeleted(): boolean {
    return this.past.length > 0 && this.items.length === 0;
  }

  message(message: NaiveMessage): void {
    const { type, id, time, data = [] } = message;
    const deletion = this.past.at(-1);
    if (deletion && time <= deletion.at) return;
    const identity = type === 'event' ? `event ${id}` : JSON.stringify([id, time, [...data].sort()]);
    if (this.seen.has(identity)) return;
    this.seen.add(identity);
    this.items.push({ message });
  }

  /** A PATCH. */
  patch(values: Readonly<Record<string, string | null>>, now: number): void {
    const known = latest(this.items, Infinity);
    const written = Object.entries(values).map(([name, value]): Written => {
      return [name, value, Math.max(now, known.get(name)?.time ?? 0)];
    });
    this.items.push({ at: now, written });
  }

  delete(now: number): void {
    if (this.items.length === 0) return;
    this.past.push({ items: this.items, at: Math.max(now, (this.past.at(-1)?.at ?? -1) + 1) });
    this.items = [];
  }

  /** Takes back all deletions. */
  restore(): void {
    if (this.past.length === 0) return;
    this.items = [{ lives: [...this.past.map(({ items }) => items), this.items] }];
    this.past = [];
  }

  /** The customer by what had happened up to a time; undefined if there was none. */
  at(time: number): NaiveCustomer | undefined {
    const ended = this.past.findLastIndex(({ at }) => at <= time);
    const items = [...this.past.slice(ended + 1).flatMap((life) => life.items), ...this.items];
    const lastUpdated = lastUpdate(items, time);
    if (lastUpdated < 0) return undefined;
    const values = [...latest(items, time)].flatMap(([name, { value }]) => (value === null ? [] : [[name, value]]));
    const events = new Map<string, number>();
    for (const item of items.flatMap(flat)) {
      if (!('message' in item) || item.message.time > time || item.message.name === undefined) continue;
      events.set(item.message.name, (events.get(item.message.name) ?? 0) + 1);
    }
    return {
      attributes: Object.fromEntries(values) as Record<string, string>,
      events: Object.fromEntries(events),
      lastUpdated,
    };
  }
}

function flat(item: Item): Item[] {
  return 'lives' in item ? item.lives.flat().flatMap(flat) : [item];
}

/** The winner of each attribute: a stable sort by time keeps the order of arrival. */
function latest(items: readonly Item[], upTo: number): Map<string, { value: string | null; time: number }> {
  const all = items.flatMap(flat).flatMap((item): Written[] => {
    if ('message' in item) {
      const { time, data = [] } = item.message;
      return time > upTo ? [] : data.map(([name, value]): Written => [name, kept(value), time]);
    }
    return 'written' in item && item.at <= upTo ? [...item.written] : [];
  });
  return new Map(all.sort((a, b) => a[2] - b[2]).map(([name, value, time]) => [name, { value, time }]));
}

function kept(value: Tagged): string | null {
  return value === null || value === 's' ? null : writeTagged(value);
}

function lastUpdate(items: readonly Item[], upTo: number): number {
  let last = -1;
  for (const item of items) {
    if ('lives' in item) last = Math.max(last, ...item.lives.map((life) => lastUpdate(life, upTo)));
    else if ('message' in item) last = item.message.time > upTo ? last : Math.max(last, item.message.time);
    else if (item.at <= upTo) last = item.at;
  }
  return last;
}
