import type { AttributeName, EventName } from './search/customer-query.js';

/** Customers that were last updated on one day. */
export interface DayCount {
  /** Days since the Unix epoch, in UTC. */
  readonly day: number;
  readonly customers: number;
}

/** Numbers about all customers: kept up with every change, not counted when they are asked for. */
export interface Overview {
  readonly customers: number;
  /** Attributes that at least one customer has. */
  readonly attributeNames: number;
  readonly eventNames: number;
  /** The events of all customers. */
  readonly events: number;
  /** Those that happened most often, then by name; at most {@link TOP_EVENTS}. */
  readonly topEvents: readonly EventName[];
  /** Those that most customers have, then by name; at most {@link TOP_ATTRIBUTES}. */
  readonly topAttributes: readonly AttributeName[];
  /** In order; days without customers are left out. */
  readonly lastUpdated: readonly DayCount[];
}

/** What customers have. */
export interface AllNames {
  readonly attributes: readonly string[];
  readonly events: readonly string[];
}

export const TOP_EVENTS = 20;
export const TOP_ATTRIBUTES = 50;

/** The overview. This class is the contract of every engine and the token for Nest. */
export abstract class OverviewRepository {
  /** As of one moment, and true to what is committed then. */
  abstract read(): Promise<Overview>;

  /** The names of attributes and of events, at most `limit` of each, by code point. */
  abstract names(limit: number): Promise<AllNames>;
}
