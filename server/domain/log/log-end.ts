import type { TrashedCustomer } from '../customer/trash.js';
import { LogFold, standingDeletions, type LogFrame } from './log-fold.js';
import { NEVER, type LogBaseline, type LogEntry } from './log-entry.js';

/**
 * The moment up to which messages must not end, because a deletion that can still be taken back wiped them.
 * @param trashed the entry of the customer in the trash
 * @returns Infinity if no message may end, {@link NEVER} if all may
 */
export function waitsUpTo(
  { baseline, edits }: LogFrame,
  trashed: Pick<TrashedCustomer, 'deletedAt' | 'deletedBefore'> | undefined,
): number {
  if (!trashed) return NEVER;
  const { deletedAt, deletedBefore = NEVER } = trashed;
  const last = standingDeletions(edits).findLast((one) => one.deletedAt > deletedBefore && one.deletedAt <= deletedAt);
  if (!last) return NEVER;
  // A baseline is from before the deletion or from after it, never from both.
  return baseline && baseline.moment < last.moment ? Infinity : last.moment;
}

/** Moves the baseline of a customer on, over messages that end. Edits stay in the log. */
export class LogEnd {
  private readonly ended: LogFold;
  private readonly wiping: { readonly moment: number; readonly at: number } | undefined;
  private time: number;
  private moment: number;

  /** @param log none of its deletions can be taken back, but for those that {@link waitsUpTo} cares for */
  constructor(private readonly log: LogFrame) {
    const { baseline, edits } = log;
    this.wiping = standingDeletions(edits).at(-1);
    this.time = baseline?.time ?? NEVER;
    this.moment = baseline?.moment ?? NEVER;
    this.ended = new LogFold(log, Infinity, false);
    if (baseline) this.noteWiped(baseline.moment);
  }

  /** @param entry a message that ends, in any order */
  add(entry: LogEntry): void {
    this.time = Math.max(this.time, entry.time);
    this.moment = Math.max(this.moment, entry.moment);
    this.noteWiped(entry.moment);
    this.ended.add(entry);
  }

  /** The baseline that stands for the one before and the messages. */
  baseline(): LogBaseline {
    const { time, moment, ended } = this;
    const { deletedAt } = this.log.baseline ?? {};
    const lastUpdated = ended.lastUpdated(time);
    return { time, moment, deletedAt, attributes: ended.written, events: ended.counts, lastUpdated };
  }

  /** Before a deletion the log does not tell the state any more, once a part of it has ended. */
  private noteWiped(moment: number): void {
    if (this.wiping && moment < this.wiping.moment) this.time = Math.max(this.time, this.wiping.at);
  }
}
