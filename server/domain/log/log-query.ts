import type { LogEntry } from './log-entry.js';
import { changesIn, comparePlaces } from './log-fold.js';
import type { LogQuery } from './log-repository.js';

/** True if a message is one of those that a query asks for, but for its limit. */
export function isChosen(entry: LogEntry, query: LogQuery): boolean {
  const { kinds, name, since = -Infinity, until = Infinity, afterMoment = -Infinity, before } = query;
  return (
    entry.time >= since &&
    entry.time <= until &&
    entry.moment > afterMoment &&
    (!before || comparePlaces(entry, before) < 0) &&
    (!kinds || kinds.includes(entry.kind)) &&
    (name === undefined || hasName(entry, name))
  );
}

/** True if an event has the name, or if an attributes message sets or removes the attribute. */
function hasName(entry: LogEntry, name: string): boolean {
  if (entry.kind === 'event') return entry.name === name;
  return changesIn(entry).some((change) => change.name === name);
}
