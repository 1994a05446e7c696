import { JsonValue } from '../../core/exact-json';
import { HistoryEntry } from './history';

/** Entries of the timeline that are loaded at once. */
export const TIMELINE_PER_PAGE = 50;

export const ENTRY_KINDS = ['event', 'attributes', 'edit'] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** The origin of an entry. A name is missing when the ingestion or the source was removed. */
export type EntrySource =
  | {
      readonly kind: 'file';
      readonly ingestion: number;
      readonly name?: string;
      readonly line: number;
      readonly offset: number;
    }
  | { readonly kind: 'live'; readonly source: number; readonly name?: string }
  | { readonly kind: 'import'; readonly ingestion: number; readonly name?: string; readonly row: number }
  | { readonly kind: 'edit'; readonly client: HistoryEntry['source']; readonly by?: HistoryEntry['by'] };

/** Something that a customer did, or that was done to its record. */
export interface TimelineEntry {
  /** Names the entry among those of its customer. */
  readonly entry: string;
  readonly kind: EntryKind;
  /** RFC 3339 in UTC, with milliseconds. */
  readonly time: string;
  /** The id of the message; missing for an edit. */
  readonly id?: string;
  /** The name of the event. */
  readonly name?: string;
  /** As it came; missing for an edit, and for an event without data. */
  readonly data?: JsonValue;
  /** True if `data` is long, and is only the beginning of its JSON, as text. */
  readonly data_truncated?: boolean;
  readonly source: EntrySource;
  readonly action?: HistoryEntry['action'];
  readonly changes?: HistoryEntry['changes'];
  /** True if `changes` are long, and further ones were left out. */
  readonly changes_truncated?: boolean;
}

export interface TimelinePage {
  readonly entries: readonly TimelineEntry[];
  /** The place behind the last entry; missing at the end. */
  readonly next?: string;
  /** False if older entries existed, and have ended. */
  readonly complete: boolean;
}

export interface TimelineFilter {
  /** Empty for all. */
  readonly kinds: readonly EntryKind[];
  /** The name of an event or of an attribute; empty for all. */
  readonly name: string;
  /** Days as `YYYY-MM-DD` in the time zone of the reader, both included; empty for no limit. */
  readonly since: string;
  readonly until: string;
}

export const NO_FILTER: TimelineFilter = { kinds: [], name: '', since: '', until: '' };

/** The entry that made the value of an attribute, and those it won over. */
export interface Why {
  readonly name: string;
  /** Null when the entry has ended. */
  readonly entry: TimelineEntry | null;
  /** The time that decided, in RFC 3339. */
  readonly time: string;
  /** Newest first. */
  readonly won_over: readonly TimelineEntry[];
}

/** The beginning of a day, or its last millisecond, as RFC 3339; null for no day. */
export function edgeOf(day: string, edge: 'start' | 'end'): string | null {
  const time = new Date(`${day}T${edge === 'start' ? '00:00:00.000' : '23:59:59.999'}`);
  return day === '' || Number.isNaN(time.getTime()) ? null : time.toISOString();
}
