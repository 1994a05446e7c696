import type { JsonValue } from '../../core/exact-json';

export type Attributes = Readonly<Record<string, JsonValue>>;

/** A customer as the API gives it. */
export interface Customer {
  /** A number when it is a canonical non-negative safe integer, otherwise a string. */
  readonly id: string | number;
  readonly attributes: Attributes;
  /** Number of distinct events by name. */
  readonly events: Readonly<Record<string, number>>;
  /** Seconds since the Unix epoch. */
  readonly last_updated: number;
}

/** A customer with the version (ETag) that `If-Match` takes. */
export interface CustomerVersion {
  readonly customer: Customer;
  readonly etag: string | null;
}

export interface PageMeta {
  readonly page: number;
  readonly per_page: number;
  readonly total: number;
  /** There may be more than `total`. */
  readonly total_is_minimum?: boolean;
  /** Some customers may be missing, because the search index is behind. */
  readonly indexing?: boolean;
  /** RFC 3339; the log has all events that `within` asks for from this time on only. */
  readonly log_incomplete_since?: string;
}

export interface CustomerPage {
  readonly customers: readonly Customer[];
  readonly meta: PageMeta;
}

/** The attributes to change in a PATCH; null removes one. */
export type AttributeChanges = Readonly<Record<string, JsonValue>>;
