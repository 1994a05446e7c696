import type { LabelCount } from './customer/labels.js';
import type { AttributeName, EventName } from './search/customer-query.js';

/** Customers that were last updated on one day. */
export interface DayCount {
  /** Days since the Unix epoch, in UTC. */
  readonly day: number;
  readonly customers: number;
}

/** Numbers about all customers. They are updated with every change, not counted on request. */
export interface Overview {
  readonly customers: number;
  /** Attributes that at least one customer has. */
  readonly attributeNames: number;
  readonly eventNames: number;
  /** The events of all customers. */
  readonly events: number;
  /** The event names with the most events, then by name; at most {@link TOP_EVENTS}. */
  readonly topEvents: readonly EventName[];
  /** The attributes that most customers have, then by name; at most {@link TOP_ATTRIBUTES}. */
  readonly topAttributes: readonly AttributeName[];
  /** The days in order, without those that have no customers. */
  readonly lastUpdated: readonly DayCount[];
}

/** The names of attributes and events that customers have. */
export interface AllNames {
  readonly attributes: readonly string[];
  readonly events: readonly string[];
}

export const TOP_EVENTS = 20;
export const TOP_ATTRIBUTES = 50;

/** Reads the overview. The class is the contract of every engine, and the injection token. */
export abstract class OverviewRepository {
  /** Reads all numbers from one snapshot of the committed data. */
  abstract read(): Promise<Overview>;

  /** The names of attributes and of events, at most `limit` of each, by code point. */
  abstract names(limit: number): Promise<AllNames>;

  /** The labels that customers have, those of most customers first, then by code point. */
  abstract labels(): Promise<readonly LabelCount[]>;
}
