/** The tables of the log that hold rows of customers, each with a column `key` in SQLite. */
export const LOG_TABLES = ['log_blocks', 'log_edits', 'log_baselines', 'log_loose'] as const;

/** The log of messages and edits; see domain/log/log-entry.ts. Times are in ms since the Unix epoch. */
export const SQLITE_LOG = `
  -- Messages. "format" 0: as the fold packed them, all of this moment, the first one with the index "part". 1: compacted, in the order of
  -- their places; moment and part are those of the last one.
  CREATE TABLE log_blocks (
    key INTEGER NOT NULL,
    last_time INTEGER NOT NULL,
    moment INTEGER NOT NULL,
    part INTEGER NOT NULL,
    first_time INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    format INTEGER NOT NULL,
    packed BLOB NOT NULL,
    PRIMARY KEY (key, last_time, moment, part)
  ) WITHOUT ROWID;
  CREATE TABLE log_edits (
    key INTEGER NOT NULL,
    moment INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (key, moment)
  ) WITHOUT ROWID;
  -- "arrivals" is a JSON object with [moment, index] of the attributes that came at another moment than that of the baseline.
  CREATE TABLE log_baselines (
    key INTEGER PRIMARY KEY,
    moment INTEGER NOT NULL,
    time INTEGER NOT NULL,
    deleted_at INTEGER,
    attributes TEXT NOT NULL,
    events TEXT NOT NULL,
    last_updated INTEGER NOT NULL,
    attribute_times TEXT NOT NULL,
    arrivals TEXT NOT NULL
  );
  -- Customers with messages that came since their blocks were compacted; "change" is the moment of the last ones.
  CREATE TABLE log_loose (key INTEGER PRIMARY KEY, change INTEGER NOT NULL);
  `;

/**
 * The bytes of compacted blocks get a table of their own: as rows only come at its end, they fill its pages, and a walk through the blocks
 * of a customer reads short rows. "place" is the row with the bytes, and "packed" is empty then.
 */
export const SQLITE_PACKED_LOG = `
  CREATE TABLE log_packed (place INTEGER PRIMARY KEY, packed BLOB NOT NULL);
  ALTER TABLE log_blocks ADD COLUMN names BLOB;
  ALTER TABLE log_blocks ADD COLUMN attribute_entries INTEGER;
  ALTER TABLE log_blocks ADD COLUMN place INTEGER;
  CREATE TRIGGER log_blocks_removed AFTER DELETE ON log_blocks WHEN old.place IS NOT NULL BEGIN
    DELETE FROM log_packed WHERE place = old.place;
  END;
  `;
