export const SOURCE_KINDS = ['http', 'segment', 'customerio', 'rudderstack'] as const;
/** The clients that a source is meant for. It decides which snippets are shown. */
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** The number of the source that is always there and has no key. */
export const DEFAULT_SOURCE = 1;

/** The outcomes of a message, in the order in which they are shown. */
export const OUTCOMES = ['accepted', 'duplicate', 'stale', 'anonymous', 'ignored', 'rejected'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Numbers of messages by outcome. */
export interface Counts {
  readonly accepted: number;
  readonly duplicates: number;
  readonly stale: number;
  readonly anonymous: number;
  readonly ignored: number;
  readonly rejected: number;
}

/** The counts of an hour, which begins at `at` (RFC 3339). */
export interface HourCounts extends Counts {
  readonly at: string;
}

export interface Switches {
  readonly is_on: boolean;
  /** True if an attribute that is `""` is kept; else it is removed. */
  readonly keeps_empty_text: boolean;
  readonly may_create: boolean;
  readonly may_delete: boolean;
}

/** A source of live messages. Times are RFC 3339. */
export interface Source extends Switches {
  readonly id: number;
  readonly name: string;
  readonly kind: SourceKind;
  readonly created_at: string;
  /** Empty if it was made on an open server. */
  readonly created_by: string;
  readonly has_key: boolean;
  /** The end of the key before the present one; missing for none. */
  readonly old_key_until?: string;
  /** The latest hour with a message; missing for none. */
  readonly last_hour_at?: string;
  readonly today: Counts;
  readonly week: Counts;
}

export type NewSource = Pick<Source, 'name' | 'kind' | keyof Switches>;
export type SourceChange = Partial<Pick<Source, 'name' | keyof Switches>>;

/** A source and its key, which the server does not show again. */
export interface SourceWithKey {
  readonly source: Source;
  readonly key: string;
}

/** A rejected message, as the source keeps it. */
export interface SourceReject {
  readonly id: number;
  readonly at: string;
  readonly reason: string;
  /** The member that is wrong. */
  readonly field?: string;
  /** The fault, in English. */
  readonly message: string;
  readonly user_id?: string;
  /** The message as it came, at most 64 KiB of it. */
  readonly text: string;
}

export function countOf(counts: Counts, outcome: Outcome): number {
  return outcome === 'duplicate' ? counts.duplicates : counts[outcome];
}

export function totalOf(counts: Counts): number {
  return OUTCOMES.reduce((sum, outcome) => sum + countOf(counts, outcome), 0);
}
