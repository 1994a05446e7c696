import type { CustomerPlace } from '../erased/stored-kept.js';

/** The place of the rows of a customer in PostgreSQL. */
export const POSTGRES_PLACE: CustomerPlace = {
  column: 'customer_id',
  // eslint-disable-next-line require-yield -- the value is the id itself
  *valueOf(id) {
    return id;
  },
  record: `SELECT attributes, events, attribute_times, last_updated, labels, deleted_at, suppressed_at FROM customers
    WHERE customer_id = $1`,
  there: 'SELECT 1 FROM customers WHERE customer_id = $1 AND attributes IS NOT NULL',
  lock: 'SELECT 1 FROM customers WHERE customer_id = $1 AND attributes IS NOT NULL FOR UPDATE',
  ingestions: 'SELECT unnest(touched_by) AS ingestion FROM customers WHERE customer_id = $1',
};
