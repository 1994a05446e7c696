/** The tables of the sources of live messages. On Citus they stay on the coordinator. @param bytes,number the types of the engine */
function tables(bytes: string, number: string, text: string, now: string): string {
  return `
  -- Numbers of sources and of their rejects come from here, so that no number is assigned twice.
  CREATE TABLE source_state (
    id ${number} PRIMARY KEY CHECK (id = 1),
    last_source ${number} NOT NULL,
    last_reject ${number} NOT NULL
  );
  INSERT INTO source_state VALUES (1, 1, 0);

  CREATE TABLE sources (
    id ${number} PRIMARY KEY,
    name ${text} NOT NULL UNIQUE,
    kind ${text} NOT NULL,
    -- SHA-256 of the key. The default source has none.
    key_hash ${bytes} UNIQUE,
    old_key_hash ${bytes},
    old_key_until ${number},
    is_on ${number} NOT NULL,
    keeps_empty_text ${number} NOT NULL,
    may_create ${number} NOT NULL,
    may_delete ${number} NOT NULL,
    created_at ${number} NOT NULL,
    created_by ${text} NOT NULL
  );
  CREATE INDEX sources_by_old_key ON sources (old_key_hash);
  INSERT INTO sources VALUES (1, 'default', 'http', NULL, NULL, NULL, 1, 0, 1, 0, ${now}, '');

  -- The number of calls by the beginning of the hour and the outcome.
  CREATE TABLE source_counts (
    source ${number} NOT NULL,
    hour ${number} NOT NULL,
    outcome ${text} NOT NULL,
    count ${number} NOT NULL,
    PRIMARY KEY (source, hour, outcome)
  );

  CREATE TABLE source_rejects (
    id ${number} PRIMARY KEY,
    source ${number} NOT NULL,
    at ${number} NOT NULL,
    reason ${text} NOT NULL,
    field ${text},
    message ${text} NOT NULL,
    user_id ${text},
    text ${text} NOT NULL
  );
  CREATE INDEX source_rejects_by_source ON source_rejects (source, id);
  CREATE INDEX source_rejects_by_time ON source_rejects (at);

  -- Ids that were made for calls whose answer may be lost, by the hash of the request.
  CREATE TABLE remembered_ids (
    hash ${bytes} PRIMARY KEY,
    id ${text} NOT NULL,
    arrival ${number} NOT NULL,
    until ${number} NOT NULL
  );
  CREATE INDEX remembered_ids_by_end ON remembered_ids (until);
  `;
}

export const SQLITE_SOURCES = tables('BLOB', 'INTEGER', 'TEXT', "CAST(unixepoch('subsec') * 1000 AS INTEGER)");

export const POSTGRES_SOURCES = tables(
  'bytea',
  'bigint',
  'text COLLATE "C"',
  '(extract(epoch FROM now()) * 1000)::bigint',
);
