/**
 * Numbered, forward-only. Everything of a customer is keyed by `customer_id`, with which every primary key and every conflict
 * target of its tables begins, and nothing refers from one customer to another: the tables can be distributed by it.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (name text PRIMARY KEY, value text NOT NULL);

  -- One row is one answer, and stays when its customer is deleted: it is what writers lock, and what keeps old messages from
  -- bringing the customer back. Without "attributes" there is no customer.
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
  -- Nothing is gained by compressing what is random.
  ALTER TABLE applied_messages ALTER COLUMN identities SET STORAGE EXTERNAL;

  -- How many customers lie from "first" up to the next row's, so that a deep page is found without a walk.
  CREATE TABLE customer_ranges (first text COLLATE "C" PRIMARY KEY, customers bigint NOT NULL);
  INSERT INTO customer_ranges VALUES ('', 0);
  CREATE TABLE customer_ranges_version (version bigint NOT NULL);
  INSERT INTO customer_ranges_version VALUES (0);
  -- What came and went since the ranges were counted. Writers only add rows, so that none waits for another.
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
  -- What is to be added to them; see customer_changes.
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
    -- As a JSON string: a line that was rejected may hold what a text must not.
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
  -- What searches look at, one row a customer, brought up to date in the background. Folded is what differs in case only.
  CREATE TABLE customer_search (
    customer_id text COLLATE "C" NOT NULL,
    position text COLLATE "C" NOT NULL,
    -- The folded id and values, with U+001F between them.
    folded text COLLATE "C" NOT NULL,
    -- The text of every value by its name, and its fold where that is another text.
    attributes jsonb NOT NULL,
    folded_attributes jsonb NOT NULL,
    events jsonb NOT NULL,
    -- What lists are sorted by; email is folded.
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

  -- Customers that have changed since they were indexed, by the transaction that has changed them.
  CREATE TABLE search_pending (
    customer_id text COLLATE "C" NOT NULL,
    change bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    PRIMARY KEY (customer_id, change)
  );
  INSERT INTO search_pending SELECT customer_id, 0 FROM customers WHERE attributes IS NOT NULL;
  `,
  `
  -- The last transaction of every writer, for those whose COMMIT was not answered. See LastWrites.
  CREATE TABLE last_writes (writer bigint PRIMARY KEY, id uuid NOT NULL, at timestamptz NOT NULL);
  `,
];

/** The index of parts of texts, where the `pg_trgm` extension is there; without it such a search looks at every row. */
export const TRIGRAM_INDEX = 'customer_search_folded';

/** The tables of customers, for `create_distributed_table`; the first one is what the others are kept beside. */
export const DISTRIBUTED_TABLES = [
  'customers',
  'applied_messages',
  'history',
  'customer_search',
  'search_pending',
] as const;
