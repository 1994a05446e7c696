import type { CustomerPlace } from '../erased/stored-kept.js';

/** The place of the rows of a customer in PostgreSQL. */
export const POSTGRES_PLACE: CustomerPlace = {
  column: 'customer_id',
  // eslint-disable-next-line require-yield -- the value is the id itself
  *valueOf(id) {
    return id;
  },
  record: `SELECT attributes, events, attribute_times, last_updated, deleted_at, suppressed_at FROM customers
    WHERE customer_id = $1`,
  ingestions: 'SELECT unnest(touched_by) AS ingestion FROM customers WHERE customer_id = $1',
};
