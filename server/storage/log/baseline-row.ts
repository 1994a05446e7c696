import { toState, toStored, unknownCustomer } from '../../domain/customer/customer.js';
import { forEachMember } from '../../domain/json-members.js';
import type { Arrival, AttributeSince, LogBaseline } from '../../domain/log/log-entry.js';

/** A baseline as it is stored: its attributes and events as in the table of customers. */
export interface BaselineRow {
  readonly moment: number;
  readonly time: number;
  readonly deletedAt: number | null;
  readonly attributes: string;
  readonly events: string;
  readonly lastUpdated: number;
  readonly attributeTimes: string;
  /** JSON of `{"name":[moment,index]}`, without the attributes of the moment of the baseline and the index 0. */
  readonly arrivals: string;
}

export function toBaselineRow(baseline: LogBaseline): BaselineRow {
  const { moment, time, attributes, events, lastUpdated } = baseline;
  const deletedAt = baseline.deletedAt ?? null;
  const state = { ...unknownCustomer(''), events: new Map(events), lastUpdated };
  const arrivals: Record<string, readonly [number, number]> = {};
  for (const [name, since] of attributes) {
    state.attributes.set(name, { value: since.value, timestamp: since.time });
    if (since.moment !== moment || since.index !== 0) arrivals[name] = [since.moment, since.index];
  }
  const stored = toStored(state);
  return {
    ...{ moment, time, deletedAt, attributes: stored.attributes, events: stored.events, lastUpdated },
    ...{ attributeTimes: stored.attributeTimes, arrivals: JSON.stringify(arrivals) },
  };
}

export function readBaseline(row: BaselineRow): LogBaseline {
  const { moment, time, deletedAt, lastUpdated } = row;
  const state = toState('', { id: '', ...row }, undefined);
  const arrivals = new Map<string, Arrival>();
  forEachMember(row.arrivals, (name, text) => {
    // Safe: toBaselineRow wrote a pair of numbers.
    const [own, index] = JSON.parse(text) as [number, number];
    arrivals.set(name, { moment: own, index });
  });
  const attributes = new Map<string, AttributeSince>();
  for (const [name, { value, timestamp }] of state.attributes)
    attributes.set(name, { value, time: timestamp, ...(arrivals.get(name) ?? { moment, index: 0 }) });
  return { moment, time, deletedAt: deletedAt ?? undefined, attributes, events: state.events, lastUpdated };
}
