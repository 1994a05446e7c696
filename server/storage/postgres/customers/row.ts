import { numericId } from '../../../domain/customer/customer-id.js';
import type { StoredCustomer } from '../../../domain/customer/customer.js';

const FIRST_LENGTH = 'a'.charCodeAt(0) - 1;

/**
 * The order of lists as a text for the collation "C": numeric ids by number ("0", the number of digits as a
 * letter, the digits), then the others by code point ("1" and the id).
 */
export function position(id: string): string {
  return numericId(id) === undefined ? `1${id}` : `0${String.fromCharCode(FIRST_LENGTH + id.length)}${id}`;
}

/** The row of a customer. Without `attributes` the customer does not exist, but may have been deleted. */
export interface CustomerColumns {
  readonly customer_id: string;
  readonly attributes: string | null;
  readonly events: string;
  readonly attribute_times: string;
  readonly last_updated: number;
  /** JSON. */
  readonly labels: string | null;
  readonly deleted_at: number | null;
  readonly suppressed_at: number | null;
}

/** The row of a customer who exists. */
export interface KnownColumns extends Omit<CustomerColumns, 'deleted_at' | 'suppressed_at'> {
  readonly attributes: string;
}

/** Puts rows in the order of `ids`, and leaves out ids without a row. */
export function inOrder<Row extends { readonly customer_id: string }>(
  rows: readonly Row[],
  ids: readonly string[],
): Row[] {
  const known = new Map(rows.map((row) => [row.customer_id, row]));
  return ids.flatMap((id) => known.get(id) ?? []);
}

export function storedOf(row: CustomerColumns): StoredCustomer | undefined {
  return isKnown(row) ? knownOf(row) : undefined;
}

export function knownOf(row: KnownColumns): StoredCustomer {
  return {
    id: row.customer_id,
    attributes: row.attributes,
    events: row.events,
    attributeTimes: row.attribute_times,
    lastUpdated: row.last_updated,
    ...(row.labels !== null && { labels: row.labels }),
  };
}

function isKnown(row: CustomerColumns): row is CustomerColumns & KnownColumns {
  return row.attributes !== null;
}
