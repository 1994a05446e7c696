import type { CustomerState, StoredCustomer } from '../customer/customer.js';
import { toStored } from '../customer/customer.js';
import { parseJson, type Json } from '../json.js';
import { forEachMember } from '../json-members.js';
import { readAttributes, type AttributeChange } from '../message/attribute.js';
import {
  NEVER,
  type AttributeSince,
  type LogBaseline,
  type LogEdit,
  type LogEntry,
  type LogPlace,
} from './log-entry.js';
import type { CustomerLog } from './log-repository.js';

/** The part of a log that decides what its messages add up to. */
export type LogFrame = Pick<CustomerLog, 'baseline' | 'edits'>;

/** Tells which deletions stand: a restoration takes back those of its time span before it. In the order of moments. */
export function standingDeletions(edits: readonly LogEdit[]): Extract<LogEdit, { kind: 'deleted' }>[] {
  return edits.filter(
    (edit): edit is Extract<LogEdit, { kind: 'deleted' }> =>
      edit.kind === 'deleted' && !edits.some((later) => later.kind === 'restored' && takesBack(later, edit)),
  );
}

/** The moment before which messages count no more, because a deletion wiped them. @param upTo leaves out later deletions, in ms since the Unix epoch */
export function wipedBefore(edits: readonly LogEdit[], upTo = Infinity): number {
  return standingDeletions(edits).findLast(({ at }) => at <= upTo)?.moment ?? NEVER;
}

function takesBack(
  { moment, deletedBefore = NEVER, deletedAt }: Extract<LogEdit, { kind: 'restored' }>,
  deletion: Extract<LogEdit, { kind: 'deleted' }>,
): boolean {
  return moment > deletion.moment && deletion.deletedAt <= deletedAt && deletion.deletedAt > deletedBefore;
}

/** The attributes that an attributes message sets or removes. */
export function changesIn({ data, keepsEmptyText }: Pick<LogEntry, 'data' | 'keepsEmptyText'>): AttributeChange[] {
  // Safe: the data of an applied attributes message is an object.
  const read = readAttributes(parseJson(data ?? '{}') as Record<string, Json>, keepsEmptyText);
  if (!read.ok) throw new Error(`The log has an attributes message that breaks a rule: ${read.defect}.`);
  return read.changes;
}

/** Visits the attributes that a `set` edit wrote. */
export function forEachWritten(
  { attributes, moment }: Pick<Extract<LogEdit, { kind: 'set' }>, 'attributes' | 'moment'>,
  take: (name: string, written: AttributeSince) => void,
): void {
  forEachMember(attributes, (name, pair) => {
    const comma = pair.lastIndexOf(',');
    const value = pair.slice(1, comma);
    take(name, { value: value === 'null' ? null : value, time: Number(pair.slice(comma + 1, -1)), moment, index: 0 });
  });
}

/** True if `a` wins over `b`: by time, then by arrival. */
export function winsOver(a: LogPlace, b: LogPlace): boolean {
  return comparePlaces(a, b) > 0;
}

/** The order of a timeline: by time, then by arrival. */
export function comparePlaces(a: LogPlace, b: LogPlace): number {
  return a.time - b.time || a.moment - b.moment || a.index - b.index;
}

/**
 * Folds the log of one customer, whatever the order of its messages. Of two values of an attribute the one with the later time wins, and
 * of a tie the one that arrived later. Everything before a deletion that stands counts no more.
 */
export class LogFold {
  private readonly attributes = new Map<string, AttributeSince>();
  private readonly events = new Map<string, number>();
  /** Messages of a smaller moment are wiped. */
  private readonly wipedBefore: number;
  /** The edits that the time of the last update depends on. */
  private readonly steps: readonly LogEdit[];
  /** The latest time of a message before each step, and behind the last one. */
  private readonly latest: number[];

  /**
   * @param upTo counts only what had happened then, in ms since the Unix epoch
   * @param writesEdits whether the attributes that edits wrote are folded too
   */
  constructor(
    { baseline, edits }: LogFrame,
    private readonly upTo = Infinity,
    writesEdits = true,
  ) {
    const standing = standingDeletions(edits);
    this.wipedBefore = wipedBefore(edits, upTo);
    const later = new Set<LogEdit>(standing.filter(({ at }) => at > upTo));
    this.steps = edits.filter((edit) => edit.moment >= this.wipedBefore && !later.has(edit));
    this.latest = Array.from({ length: this.steps.length + 1 }, () => NEVER);
    if (writesEdits) for (const edit of this.steps) if (edit.kind === 'set' && edit.at <= upTo) this.set(edit);
    if (baseline && baseline.moment >= this.wipedBefore) this.begin(baseline);
  }

  add(entry: LogEntry): void {
    if (entry.time > this.upTo || entry.moment < this.wipedBefore) return;
    this.count(entry.time, entry.moment);
    if (entry.kind === 'event') {
      const { name = '' } = entry;
      this.events.set(name, (this.events.get(name) ?? 0) + 1);
      return;
    }
    const { time, moment, index } = entry;
    for (const { name, value } of changesIn(entry)) this.write(name, { value, time, moment, index });
  }

  /** The attributes, tombstones included. */
  get written(): ReadonlyMap<string, AttributeSince> {
    return this.attributes;
  }

  get counts(): ReadonlyMap<string, number> {
    return this.events;
  }

  /**
   * The time of the last update in ms since the Unix epoch; {@link NEVER} if the customer does not exist.
   * @param upTo leaves out later edits
   */
  lastUpdated(upTo = this.upTo): number {
    let [last, saved] = [NEVER, NEVER];
    this.steps.forEach((step, at) => {
      last = Math.max(last, this.latest[at]);
      switch (step.kind) {
        case 'set':
          if (step.at <= upTo) last = step.at;
          break;
        case 'deleted':
          // Either nothing before it counts, or it is taken back.
          saved = Math.max(saved, last);
          last = NEVER;
          break;
        case 'restored':
          last = Math.max(last, saved);
          saved = NEVER;
          break;
        default:
          step satisfies never;
      }
    });
    return Math.max(last, saved, this.latest[this.steps.length]);
  }

  /** The record; undefined if the customer does not exist. */
  record(id: string): StoredCustomer | undefined {
    const lastUpdated = this.lastUpdated();
    if (lastUpdated === NEVER) return undefined;
    const attributes: CustomerState['attributes'] = new Map(
      [...this.attributes].map(([name, { value, time }]) => [name, { value, timestamp: time }]),
    );
    const rest = { exists: true, deletedAt: undefined, suppressedAt: undefined, labels: undefined };
    return toStored({ id, attributes, events: this.events, lastUpdated, ...rest });
  }

  private begin({ attributes, events, lastUpdated, moment }: LogBaseline): void {
    for (const [name, since] of attributes) this.write(name, since);
    for (const [name, count] of events) this.events.set(name, count);
    this.count(lastUpdated, moment);
  }

  private set(edit: Extract<LogEdit, { kind: 'set' }>): void {
    forEachWritten(edit, (name, written) => this.write(name, written));
  }

  private write(name: string, written: AttributeSince): void {
    const current = this.attributes.get(name);
    if (!current || winsOver(written, current)) this.attributes.set(name, written);
  }

  /** Notes the time of a message between the steps around its moment. */
  private count(time: number, moment: number): void {
    let [low, high] = [0, this.steps.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.steps[middle].moment < moment) low = middle + 1;
      else high = middle;
    }
    if (time > this.latest[low]) this.latest[low] = time;
  }
}
