import { isRejected, rejectOf, type LiveMessage, type LiveMessageOutcome } from '../customer/accept-messages.js';
import type { CallOutcome, CallReject, LiveCallOrigin, SourceCount, SourceReject } from './source.js';

/** A call that brings no message to apply, as it is counted: a command that was obeyed, or a call without effect. */
export type LiveNote = LiveCallOrigin &
  (
    | { readonly outcome: Exclude<CallOutcome, 'rejected'> }
    | { readonly outcome: 'rejected'; readonly reject: CallReject; readonly userId: string | undefined }
  );

/** A reject before it is stored. */
export type NewSourceReject = Omit<SourceReject, 'id'>;

/** The counts and rejects of the calls that are written in one transaction. */
export interface LiveRecord {
  readonly counts: readonly SourceCount[];
  /** In the order of arrival, at most {@link MOST_REJECTS} of a source. */
  readonly rejects: readonly NewSourceReject[];
}

/** The rejects that are kept of a source. */
export const MOST_REJECTS = 10_000;
const HOUR_MS = 3_600_000;

/** The beginning of the hour of a time, both in ms since the Unix epoch. */
export function hourOf(time: number): number {
  return time - (time % HOUR_MS);
}

/**
 * Counts calls by source, hour and outcome, and collects their rejects.
 * @param outcomes of the messages, in their order
 */
export function recordOfCalls(
  messages: readonly LiveMessage[],
  outcomes: readonly LiveMessageOutcome[],
  notes: readonly LiveNote[],
): LiveRecord {
  const counts = new Map<string, { -readonly [Name in keyof SourceCount]: SourceCount[Name] }>();
  const rejects: { of: LiveCallOrigin; reject: CallReject; userId: string | undefined }[] = [];
  const count = ({ source, arrival }: LiveCallOrigin, outcome: CallOutcome): void => {
    const hour = hourOf(arrival);
    const key = `${source} ${hour} ${outcome}`;
    const known = counts.get(key);
    if (known) known.count++;
    else counts.set(key, { source, hour, outcome, count: 1 });
  };
  messages.forEach((message, at) => {
    const outcome = outcomes[at];
    if (isRejected(outcome)) {
      rejects.push({ of: message, reject: rejectOf(outcome), userId: message.userId });
      count(message, 'rejected');
    } else count(message, outcome);
  });
  for (const note of notes) {
    if (note.outcome === 'rejected') rejects.push({ of: note, reject: note.reject, userId: note.userId });
    count(note, note.outcome);
  }
  return { counts: [...counts.values()].sort(inOrder), rejects: latest(rejects).map(newReject) };
}

/** The order in which every writer locks counts. */
function inOrder(a: SourceCount, b: SourceCount): number {
  return a.source - b.source || a.hour - b.hour || (a.outcome < b.outcome ? -1 : 1);
}

/** Leaves out the rejects of a source that would not be kept. */
function latest<Reject extends { readonly of: LiveCallOrigin }>(rejects: readonly Reject[]): readonly Reject[] {
  if (rejects.length <= MOST_REJECTS) return rejects;
  const kept = new Map<number, number>();
  return rejects
    .toReversed()
    .filter(({ of: { source } }) => {
      const count = (kept.get(source) ?? 0) + 1;
      kept.set(source, count);
      return count <= MOST_REJECTS;
    })
    .reverse();
}

function newReject({
  of: { source, arrival, text },
  reject,
  userId,
}: {
  readonly of: LiveCallOrigin;
  readonly reject: CallReject;
  readonly userId: string | undefined;
}): NewSourceReject {
  return { source, at: arrival, ...reject, userId, text: text() };
}
