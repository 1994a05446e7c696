/**
 * The rest of erased customers: no id, but the HMAC-SHA-256 of it with the key of the database, and the time up to which its messages are
 * ignored. On Citus the tables stay on the coordinator. @param bytes,number the types of the engine; key a new key of 32 bytes
 */
function tables(bytes: string, number: string, key: string): string {
  return `
  CREATE TABLE erased (hash ${bytes} PRIMARY KEY, until ${number} NOT NULL);
  CREATE TABLE erased_state (id ${number} PRIMARY KEY CHECK (id = 1), hmac_key ${bytes} NOT NULL);
  INSERT INTO erased_state VALUES (1, ${key});
  `;
}

export const SQLITE_ERASED = tables('BLOB', 'INTEGER', 'randomblob(32)');

export const POSTGRES_ERASED = tables(
  'bytea',
  'bigint',
  'sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))',
);
