/**
 * The notes on customers. Those of a customer in the trash are hidden. On Citus the table stays on the coordinator.
 * @param text,number the types of the engine
 */
function table(text: string, number: string): string {
  return `
  CREATE TABLE notes (
    customer_id ${text} NOT NULL,
    id ${number} NOT NULL,
    -- 1 while the customer that it was written on is in the trash.
    is_hidden ${number} NOT NULL,
    at ${number} NOT NULL,
    author text,
    edited_at ${number},
    edited_by text,
    text text NOT NULL,
    PRIMARY KEY (customer_id, id)
  );
  `;
}

export const SQLITE_NOTES = table('TEXT', 'INTEGER');

export const POSTGRES_NOTES = table('text COLLATE "C"', 'bigint');
