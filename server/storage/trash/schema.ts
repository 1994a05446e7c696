/** The deleted customers that can be restored. On Citus the table stays on the coordinator. */
export const SQLITE_TRASH = `
  CREATE TABLE trash (
    id TEXT PRIMARY KEY,
    deleted_at INTEGER NOT NULL,
    deleted_before INTEGER,
    source TEXT NOT NULL,
    author TEXT,
    attributes TEXT NOT NULL,
    events TEXT NOT NULL,
    attribute_times TEXT NOT NULL,
    last_updated INTEGER NOT NULL
  );
  CREATE INDEX trash_by_time ON trash (deleted_at, id);
  `;

/** See {@link SQLITE_TRASH}. */
export const POSTGRES_TRASH = `
  CREATE TABLE trash (
    id text COLLATE "C" PRIMARY KEY,
    deleted_at bigint NOT NULL,
    deleted_before bigint,
    source text NOT NULL,
    author text,
    attributes text NOT NULL,
    events text NOT NULL,
    attribute_times text NOT NULL,
    last_updated bigint NOT NULL
  );
  CREATE INDEX trash_by_time ON trash (deleted_at, id);
  `;
