import { toState, type CustomerState, type StoredCustomer } from '../domain/customer/customer.js';
import type { LogEntry } from '../domain/log/log-entry.js';
import { LogFold } from '../domain/log/log-fold.js';
import { formatTimestamp } from '../domain/message/timestamp.js';
import { stateLines } from './message-lines.js';

/** Begins the ids of events that count and are not in the log any more. */
const ENDED = 'roster-export-ended';

/**
 * Writes a customer as the messages of its log, and what these do not make: edits, and what came before the log. `ingest` makes the same
 * customer of the lines, in a database that does not know it. Like messageLines, it sets back what was ahead of the last update.
 */
export class LogLines {
  private readonly state: CustomerState;
  private readonly user: string;
  /** The customer that the lines up to now make. */
  private readonly made = new LogFold({ baseline: undefined, edits: [] });
  private count = 0;

  constructor(stored: StoredCustomer) {
    this.state = toState(stored.id, stored, undefined);
    this.user = JSON.stringify(stored.id);
  }

  /** The line of a message. They may come in any order. */
  line(entry: LogEntry): string {
    const { kind, id, name, data } = entry;
    const time = Math.min(entry.time, this.state.lastUpdated);
    // A file says nothing of empty texts: they remove.
    this.made.add({ ...entry, time, keepsEmptyText: false, moment: 0, index: this.count++ });
    const called = name === undefined ? '' : `,"name":${JSON.stringify(name)}`;
    const held = data === undefined ? '' : `,"data":${data}`;
    return `{"id":${JSON.stringify(id)},"type":"${kind}"${called},"user_id":${this.user}${held},"timestamp":${formatTimestamp(time)}}\n`;
  }

  /** The lines behind those of all messages. */
  rest(): Generator<string> {
    const { made, state } = this;
    const attributes = [...state.attributes].filter(([name, { value, timestamp }]) => {
      const own = made.written.get(name);
      return own?.value !== value || own.time !== Math.min(timestamp, state.lastUpdated);
    });
    const events = [...state.events]
      .map(([name, count]): [string, number] => [name, count - (made.counts.get(name) ?? 0)])
      .filter(([, count]) => count > 0);
    const missing = { ...state, attributes: new Map(attributes), events: new Map(events) };
    return stateLines(missing, made.lastUpdated(), ENDED);
  }
}
