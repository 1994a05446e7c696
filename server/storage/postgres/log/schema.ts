/** The log: messages in blocks, the exact effects of edits, and the state before both. See domain/log/log-entry.ts. */
export const POSTGRES_LOG = `
  -- The arrivals of changes. A transaction takes its number after it has locked its customers.
  CREATE SEQUENCE log_moments;

  -- Messages. "format" 0: as the fold packed them, all of this moment, the first one with the index "part". 1: compacted, in the order of
  -- their places; moment and part are those of the last one.
  CREATE TABLE log_blocks (
    customer_id text COLLATE "C" NOT NULL,
    -- Milliseconds since the Unix epoch, like all times of the log.
    last_time bigint NOT NULL,
    moment bigint NOT NULL,
    part bigint NOT NULL,
    first_time bigint NOT NULL,
    entries bigint NOT NULL,
    format bigint NOT NULL,
    packed bytea NOT NULL,
    PRIMARY KEY (customer_id, last_time, moment, part)
  -- A loose block lies in its row. What is compacted does not become shorter.
  ) WITH (toast_tuple_target = 8160);
  ALTER TABLE log_blocks ALTER COLUMN packed SET STORAGE EXTERNAL;
  -- The blocks that wait to be compacted, in the order in which they came.
  CREATE INDEX log_blocks_loose ON log_blocks (moment, customer_id) WHERE format = 0;

  CREATE TABLE log_edits (
    customer_id text COLLATE "C" NOT NULL,
    moment bigint NOT NULL,
    at bigint NOT NULL,
    kind text NOT NULL,
    data text NOT NULL,
    PRIMARY KEY (customer_id, moment)
  );

  -- "arrivals" is a JSON object with [moment, index] of the attributes that came at another moment than that of the baseline.
  CREATE TABLE log_baselines (
    customer_id text COLLATE "C" NOT NULL,
    moment bigint NOT NULL,
    "time" bigint NOT NULL,
    deleted_at bigint,
    attributes text NOT NULL,
    events text NOT NULL,
    attribute_times text NOT NULL,
    last_updated bigint NOT NULL,
    arrivals text NOT NULL,
    PRIMARY KEY (customer_id)
  );
  `;

/** The names in a compacted block (see block-names.ts), and the number of its attributes messages. */
export const POSTGRES_LOG_NAMES = 'ALTER TABLE log_blocks ADD COLUMN names bytea, ADD COLUMN attribute_entries bigint';
