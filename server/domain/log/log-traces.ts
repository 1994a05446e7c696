import type { LogEntry } from './log-entry.js';
import type { LogRepository } from './log-repository.js';

/** Entries that are read at once. The data of a message has at most 1 MiB. */
const ENTRIES_AT_ONCE = 20;

/** The sources of a customer's messages, and the time of the newest. */
export interface Traces {
  /** Numbers of ingestions, imports included. */
  readonly ingestions: readonly number[];
  /** Numbers of live sources. */
  readonly sources: readonly number[];
  /** Milliseconds since the Unix epoch; 0 if the log has no message. */
  readonly newest: number;
}

export const NO_TRACES: Traces = { ingestions: [], sources: [], newest: 0 };

/** Goes through the log of one customer. */
export class LogTraces {
  constructor(private readonly log: LogRepository) {}

  /** All messages that the log holds, the newest first. */
  async *entries(customerId: string): AsyncGenerator<readonly LogEntry[]> {
    for (let before: LogEntry | undefined; ;) {
      const query = { limit: ENTRIES_AT_ONCE, ...(before && { before }) };
      const entries = await this.log.messages(customerId, query);
      if (entries.length > 0) yield entries;
      if (entries.length < ENTRIES_AT_ONCE) return;
      before = entries[entries.length - 1];
    }
  }

  async of(customerId: string): Promise<Traces> {
    const [ingestions, sources] = [new Set<number>(), new Set<number>()];
    let newest = 0;
    for await (const entries of this.entries(customerId)) {
      for (const { source, time } of entries) {
        newest = Math.max(newest, time);
        if (source.kind === 'live') sources.add(source.source);
        else ingestions.add(source.ingestion);
      }
    }
    return { ingestions: [...ingestions], sources: [...sources], newest };
  }
}
