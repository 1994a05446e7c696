import type { TimeRange } from './filter-time.js';

/** How a number is compared with that of a filter. */
export const COMPARISONS = ['above', 'at_least', 'below', 'at_most'] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** A condition on the number of events of a name: of all that the record counts, or of those that the log has within a time. */
export type EventCondition = {
  readonly on: 'event';
  readonly name: string;
  /** Ms since the Unix epoch. */
  readonly within?: TimeRange;
} & ({ readonly is: 'at_least' | 'at_most'; readonly count: number } | { readonly is: 'never' });

/** A condition on a customer, with its times resolved. `CustomerMatcher` defines which customers satisfy it. */
export type Condition =
  | {
      readonly on: 'attribute';
      readonly name: string;
      readonly is: 'is' | 'is_not' | 'contains' | 'starts_with';
      readonly value: string;
    }
  | { readonly on: 'attribute'; readonly name: string; readonly is: 'is_any_of'; readonly values: readonly string[] }
  | {
      readonly on: 'attribute';
      readonly name: string;
      readonly is: Comparison;
      /** A number of JSON; there may be zeros before it. */ readonly number: string;
    }
  | {
      readonly on: 'attribute';
      readonly name: string;
      readonly is: 'within';
      /** Ms since the Unix epoch. */
      readonly instants: TimeRange;
      /** Floating days, for values that are dates. */
      readonly days: TimeRange;
    }
  | { readonly on: 'attribute'; readonly name: string; readonly is: 'exists' | 'not_exists' }
  | EventCondition
  | { readonly on: 'label'; readonly is: 'is' | 'is_not'; readonly value: string }
  | { readonly on: 'label'; readonly is: 'is_any_of'; readonly values: readonly string[] }
  | {
      readonly on: 'last_updated';
      /** As it is served, in whole seconds since the Unix epoch. */ readonly seconds: TimeRange;
    }
  | {
      /** All conditions hold, or at least one. */
      readonly on: 'all' | 'any';
      readonly of: readonly Condition[];
    };

/** The names of the events of which conditions ask the times. */
export function eventNamesWithin(conditions: readonly Condition[]): string[] {
  return [...new Set(eventsWithin(conditions).map(({ name }) => name))];
}

/** The conditions on events within a time, in groups as well. */
export function eventsWithin(conditions: readonly Condition[]): (EventCondition & { readonly within: TimeRange })[] {
  return conditions.flatMap((condition) => {
    if (condition.on === 'all' || condition.on === 'any') return eventsWithin(condition.of);
    if (condition.on !== 'event' || !condition.within) return [];
    return [{ ...condition, within: condition.within }];
  });
}
