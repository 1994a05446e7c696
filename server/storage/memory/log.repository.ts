import type { Awaitable } from '../../domain/awaitable.js';
import type { CustomerChange } from '../../domain/customer/customer-change.js';
import type { StoredCustomer } from '../../domain/customer/customer.js';
import type { TrashedCustomer } from '../../domain/customer/trash.js';
import { EventTimes, eventsOf } from '../../domain/log/event-times.js';
import { baselineOf, editEffect, startOfLog, startsLogAnew } from '../../domain/log/log-change.js';
import { LogEnd, waitsUpTo } from '../../domain/log/log-end.js';
import type { LogBaseline, LogEdit, LogEntry, LogPlace } from '../../domain/log/log-entry.js';
import { comparePlaces } from '../../domain/log/log-fold.js';
import { isChosen } from '../../domain/log/log-query.js';
import {
  LogRepository,
  type CountQuery,
  type CustomerLog,
  type KindCounts,
  type LogLimits,
  type LogQuery,
} from '../../domain/log/log-repository.js';
import { unpackEntries } from '../../domain/log/packed-entries.js';
import { frameOf } from '../../domain/log/read-log.js';
import { openStored } from '../../domain/search/open-record.js';
import type { OpenCustomer } from '../select-by-scan.js';

/** The log of one customer. */
interface Rows {
  readonly baseline: LogBaseline | undefined;
  readonly edits: readonly LogEdit[];
  /** In the order of a timeline, the oldest first. */
  readonly messages: readonly LogEntry[];
}

const NO_ROWS: Rows = { baseline: undefined, edits: [], messages: [] };

/** The customers and the trash, as far as the log needs them. */
export interface LoggedCustomers {
  readonly stored: (id: string) => StoredCustomer | undefined;
  readonly trashed: (id: string) => TrashedCustomer | undefined;
}

/** The log in a map, gone with the process. A write replaces the rows of a customer, and leaves those that are read as they are. */
export class MemoryLogRepository extends LogRepository {
  private readonly logs = new Map<string, Rows>();
  private moment = 0;

  /** @param keepsLog false writes nothing */
  constructor(
    readonly keepsLog: boolean,
    private readonly customers: LoggedCustomers,
  ) {
    super();
  }

  override async messages(customerId: string, query: LogQuery): Promise<readonly LogEntry[]> {
    const { messages } = this.rows(customerId);
    return messages
      .filter((message) => isChosen(message, query))
      .reverse()
      .slice(0, query.limit);
  }

  override async message(customerId: string, place: LogPlace): Promise<LogEntry | undefined> {
    return this.rows(customerId).messages.find((message) => comparePlaces(message, place) === 0);
  }

  override async counts(customerId: string, { edges, afterMoment }: CountQuery): Promise<readonly KindCounts[]> {
    const messages = this.rows(customerId).messages.filter(({ moment }) => moment > afterMoment);
    return edges.slice(1).map((end, span) => {
      const within = messages.filter(({ time }) => time >= edges[span] && time < end);
      const event = within.filter(({ kind }) => kind === 'event').length;
      return { event, attributes: within.length - event };
    });
  }

  override async customer(customerId: string): Promise<CustomerLog> {
    return logOf(this.rows(customerId));
  }

  override async whole<T>(
    customerId: string,
    read: (log: CustomerLog, messages: Iterable<LogEntry>, record: StoredCustomer | undefined) => Awaitable<T>,
  ): Promise<T> {
    const rows = this.rows(customerId);
    return read(logOf(rows), rows.messages, this.customers.stored(customerId));
  }

  override async end({ entries, before = -Infinity }: LogLimits): Promise<number> {
    let ended = 0;
    for (const [id, rows] of this.logs) {
      if (entries === 0) this.logs.delete(id);
      const waiting = waitsUpTo(rows, this.customers.trashed(id));
      const most = rows.messages.length - (entries === 'all' ? Infinity : entries);
      const isOver = ({ time, moment }: LogEntry, place: number): boolean =>
        entries === 0 || ((place < most || time < before) && moment > waiting);
      const over = rows.messages.filter(isOver);
      ended += over.length;
      if (entries === 0 || over.length === 0) continue;
      const end = new LogEnd(rows);
      for (const message of over) end.add(message);
      const messages = rows.messages.filter((message, place) => !isOver(message, place));
      this.logs.set(id, { baseline: end.baseline(), edits: rows.edits, messages });
    }
    return ended;
  }

  override async compact(): Promise<boolean> {
    return false;
  }

  /** Opens customers with their logs as they are now. */
  opener(): OpenCustomer {
    const logs = new Map(this.logs);
    return (customer) => {
      const rows = logs.get(customer.id) ?? NO_ROWS;
      const events = eventsOf(() => {
        const times = new EventTimes(frameOf(logOf(rows), customer));
        for (const message of rows.messages) times.add(message);
        return times;
      });
      return openStored(customer, events);
    };
  }

  /** The moment of the next transaction. */
  nextMoment(): number {
    return ++this.moment;
  }

  /** Writes what a change adds to the log. */
  record(change: CustomerChange, moment: number): void {
    if (!this.keepsLog) return;
    const { id, after, deletedAt, log } = change;
    const known = this.logs.get(id);
    if (after && startsLogAnew(change, logOf(known ?? NO_ROWS))) {
      this.logs.set(id, { ...NO_ROWS, baseline: baselineOf(after, moment, deletedAt) });
      return;
    }
    const effect = editEffect(change, change.history?.at ?? Date.now());
    if (!log && !effect) return;
    const { baseline, edits, messages } = known ?? { ...NO_ROWS, baseline: startOfLog(change, moment) };
    this.logs.set(id, {
      baseline,
      edits: effect ? [...edits, { ...effect, moment }] : edits,
      messages: log ? [...messages, ...unpackEntries(log.packed.slice(), moment, 0)].sort(comparePlaces) : messages,
    });
  }

  erase(customerId: string): void {
    this.logs.delete(customerId);
  }

  private rows(customerId: string): Rows {
    return this.logs.get(customerId) ?? NO_ROWS;
  }
}

function logOf({ baseline, edits, messages }: Rows): CustomerLog {
  return { baseline, edits, exists: baseline !== undefined || edits.length + messages.length > 0 };
}
