import type { TimeRange } from './filter-time.js';

/** How a number is compared with that of a filter. */
export const COMPARISONS = ['above', 'at_least', 'below', 'at_most'] as const;
export type Comparison = (typeof COMPARISONS)[number];

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
  | { readonly on: 'event'; readonly name: string; readonly is: 'at_least' | 'at_most'; readonly count: number }
  | { readonly on: 'event'; readonly name: string; readonly is: 'never' }
  | {
      readonly on: 'last_updated';
      /** As it is served, in whole seconds since the Unix epoch. */ readonly seconds: TimeRange;
    }
  | {
      /** All conditions hold, or at least one. */
      readonly on: 'all' | 'any';
      readonly of: readonly Condition[];
    };
