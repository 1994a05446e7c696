export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue };

export type Attributes = Readonly<Record<string, JsonValue>>;

/** A customer as REST serves it. */
export interface Customer {
  /** A number when it is a canonical non-negative safe integer, otherwise a string. */
  readonly id: string | number;
  readonly attributes: Attributes;
  /** How many distinct events there are of each name. */
  readonly events: Readonly<Record<string, number>>;
  /** Seconds since the Unix epoch. */
  readonly last_updated: number;
}

/** A customer together with the version that `If-Match` can hold it to. */
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
  /** Some customers may be missing: they are not indexed yet. */
  readonly indexing?: boolean;
}

export interface CustomerPage {
  readonly customers: readonly Customer[];
  readonly meta: PageMeta;
}

/** What a PATCH carries: the attributes that change; null removes one. */
export type AttributeChanges = Readonly<Record<string, JsonValue>>;
