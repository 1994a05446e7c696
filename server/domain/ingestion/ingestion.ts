import type { OutcomeCounts } from '../customer/fold.js';
import type { RowReason } from '../import/row-plan.js';
import type { RejectReason } from '../message/message.js';
import type { RejectBlock } from './reject.js';

/**
 * `refused`: the source holds no JSON lines, so nothing of it was taken. `interrupted`: the process ended before the ingestion did. The
 * next run of the same source continues where it stopped.
 */
export type IngestionState = 'running' | 'done' | 'failed' | 'refused' | 'interrupted';

/** The reasons by which rejected lines are counted. Lines of a suppressed customer are not kept. */
export type CountedReject = RejectReason | RowReason | 'suppressed';

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
  rejected: Partial<Record<CountedReject, number>>;
  /** Rejected lines that were only counted, because the rejects of the source are at their limit. Absent: none. */
  rejectsNotKept?: number;
  /** Bytes of the rejects that are kept; the limit when it was reached. Absent: none. */
  rejectBytes?: number;
  /** Customers to which a message was applied. */
  customers: number;
  /** Messages that are applied, and whose lines are behind the checkpoint; see {@link countEarly}. Absent: none. */
  early?: Pick<IngestionCounts, 'events' | 'attributes'>;
  /** The numbers of an import: rows that made a customer, and cells that a spreadsheet has damaged. Absent for other ingestions. */
  sheet?: SheetCounts;
}

export interface SheetCounts {
  created: number;
  damaged: number;
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

/** The progress of a source since the last checkpoint. It is stored in the transaction that applies the stretch. */
export interface Checkpoint {
  readonly ingestionId: number;
  /** Counts of the lines read since the last checkpoint. Counts that are known only after applying are 0. */
  readonly counts: IngestionCounts;
  /** In the order of lines. */
  readonly rejects: readonly RejectBlock[];
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
 * Notes in `total` that a part of a stretch was applied, before the checkpoint behind it. From then on its messages are duplicates, for
 * the rest of the stretch and for one that reads them again, so `outcomes` changes.
 * @param total of the ingestion
 * @param outcomes of the stretch so far
 * @param customers touched by this ingestion for the first time since the last part
 */
export function countEarly(total: IngestionCounts, outcomes: OutcomeCounts, customers: number): void {
  const early = (total.early ??= { events: 0, attributes: 0 });
  early.events += outcomes.events;
  early.attributes += outcomes.attributes;
  total.customers += customers;
  outcomes.duplicates += outcomes.events + outcomes.attributes;
  outcomes.events = outcomes.attributes = 0;
}

/**
 * Moves an ingestion on to a checkpoint. Messages that were applied early are among its duplicates, and count as what they were then.
 * @param total of the ingestion, which changes
 * @param read the counts of the checkpoint
 * @param outcomes of the messages that were applied
 * @param customers touched by this ingestion for the first time since the last part
 * @returns the counts of the checkpoint, complete but for the customers of earlier parts
 */
export function advanceCounts(
  total: IngestionCounts,
  read: IngestionCounts,
  outcomes: OutcomeCounts,
  customers: number,
): IngestionCounts {
  const { suppressed, ...applied } = outcomes;
  const counts = { ...read, ...applied, rejected: { ...read.rejected }, customers };
  if (suppressed > 0) countRejected(counts, 'suppressed', suppressed);
  const { early } = total;
  if (early) {
    const events = Math.min(early.events, counts.duplicates);
    const attributes = Math.min(early.attributes, counts.duplicates - events);
    counts.events += events;
    counts.attributes += attributes;
    counts.duplicates -= events + attributes;
    // A stretch that is read again may end before the one of the parts. The rest is among the duplicates of the next.
    const left = { events: early.events - events, attributes: early.attributes - attributes };
    if (left.events + left.attributes > 0) total.early = left;
    else delete total.early;
  }
  addCounts(total, counts);
  return counts;
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
  if (more.sheet) {
    counts.sheet ??= { created: 0, damaged: 0 };
    counts.sheet.created += more.sheet.created;
    counts.sheet.damaged += more.sheet.damaged;
  }
  if (more.rejectsNotKept) counts.rejectsNotKept = (counts.rejectsNotKept ?? 0) + more.rejectsNotKept;
  if (more.rejectBytes) counts.rejectBytes = (counts.rejectBytes ?? 0) + more.rejectBytes;
  for (const [reason, count] of Object.entries(more.rejected)) countRejected(counts, reason as CountedReject, count);
}

/** The number of all rejected lines. */
export function allRejected({ rejected }: Pick<IngestionCounts, 'rejected'>): number {
  return Object.values(rejected).reduce((sum, count) => sum + count, 0);
}

export function countRejected(counts: IngestionCounts, reason: CountedReject, count = 1): void {
  counts.rejected[reason] = (counts.rejected[reason] ?? 0) + count;
}

/** The report of an ingestion at its end, with the members of the contract in their order. */
export interface IngestionReport extends Omit<IngestionCounts, 'rejectsNotKept' | 'rejectBytes' | 'early' | 'sheet'> {
  source: string;
  /** Rejected lines that were only counted. Absent: none. */
  rejects_not_kept?: number;
  seconds: number;
}

export function reportOf(ingestion: Ingestion): IngestionReport {
  const { bytes, lines, blank, events, attributes, duplicates, anonymous, stale, rejected, rejectsNotKept, customers } =
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
    ...(rejectsNotKept && { rejects_not_kept: rejectsNotKept }),
    customers,
    seconds: wholeMilliseconds(ingestion.seconds),
  };
}

/** Rounds a number of seconds to milliseconds, so that a sum has no digits of its rounding. */
export function wholeMilliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
