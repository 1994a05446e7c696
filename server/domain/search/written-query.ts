import type { Condition } from './condition.js';
import type { CustomerFilter } from './customer-filter.js';
import type { CustomerQuery, CustomerSelection } from './customer-query.js';
import type { FilterGroup, FilterNode } from './filter-group.js';
import { selectedTimes, timesWithin, type FilterClock, type WeekStart } from './filter-time.js';
import { TimeZone } from './time-zone.js';

/** The conditions of a selection as they are written: their times may be relative, and days begin by a clock of their own. */
export interface WrittenConditions {
  readonly filters: readonly CustomerFilter[];
  /** Holds as well as all filters. */
  readonly where?: FilterGroup;
  /** The name of a zone of the IANA database; UTC if it is absent. */
  readonly timeZone?: string;
  /** Monday if it is absent. */
  readonly weekStart?: WeekStart;
}

/** A query as it is written. */
export type WrittenQuery = Omit<CustomerQuery, 'filters' | 'ids' | 'ranked'> & WrittenConditions;

/**
 * Resolves the times of filters at one moment.
 * @param now ms since the Unix epoch
 */
export function resolveConditions(written: WrittenConditions, now: number): Condition[] {
  const { filters, where, timeZone = 'UTC', weekStart = 'monday' } = written;
  const zone = TimeZone.find(timeZone);
  // A zone that a segment keeps may be gone from the database of a later version.
  if (!zone) throw new RangeError(`There is no time zone ${timeZone}.`);
  const clock = { now, zone, weekStart };
  const nodes: readonly FilterNode[] = where ? [...filters, where] : filters;
  return nodes.map((node) => resolveNode(node, clock));
}

/** The customers that a query selects at one moment; see {@link resolveConditions}. */
export function resolveSelection({ search, ...written }: WrittenQuery, now: number): CustomerSelection {
  return { ...(search !== undefined && { search }), filters: resolveConditions(written, now) };
}

function resolveNode(node: FilterNode, clock: FilterClock): Condition {
  if ('on' in node) return resolveFilter(node, clock);
  const [on, list] = 'all' in node ? (['all', node.all] as const) : (['any', node.any] as const);
  return { on, of: list.map((one) => resolveNode(one, clock)) };
}

function resolveFilter(filter: CustomerFilter, clock: FilterClock): Condition {
  if (filter.on === 'event') {
    const { within, ...rest } = filter;
    return within === undefined ? rest : { ...rest, within: timesWithin(within, clock) };
  }
  if (!('time' in filter)) return filter;
  const { instants, days } = selectedTimes(filter.is, filter.time, clock);
  if (filter.on === 'attribute') return { on: 'attribute', name: filter.name, is: 'within', instants, days };
  return { on: 'last_updated', seconds: { from: Math.ceil(instants.from / 1000), to: Math.ceil(instants.to / 1000) } };
}
