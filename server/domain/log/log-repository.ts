import type { Awaitable } from '../awaitable.js';
import type { StoredCustomer } from '../customer/customer.js';
import type { LogBaseline, LogEdit, LogEntry, LogPlace } from './log-entry.js';

/** The choice of messages of one customer. All members narrow it. */
export interface LogQuery {
  readonly kinds?: readonly LogEntry['kind'][];
  /** The name of an event, or of an attribute that an attributes message has in its `data`. */
  readonly name?: string;
  /** Milliseconds since the Unix epoch, both included. */
  readonly since?: number;
  readonly until?: number;
  /** Only messages of a greater moment: those since a deletion. */
  readonly afterMoment?: number;
  /** Only entries behind this place, that is older ones. */
  readonly before?: LogPlace;
  readonly limit: number;
}

/** Spans of time of which messages are counted. */
export interface CountQuery {
  /** The beginning of each span, and the end of the last one, ascending, in ms since the Unix epoch. An end is not within. */
  readonly edges: readonly number[];
  /** Only messages of a greater moment: those since a deletion. */
  readonly afterMoment: number;
}

export interface KindCounts {
  event: number;
  attributes: number;
}

/** All that the log knows of one customer, but for its messages. */
export interface CustomerLog {
  readonly baseline: LogBaseline | undefined;
  /** In the order of moments. */
  readonly edits: readonly LogEdit[];
  /** True if the log holds messages, edits or a baseline. False: the record is the baseline. */
  readonly exists: boolean;
}

/** The log of a customer, its messages and its record. */
export type WholeLog = [
  log: CustomerLog,
  messages: Iterable<LogEntry> | AsyncIterable<LogEntry>,
  record: StoredCustomer | undefined,
];

/** The number of messages, or the age, at which entries end. */
export interface LogLimits {
  /** The most recent messages of each customer that are kept; `all`, or 0 for no log. */
  readonly entries: number | 'all';
  /** Messages whose own time is before this one end, in ms since the Unix epoch. Undefined: none. */
  readonly before: number | undefined;
}

/**
 * The messages that were applied, by customer. This class is the contract of every engine and the token for Nest. Entries are written by the
 * customer writer, in the transaction that applies the message.
 */
export abstract class LogRepository {
  /** The messages of a customer, newest first by time, then by arrival. Empty when there is none. */
  abstract messages(customerId: string, query: LogQuery): Promise<readonly LogEntry[]>;

  /** One message; undefined when it is unknown or has ended. */
  abstract message(customerId: string, place: LogPlace): Promise<LogEntry | undefined>;

  /** The number of messages of a customer in each span of time. */
  abstract counts(customerId: string, query: CountQuery): Promise<readonly Readonly<KindCounts>[]>;

  abstract customer(customerId: string): Promise<CustomerLog>;

  /**
   * Reads the log of a customer, with all of its messages in any order, and its record, from one snapshot.
   * @param read may be called again from its start
   */
  abstract whole<T>(customerId: string, read: (...whole: WholeLog) => Awaitable<T>): Promise<T>;

  /**
   * Reads the logs of some customers as {@link whole} does, one after another, with few statements.
   * @param read may be called again from the first customer on. A customer without a record and a log is read as well
   */
  async wholes(
    customerIds: readonly string[],
    read: (customerId: string, ...whole: WholeLog) => Awaitable<void>,
  ): Promise<void> {
    for (const id of customerIds) await this.whole(id, (...whole) => read(id, ...whole));
  }

  /** Ends what the limits say, and moves baselines on. It works in steps, so that other writers get their turns. @returns the messages that ended */
  abstract end(limits: LogLimits): Promise<number>;

  /** Packs blocks of messages more tightly, in steps, as long as there are loose ones. @returns true when some are left */
  abstract compact(signal: AbortSignal): Promise<boolean>;
}
