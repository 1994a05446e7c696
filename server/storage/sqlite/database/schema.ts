import { ACCESS_INDEXES, SQLITE_ACCESS } from '../../access/schema.js';
import { SQLITE_ERASED } from '../../erased/schema.js';
import { SQLITE_LOG, SQLITE_PACKED_LOG } from '../../log/schema.js';
import { SQLITE_IMPORTS } from '../../imports/schema.js';
import { SQLITE_LABEL_EDITS, SQLITE_NOTES } from '../../notes/schema.js';
import { SQLITE_SOURCES } from '../../sources/schema.js';
import { SQLITE_TRASH } from '../../trash/schema.js';

/**
 * The migrations in their order, forward-only. The `key` of a customer is its id if that is a number, else a negative number that
 * `text_keys` assigns for ever. So the rows of a customer lie together in every table.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;

  -- One row is one answer. "id" has no affinity: numbers sort before texts, and texts by code point.
  CREATE TABLE customers (
    key INTEGER PRIMARY KEY,
    id NOT NULL,
    attributes TEXT NOT NULL,
    events TEXT NOT NULL,
    last_updated INTEGER NOT NULL,
    attribute_times TEXT NOT NULL
  );
  CREATE UNIQUE INDEX customers_in_order ON customers (id);

  CREATE TABLE text_keys (id TEXT PRIMARY KEY, key INTEGER NOT NULL UNIQUE) WITHOUT ROWID;

  -- Outlives the customer: messages up to deleted_at are ignored.
  CREATE TABLE deletions (key INTEGER PRIMARY KEY, deleted_at INTEGER NOT NULL);

  -- Sorted 16-byte identities; the row with "first" holds those from first up to the next row's.
  CREATE TABLE applied_messages (
    key INTEGER NOT NULL,
    first BLOB NOT NULL,
    identities BLOB NOT NULL,
    PRIMARY KEY (key, first)
  ) WITHOUT ROWID;

  -- How many customers lie from "first" up to the next row's, so that a deep page is found without a walk.
  CREATE TABLE customer_ranges (first PRIMARY KEY, customers INTEGER NOT NULL) WITHOUT ROWID;
  INSERT INTO customer_ranges VALUES (0, 0);

  CREATE TABLE ingestions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    path TEXT,
    size INTEGER,
    fingerprint TEXT,
    state TEXT NOT NULL,
    failure TEXT,
    owner TEXT NOT NULL,
    lease_until INTEGER NOT NULL,
    counts TEXT NOT NULL,
    seconds REAL NOT NULL,
    active_since INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER
  );
  CREATE INDEX ingestions_by_path ON ingestions (path);
  CREATE TABLE ingestion_customers (ingestion INTEGER, key INTEGER, PRIMARY KEY (ingestion, key)) WITHOUT ROWID;
  CREATE TABLE rejects (
    ingestion INTEGER NOT NULL,
    line INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    reason TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (ingestion, line)
  ) WITHOUT ROWID;
  `,
  `
  CREATE TABLE segments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    search TEXT,
    filters TEXT NOT NULL,
    sort TEXT NOT NULL,
    sort_order TEXT NOT NULL
  );
  `,
  `
  -- Every edit, for ever. "changes" is a JSON array that goes out as it is.
  CREATE TABLE history (
    key INTEGER NOT NULL,
    id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    source TEXT NOT NULL,
    action TEXT NOT NULL,
    changes TEXT NOT NULL,
    PRIMARY KEY (key, id)
  ) WITHOUT ROWID;

  -- The numbers of the overview, kept up by every transaction that changes customers.
  CREATE TABLE attribute_counts (name TEXT PRIMARY KEY, customers INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE event_counts (name TEXT PRIMARY KEY, customers INTEGER NOT NULL, events INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE day_counts (day INTEGER PRIMARY KEY, customers INTEGER NOT NULL);
  INSERT INTO attribute_counts
    SELECT member.key, count(*) FROM customers, json_each(customers.attributes) AS member GROUP BY member.key;
  INSERT INTO event_counts
    SELECT member.key, count(*), sum(member.value) FROM customers, json_each(customers.events) AS member
    GROUP BY member.key;
  INSERT INTO day_counts SELECT last_updated / 86400, count(*) FROM customers GROUP BY 1;
  `,
  `
  -- Customers that have changed since they were indexed; "change" grows with every transaction.
  CREATE TABLE search_pending (key INTEGER PRIMARY KEY, change INTEGER NOT NULL);
  INSERT INTO search_pending SELECT key, 0 FROM customers;
  INSERT INTO meta VALUES ('search_change', 0), ('search_version', 0), ('search_labels_version', 0);

  -- See docs/decisions/0009-search-blocks.md.
  CREATE TABLE search_blocks (
    block INTEGER PRIMARY KEY AUTOINCREMENT,
    size INTEGER NOT NULL,
    live INTEGER NOT NULL,
    dead BLOB NOT NULL,
    names TEXT NOT NULL,
    published INTEGER NOT NULL
  );
  CREATE TABLE search_columns (
    block INTEGER NOT NULL,
    name TEXT NOT NULL,
    numbers BLOB NOT NULL,
    PRIMARY KEY (block, name)
  );
  CREATE TABLE search_terms (block INTEGER NOT NULL, first NOT NULL, packed BLOB NOT NULL, PRIMARY KEY (block, first));
  CREATE TABLE search_names (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (kind, name)
  );
  CREATE TABLE search_labels (kind TEXT, text TEXT, label INTEGER NOT NULL, PRIMARY KEY (kind, text)) WITHOUT ROWID;
  `,
  `
  -- Times of customers are in milliseconds from here on. A deletion in a second still ignores every message of that second.
  UPDATE customers SET last_updated = last_updated * 1000, attribute_times = (
    SELECT '{' || coalesce(group_concat(json_quote(member.key) || ':' || (member.value * 1000), ','), '') || '}'
    FROM json_each(customers.attribute_times) AS member
  );
  UPDATE deletions SET deleted_at = deleted_at * 1000 + 999;
  `,
  `
  -- Rejected lines in blocks; see domain/ingestion/reject.ts. "first" is the number of the first line of a block.
  CREATE TABLE reject_blocks (
    ingestion INTEGER NOT NULL,
    first INTEGER NOT NULL,
    packed BLOB NOT NULL,
    PRIMARY KEY (ingestion, first)
  );
  INSERT INTO reject_blocks
    SELECT ingestion, line, CAST(
      '{"line":0,"offset":' || offset || ',"reason":"' || reason || '","text":' || text || '}' || char(10) || char(10) AS BLOB
    ) FROM rejects;
  DROP TABLE rejects;
  `,
  `
  -- The user or token that made an edit, as JSON; NULL for a caller without credentials.
  ALTER TABLE history ADD COLUMN author TEXT;
  ${SQLITE_ACCESS}
  `,
  `
  -- Objects are indexed without regard to the order of their members from here on.
  INSERT OR IGNORE INTO search_pending SELECT key, 0 FROM customers WHERE attributes LIKE '_%{%';
  `,
  ACCESS_INDEXES,
  `
  -- The customers whose messages are rejected. They have no row in "customers".
  CREATE TABLE suppressed (key INTEGER PRIMARY KEY, suppressed_at INTEGER NOT NULL);
  ${SQLITE_SOURCES}
  `,
  SQLITE_TRASH,
  `
  ${SQLITE_ERASED}
  -- Erased customers of which the blocks of the search index up to a number may still have values.
  CREATE TABLE search_erased (key INTEGER PRIMARY KEY, last_block INTEGER NOT NULL);
  `,
  SQLITE_LOG,
  `
  -- Texts are folded in another way from here on, and numbers and times are indexed. The indexer deletes blocks that are not published.
  UPDATE search_blocks SET published = 0;
  DELETE FROM search_labels;
  INSERT OR IGNORE INTO search_pending SELECT key, 0 FROM customers;
  UPDATE meta SET value = value + 1 WHERE name = 'search_version';
  `,
  `
  ${SQLITE_IMPORTS}
  -- The bulk edit that made an entry; NULL for any other edit.
  ALTER TABLE history ADD COLUMN bulk_edit INTEGER;
  CREATE INDEX history_by_bulk_edit ON history (bulk_edit) WHERE bulk_edit IS NOT NULL;
  -- JSON lists of texts in the order of code points; NULL for none.
  ALTER TABLE customers ADD COLUMN labels TEXT;
  ALTER TABLE trash ADD COLUMN labels TEXT;
  CREATE TABLE label_counts (name TEXT PRIMARY KEY, customers INTEGER NOT NULL) WITHOUT ROWID;
  ${SQLITE_NOTES}
  -- The times of events are indexed from here on.
  UPDATE search_blocks SET published = 0;
  INSERT OR IGNORE INTO search_pending SELECT key, 0 FROM customers;
  UPDATE meta SET value = value + 1 WHERE name = 'search_version';
  ${SQLITE_PACKED_LOG}
  `,
  `
  -- The edits of a span of time are counted by this index alone.
  CREATE INDEX history_by_time ON history (at, action);
  `,
  `
  ${SQLITE_LABEL_EDITS}
  -- The index has the texts of values from here on. Blocks without them answer until their customers are indexed again.
  INSERT OR IGNORE INTO search_pending SELECT key, 0 FROM customers;
  `,
];
