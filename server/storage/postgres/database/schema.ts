import { ACCESS_INDEXES, POSTGRES_ACCESS } from '../../access/schema.js';
import { POSTGRES_ERASED } from '../../erased/schema.js';
import { POSTGRES_IMPORTS } from '../../imports/schema.js';
import { POSTGRES_SOURCES } from '../../sources/schema.js';
import { POSTGRES_LABEL_EDITS, POSTGRES_NOTES } from '../../notes/schema.js';
import { POSTGRES_LOG, POSTGRES_LOG_NAMES } from '../log/schema.js';
import { POSTGRES_TRASH } from '../../trash/schema.js';

/**
 * The migrations in their order, forward-only. In every table of customers the primary key and every conflict target begin with
 * `customer_id`, and no row refers to another customer. So the tables can be distributed by `customer_id`. A migration that alters one of
 * these tables is a list of queries: Citus passes the whole text of an `ALTER TABLE` to its nodes.
 */
export const MIGRATIONS: readonly (string | readonly string[])[] = [
  `
  CREATE TABLE meta (name text PRIMARY KEY, value text NOT NULL);

  -- One row is one answer. The row stays when its customer is deleted, because writers lock it, and because it keeps old messages
  -- from bringing the customer back. A row without "attributes" is no customer.
  CREATE TABLE customers (
    customer_id text COLLATE "C" NOT NULL,
    -- The order of lists: numbers before texts, numbers by their value, texts by code point. See position() in row.ts.
    position text COLLATE "C" NOT NULL,
    -- JSON texts with sorted keys. Not jsonb: that sorts keys by their length.
    attributes text,
    events text,
    attribute_times text,
    -- Seconds since the Unix epoch. Messages up to deleted_at are ignored.
    last_updated bigint,
    deleted_at bigint,
    -- The unfinished ingestions that applied a message to it.
    touched_by bigint[],
    PRIMARY KEY (customer_id)
  );
  CREATE INDEX customers_in_order ON customers (position) WHERE attributes IS NOT NULL;
  CREATE INDEX customers_deleted ON customers (customer_id) WHERE deleted_at IS NOT NULL;

  -- Sorted 16-byte identities; the row with "first" holds those from first up to the next row's.
  CREATE TABLE applied_messages (
    customer_id text COLLATE "C" NOT NULL,
    first bytea NOT NULL,
    identities bytea NOT NULL,
    PRIMARY KEY (customer_id, first)
  );
  -- Identities are random, so compression would gain nothing.
  ALTER TABLE applied_messages ALTER COLUMN identities SET STORAGE EXTERNAL;

  -- The number of customers from "first" up to that of the next row, so that a deep page is found without reading all before it.
  CREATE TABLE customer_ranges (first text COLLATE "C" PRIMARY KEY, customers bigint NOT NULL);
  INSERT INTO customer_ranges VALUES ('', 0);
  CREATE TABLE customer_ranges_version (version bigint NOT NULL);
  INSERT INTO customer_ranges_version VALUES (0);
  -- Customers created and deleted since the ranges were counted. Writers only add rows, so that no writer waits for another.
  CREATE TABLE customer_changes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    delta smallint NOT NULL,
    positions text[] COLLATE "C" NOT NULL
  );

  -- Every edit, for ever. "changes" is a JSON array that goes out as it is.
  CREATE TABLE history (
    customer_id text COLLATE "C" NOT NULL,
    id bigint NOT NULL,
    -- Milliseconds since the Unix epoch, by the clock of the database.
    at bigint NOT NULL,
    source text NOT NULL,
    action text NOT NULL,
    changes text NOT NULL,
    PRIMARY KEY (customer_id, id)
  );

  -- The numbers of the overview by kind and name: attributes, events, and the days (since the Unix epoch) of last updates.
  CREATE TABLE statistics (
    kind text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    customers bigint NOT NULL,
    events bigint NOT NULL,
    PRIMARY KEY (kind, name)
  );
  CREATE INDEX statistics_by_customers ON statistics (kind, customers DESC, name);
  CREATE INDEX statistics_by_events ON statistics (kind, events DESC, name);
  -- Changes that are not added to the statistics yet; see customer_changes.
  CREATE TABLE statistics_changes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kinds text[] NOT NULL,
    names text[] NOT NULL,
    customers bigint[] NOT NULL,
    events bigint[] NOT NULL
  );

  CREATE TABLE ingestions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    path text,
    size bigint,
    fingerprint text,
    state text NOT NULL,
    failure text,
    -- The process that runs it holds an advisory lock with this number for as long as it lives.
    owner integer NOT NULL,
    lease_until timestamptz NOT NULL,
    counts text NOT NULL,
    seconds double precision NOT NULL,
    active_since timestamptz NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz
  );
  CREATE INDEX ingestions_by_path ON ingestions (path, id);
  CREATE TABLE rejects (
    ingestion bigint NOT NULL,
    line bigint NOT NULL,
    byte_offset bigint NOT NULL,
    reason text NOT NULL,
    -- A JSON string, because a rejected line may contain characters that a text must not.
    text text NOT NULL,
    PRIMARY KEY (ingestion, line)
  );

  CREATE TABLE segments (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE,
    search text,
    filters text NOT NULL,
    sort text NOT NULL,
    sort_order text NOT NULL
  );
  `,
  `
  -- The table that searches read: one row per customer, updated in the background. Texts that differ only in case have the same fold.
  CREATE TABLE customer_search (
    customer_id text COLLATE "C" NOT NULL,
    position text COLLATE "C" NOT NULL,
    -- The folded id and values, with U+001F between them.
    folded text COLLATE "C" NOT NULL,
    -- The text of each value by its name, and its fold if that differs.
    attributes jsonb NOT NULL,
    folded_attributes jsonb NOT NULL,
    events jsonb NOT NULL,
    -- The columns by which lists are sorted; email is folded.
    email text COLLATE "C",
    created_at double precision,
    last_updated bigint NOT NULL,
    PRIMARY KEY (customer_id)
  );
  CREATE INDEX customer_search_in_order ON customer_search (position);
  CREATE INDEX customer_search_by_email ON customer_search (email, position);
  CREATE INDEX customer_search_by_email_desc ON customer_search (email DESC NULLS LAST, position);
  CREATE INDEX customer_search_by_created_at ON customer_search (created_at, position);
  CREATE INDEX customer_search_by_created_at_desc ON customer_search (created_at DESC NULLS LAST, position);
  CREATE INDEX customer_search_by_last_updated ON customer_search (last_updated, position);
  CREATE INDEX customer_search_attributes ON customer_search USING gin (attributes);
  CREATE INDEX customer_search_events ON customer_search USING gin (events);

  -- Customers that changed since they were indexed, with the transaction that changed them.
  CREATE TABLE search_pending (
    customer_id text COLLATE "C" NOT NULL,
    change bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    PRIMARY KEY (customer_id, change)
  );
  INSERT INTO search_pending SELECT customer_id, 0 FROM customers WHERE attributes IS NOT NULL;
  `,
  `
  -- The last transaction of every writer, to look up a COMMIT that was not answered. See LastWrites.
  CREATE TABLE last_writes (writer bigint PRIMARY KEY, id uuid NOT NULL, at timestamptz NOT NULL);
  `,
  `
  -- Times of customers are in milliseconds from here on, but for customer_search. A deletion in a second still ignores every message of
  -- that second. The first replacement visits each member of {"name":seconds,…} and adds three zeros, the second makes 0 of 0000. A
  -- subquery would do the same, but Citus takes none here.
  UPDATE customers SET last_updated = last_updated * 1000, deleted_at = deleted_at * 1000 + 999,
    attribute_times = regexp_replace(
      regexp_replace(attribute_times, '("(?:[^"\\\\]|\\\\.)*":)(\\d+)', '\\1\\2000', 'g'),
      '("(?:[^"\\\\]|\\\\.)*":)0*(\\d+)', '\\1\\2', 'g'
    );
  `,
  `
  -- Rejected lines in blocks; see domain/ingestion/reject.ts. "first" is the number of the first line of a block.
  CREATE TABLE reject_blocks (
    ingestion bigint NOT NULL,
    first bigint NOT NULL,
    packed bytea NOT NULL,
    PRIMARY KEY (ingestion, first)
  );
  INSERT INTO reject_blocks
    SELECT ingestion, line, convert_to(
      '{"line":0,"offset":' || byte_offset || ',"reason":"' || reason || '","text":' || text || '}' || chr(10) || chr(10), 'UTF8'
    ) FROM rejects;
  DROP TABLE rejects;
  `,
  [
    // The user or token that made an edit, as JSON; NULL for a caller without credentials.
    'ALTER TABLE history ADD COLUMN author text',
    POSTGRES_ACCESS,
  ],
  `
  -- Objects are indexed without regard to the order of their members from here on.
  INSERT INTO search_pending SELECT customer_id, 0 FROM customers WHERE attributes LIKE '_%{%' ON CONFLICT DO NOTHING;
  `,
  ACCESS_INDEXES,
  [
    // Its messages are rejected from then on; see deleted_at.
    'ALTER TABLE customers ADD COLUMN suppressed_at bigint',
    POSTGRES_SOURCES,
  ],
  POSTGRES_TRASH,
  POSTGRES_LOG,
  `
  ${POSTGRES_ERASED}
  -- Erased customers of which derived tables, and the room of removed rows, may still have values.
  CREATE TABLE erasing (
    customer_id text COLLATE "C" PRIMARY KEY,
    change bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint
  );
  `,
  [
    // The attributes that are numbers and times, for comparisons; see search-row.ts. Texts are folded in another way from here on.
    "ALTER TABLE customer_search ADD COLUMN numbers jsonb NOT NULL DEFAULT '{}'",
    "ALTER TABLE customer_search ADD COLUMN times jsonb NOT NULL DEFAULT '{}'",
    'INSERT INTO search_pending SELECT customer_id, 0 FROM customers WHERE attributes IS NOT NULL ON CONFLICT DO NOTHING',
  ],
  [
    POSTGRES_IMPORTS,
    // The bulk edit that made an entry; NULL for any other edit.
    'ALTER TABLE history ADD COLUMN bulk_edit bigint',
    'CREATE INDEX history_by_bulk_edit ON history (bulk_edit, customer_id) WHERE bulk_edit IS NOT NULL',
    // JSON lists of texts in the order of code points; NULL for none.
    'ALTER TABLE customers ADD COLUMN labels text',
    'ALTER TABLE trash ADD COLUMN labels text',
    "ALTER TABLE customer_search ADD COLUMN labels jsonb NOT NULL DEFAULT '[]'",
    'CREATE INDEX customer_search_labels ON customer_search USING gin (labels)',
    POSTGRES_NOTES,
    // The times of the events in the log, in ms since the Unix epoch; see event-rows.ts. The indexer writes them.
    `CREATE TABLE event_times (
       customer_id text COLLATE "C" NOT NULL,
       name text COLLATE "C" NOT NULL,
       span bigint NOT NULL,
       times bigint[] NOT NULL,
       PRIMARY KEY (customer_id, name, span)
     )`,
    'CREATE INDEX event_times_by_name ON event_times (name, span)',
    'INSERT INTO search_pending SELECT customer_id, 0 FROM customers WHERE attributes IS NOT NULL ON CONFLICT DO NOTHING',
    POSTGRES_LOG_NAMES,
  ],
  [
    // The edits of a span of time are counted by this index alone.
    'CREATE INDEX history_by_time ON history (at, action)',
  ],
  [POSTGRES_LABEL_EDITS],
];

/** The trigram index for substrings, which needs the `pg_trgm` extension. Without it such a search reads every row. */
export const TRIGRAM_INDEX = 'customer_search_folded';

/** The tables of customers, for `create_distributed_table`. The others are colocated with the first one. */
export const DISTRIBUTED_TABLES = [
  'customers',
  'applied_messages',
  'history',
  'customer_search',
  'search_pending',
  'log_blocks',
  'log_edits',
  'log_baselines',
  'event_times',
] as const;
