import type { OutcomeCounts } from '../customer/fold.js';
import type { RejectReason } from '../message/message.js';

/** `interrupted`: the process ended before the ingestion did. The next run of the same source continues where it stopped. */
export type IngestionState = 'running' | 'done' | 'failed' | 'interrupted';

/** The lines of a source by their result. lines = blank + events + attributes + duplicates + anonymous + stale + all rejected. */
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
  /** Messages that are not newer than the deletion of their customer. */
  stale: number;
  rejected: Partial<Record<RejectReason, number>>;
  /** Customers to which a message was applied. */
  customers: number;
}

/** A file or a stream from which messages are read. */
export interface Source {
  /** The path of a file as it was given, `-` for standard input, the name of an upload. */
  readonly name: string;
  /** The absolute path, which identifies a file between runs; undefined if the source cannot be read again. */
  readonly path: string | undefined;
  /** Size in bytes, for a compressed file the compressed size; undefined if it is not known. */
  readonly size: number | undefined;
  /** Changes with the content: a file with another fingerprint is another source. */
  readonly fingerprint: string | undefined;
}

/** One run of one source. Times are milliseconds since the Unix epoch. */
export interface Ingestion {
  readonly id: number;
  readonly source: Source;
  readonly state: IngestionState;
  /** The reason why it failed, or could not be marked as interrupted. */
  readonly failure: string | undefined;
  readonly counts: IngestionCounts;
  readonly startedAt: number;
  readonly finishedAt: number | undefined;
  /** Seconds spent in all of its runs. */
  readonly seconds: number;
}

/** A rejected line, recorded so that a person can correct it. `line` starts at 1, `offset` (bytes) at 0. */
export interface Reject {
  readonly line: number;
  readonly offset: number;
  readonly reason: RejectReason;
  /** The first 200 characters. */
  readonly text: string;
}

/** The progress of a source since the last checkpoint. It is stored in the transaction that applies the stretch. */
export interface Checkpoint {
  readonly ingestionId: number;
  /** Counts of the lines read since the last checkpoint. Counts that are known only after applying are 0. */
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
 * Completes the counts of a checkpoint after it was applied.
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

/** The report of an ingestion at its end, with the members of the contract in their order. */
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
