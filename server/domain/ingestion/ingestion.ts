import type { OutcomeCounts } from '../customer/fold.js';
import type { RejectReason } from '../message/message.js';

/** `interrupted`: its process ended before it did; the next run of the same source goes on where it stopped. */
export type IngestionState = 'running' | 'done' | 'failed' | 'interrupted';

/** What the lines of a source came to. lines = blank + events + attributes + duplicates + anonymous + stale + all rejected. */
export interface IngestionCounts {
  bytes: number;
  lines: number;
  blank: number;
  /** Accepted distinct events. */
  events: number;
  /** Accepted distinct attribute messages. */
  attributes: number;
  /** Repeated messages of both kinds. */
  duplicates: number;
  anonymous: number;
  /** Messages that came before a deletion. */
  stale: number;
  rejected: Partial<Record<RejectReason, number>>;
  /** Customers to which a message was applied. */
  customers: number;
}

/** Where messages come from. */
export interface Source {
  /** The path of a file as it was given, `-` for standard input, the name of an upload. */
  readonly name: string;
  /** What identifies a file between runs: its absolute path; undefined when the source cannot be read again. */
  readonly path: string | undefined;
  /** Bytes; undefined when nobody knows. Of a compressed file the compressed size. */
  readonly size: number | undefined;
  /** Changes when the content does: a file with another fingerprint is another source. */
  readonly fingerprint: string | undefined;
}

/** One run of one source. Times are milliseconds since the Unix epoch. */
export interface Ingestion {
  readonly id: number;
  readonly source: Source;
  readonly state: IngestionState;
  /** Why it failed, or could not be marked as interrupted. */
  readonly failure: string | undefined;
  readonly counts: IngestionCounts;
  readonly startedAt: number;
  readonly finishedAt: number | undefined;
  /** Seconds spent, over all its runs. */
  readonly seconds: number;
}

/** A line that was not taken, so that a person can mend it. `line` starts at 1, `offset` (bytes) at 0. */
export interface Reject {
  readonly line: number;
  readonly offset: number;
  readonly reason: RejectReason;
  /** The first 200 characters. */
  readonly text: string;
}

/** How far a source was read; stored in the transaction that merges what was read. */
export interface Checkpoint {
  readonly ingestionId: number;
  /** What was read since the last checkpoint. Those that only the merge can tell are 0. */
  readonly counts: IngestionCounts;
  readonly rejects: readonly Reject[];
}

export function noCounts(): IngestionCounts {
  return {
    bytes: 0,
    lines: 0,
    blank: 0,
    events: 0,
    attributes: 0,
    duplicates: 0,
    anonymous: 0,
    stale: 0,
    rejected: {},
    customers: 0,
  };
}

/**
 * The counts of a checkpoint, complete.
 * @param outcomes of the messages that were applied
 * @param customers touched by this ingestion for the first time
 */
export function completeCounts(read: IngestionCounts, outcomes: OutcomeCounts, customers: number): IngestionCounts {
  return { ...read, ...outcomes, customers };
}

/** Adds `more` to `counts`, which changes. */
export function addCounts(counts: IngestionCounts, more: IngestionCounts): void {
  counts.bytes += more.bytes;
  counts.lines += more.lines;
  counts.blank += more.blank;
  counts.events += more.events;
  counts.attributes += more.attributes;
  counts.duplicates += more.duplicates;
  counts.anonymous += more.anonymous;
  counts.stale += more.stale;
  counts.customers += more.customers;
  for (const [reason, count] of Object.entries(more.rejected)) countRejected(counts, reason as RejectReason, count);
}

export function countRejected(counts: IngestionCounts, reason: RejectReason, count = 1): void {
  counts.rejected[reason] = (counts.rejected[reason] ?? 0) + count;
}

/** What an ingestion says of itself at its end: the contract's report, in its order. */
export interface IngestionReport extends IngestionCounts {
  source: string;
  seconds: number;
}

export function reportOf(ingestion: Ingestion): IngestionReport {
  const { bytes, lines, blank, events, attributes, duplicates, anonymous, stale, rejected, customers } =
    ingestion.counts;
  return {
    source: ingestion.source.name,
    bytes,
    lines,
    blank,
    events,
    attributes,
    duplicates,
    anonymous,
    stale,
    rejected,
    customers,
    seconds: Math.round(ingestion.seconds * 1000) / 1000,
  };
}
