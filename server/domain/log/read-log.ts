import type { StoredCustomer } from '../customer/customer.js';
import { baselineOf } from './log-change.js';
import type { LogEntry } from './log-entry.js';
import { LogFold, type LogFrame } from './log-fold.js';
import type { CustomerLog } from './log-repository.js';

/** Messages of one customer, in any order. */
export type Messages = Iterable<LogEntry> | AsyncIterable<LogEntry>;

/** The log of a customer; of one that has none, its record as a baseline. */
export function frameOf(log: CustomerLog, record: StoredCustomer | undefined): LogFrame {
  return log.exists || !record ? log : { baseline: baselineOf(record, 0, undefined), edits: [] };
}

/** Folds all of a log. @returns undefined if the customer does not exist */
export async function refold(
  id: string,
  log: CustomerLog,
  messages: Messages,
  record: StoredCustomer | undefined,
): Promise<StoredCustomer | undefined> {
  return folded(new LogFold(frameOf(log, record)), id, messages);
}

/**
 * The customer by what had happened up to a time, that time included, whenever it arrived.
 * @param time in ms since the Unix epoch
 * @returns undefined if there was none; `incomplete` if the log does not reach that time
 */
export async function recordAt(
  id: string,
  time: number,
  log: CustomerLog,
  messages: Messages,
  record: StoredCustomer | undefined,
): Promise<StoredCustomer | 'incomplete' | undefined> {
  const frame = frameOf(log, record);
  if (frame.baseline && time < frame.baseline.time) return 'incomplete';
  return folded(new LogFold(frame, time), id, messages);
}

async function folded(fold: LogFold, id: string, messages: Messages): Promise<StoredCustomer | undefined> {
  for await (const message of messages) fold.add(message);
  return fold.record(id);
}
