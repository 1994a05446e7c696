import type { CustomerChange } from '../customer/customer-change.js';
import { toState, type AttributeState, type StoredCustomer } from '../customer/customer.js';
import { isRestored } from '../customer/trash.js';
import { NEVER, type AttributeSince, type LogBaseline, type LogEdit } from './log-entry.js';
import type { CustomerLog } from './log-repository.js';

type Unnumbered<T> = T extends unknown ? Omit<T, 'moment'> : never;

/** The effect of an edit, before it has its moment. */
export type EditEffect = Unnumbered<LogEdit>;

/**
 * The exact effect of an edit on its customer, for the log.
 * @param now ms since the Unix epoch
 * @returns undefined for messages, for an edit without effect on the state, and for an erasure
 */
export function editEffect(change: CustomerChange, now: number): EditEffect | undefined {
  const { id, before, after, deletedAt, deletedBefore, messages, written = [] } = change;
  if (messages || change.erases) return undefined;
  if (!after) return before && { kind: 'deleted', at: deletedAt ?? now, deletedAt: deletedAt ?? now };
  if (deletedBefore !== undefined && isRestored(change))
    return { kind: 'restored', at: now, deletedBefore: deletedAt, deletedAt: deletedBefore };
  if (written.length === 0 && before?.lastUpdated === after.lastUpdated) return undefined;
  const attributes = writtenJson(toState(id, after, undefined).attributes, written);
  return { kind: 'set', at: after.lastUpdated, attributes };
}

/** The named attributes as a `set` edit has them. */
function writtenJson(attributes: ReadonlyMap<string, AttributeState>, names: readonly string[]): string {
  const members = names.map((name) => {
    const { value = null, timestamp = 0 } = attributes.get(name) ?? {};
    return `${JSON.stringify(name)}:[${value},${timestamp}]`;
  });
  return `{${members.join(',')}}`;
}

/**
 * The baseline that has to be written before the first rows of the log of a customer.
 * @param moment of the change
 * @returns undefined for a customer that begins with the change
 */
export function startOfLog(
  { before, deletedBefore }: Pick<CustomerChange, 'before' | 'deletedBefore'>,
  moment: number,
): LogBaseline | undefined {
  if (before) return baselineOf(before, moment - 1, deletedBefore);
  if (deletedBefore === undefined) return undefined;
  const nothing = { attributes: new Map<string, never>(), events: new Map<string, never>(), lastUpdated: NEVER };
  return { moment: moment - 1, time: deletedBefore, deletedAt: deletedBefore, ...nothing };
}

/**
 * Tells whether a change brings back what the log of its customer does not hold: a deletion from before the log is taken back. All rows of the
 * customer are then replaced by the {@link baselineOf} the customer after the change, with the moment of the change.
 * @param log of the customer before the change
 */
export function startsLogAnew(
  change: CustomerChange,
  { exists, baseline }: Pick<CustomerLog, 'exists' | 'baseline'>,
): boolean {
  if (!isRestored(change)) return false;
  const { deletedAt = NEVER } = change;
  return !exists || (baseline?.deletedAt !== undefined && baseline.deletedAt > deletedAt);
}

/**
 * A record as the baseline of its log.
 * @param moment up to which changes are in the record
 * @param deletedAt the time of the last deletion of the customer, in ms since the Unix epoch; undefined if there was none
 */
export function baselineOf(stored: StoredCustomer, moment: number, deletedAt: number | undefined): LogBaseline {
  const state = toState(stored.id, stored, undefined);
  const attributes = new Map<string, AttributeSince>();
  let time = stored.lastUpdated;
  for (const [name, { value, timestamp }] of state.attributes) {
    attributes.set(name, { value, time: timestamp, moment, index: 0 });
    // A message may have been ahead of the clock.
    time = Math.max(time, timestamp);
  }
  return { moment, time, deletedAt, attributes, events: state.events, lastUpdated: stored.lastUpdated };
}
