import { numericId } from '../../domain/customer/customer-id.js';
import { readTextKey, type CustomerPlace } from '../erased/stored-kept.js';

/** The place of the rows of a customer in a SQLite file. */
export const SQLITE_PLACE: CustomerPlace = {
  column: 'key',
  *valueOf(id) {
    return numericId(id) ?? (yield* readTextKey(id));
  },
  record: `SELECT attributes, events, attribute_times, last_updated, labels, deleted_at, suppressed_at FROM (SELECT $1 AS key)
    LEFT JOIN customers USING (key) LEFT JOIN deletions USING (key) LEFT JOIN suppressed USING (key)`,
  there: 'SELECT 1 FROM customers WHERE key = $1',
  lock: 'SELECT 1 FROM customers WHERE key = $1',
  ingestions:
    'SELECT id AS ingestion FROM ingestions JOIN ingestion_customers ON ingestion = id AND key = $1 ORDER BY id',
};
