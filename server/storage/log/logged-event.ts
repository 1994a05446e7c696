import type { LogEntry } from '../../domain/log/log-entry.js';

/** An event of the log, without what its time and its name do not need. */
export type LoggedEvent = Pick<LogEntry, 'time' | 'moment'> & { readonly kind: 'event'; readonly name: string };
