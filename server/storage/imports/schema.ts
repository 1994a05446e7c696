/** The tables of imports. On Citus they stay on the coordinator. @param bytes,number,text the types of the engine */
function tables(bytes: string, number: string, text: string): string {
  return `
  -- Numbers of imports come from here, so that no number is assigned twice.
  CREATE TABLE import_state (id ${number} PRIMARY KEY CHECK (id = 1), last_import ${number} NOT NULL);
  INSERT INTO import_state VALUES (1, 0);

  CREATE TABLE imports (
    id ${number} PRIMARY KEY,
    name ${text} NOT NULL,
    bytes ${number} NOT NULL,
    spool ${text},
    state ${text} NOT NULL,
    failure ${text},
    -- JSON, like the next column and the authors.
    sheet ${text} NOT NULL,
    dry_run ${text},
    ingestion ${number},
    uploaded_by ${text} NOT NULL,
    confirmed_by ${text},
    created_at ${number} NOT NULL,
    confirmed_at ${number}
  );

  -- The mapping that was used last, by SHA-256 of the names of the columns.
  CREATE TABLE import_mappings (hash ${bytes} PRIMARY KEY, mapping ${text} NOT NULL, used_at ${number} NOT NULL);
  `;
}

export const SQLITE_IMPORTS = tables('BLOB', 'INTEGER', 'TEXT');

export const POSTGRES_IMPORTS = tables('bytea', 'bigint', 'text COLLATE "C"');
