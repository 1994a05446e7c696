export const CUSTOMER_COLUMNS =
  'customer_id, position, attributes, events, attribute_times, last_updated, deleted_at, touched_by';

/** Where changed rows wait: tables of this session and this transaction alone; nothing of it is written ahead. */
export const CREATE_STAGED = `
  CREATE TEMP TABLE IF NOT EXISTS staged_customers (
    customer_id text, position text, attributes text, events text, attribute_times text, last_updated bigint,
    deleted_at bigint, touched_by bigint[]
  ) ON COMMIT DROP;
  CREATE TEMP TABLE IF NOT EXISTS staged_messages (customer_id text, first bytea, identities bytea) ON COMMIT DROP`;

/** Upserts, though every row is there: the one form that a distributed table takes from a local one. */
export const MOVE_STAGED = `
  INSERT INTO customers (${CUSTOMER_COLUMNS}) SELECT ${CUSTOMER_COLUMNS} FROM staged_customers
  ON CONFLICT (customer_id) DO UPDATE SET attributes = excluded.attributes, events = excluded.events,
    attribute_times = excluded.attribute_times, last_updated = excluded.last_updated, touched_by = excluded.touched_by;
  INSERT INTO applied_messages (customer_id, first, identities) SELECT customer_id, first, identities FROM staged_messages
  ON CONFLICT (customer_id, first) DO UPDATE SET identities = excluded.identities;
  TRUNCATE staged_customers, staged_messages`;
