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

/**
 * The labels that bulk edits changed on customers. On Citus the table stays on the coordinator.
 * @param text,number the types of the engine
 */
function labelEdits(text: string, number: string): string {
  return `
  CREATE TABLE label_edits (
    bulk_edit ${number} NOT NULL,
    customer_id ${text} NOT NULL,
    label ${text} NOT NULL,
    -- 1 if the label was put on, 0 if it was taken away.
    is_added ${number} NOT NULL,
    at ${number} NOT NULL,
    PRIMARY KEY (bulk_edit, customer_id, label)
  );
  CREATE INDEX label_edits_by_customer ON label_edits (customer_id, bulk_edit, label);
  `;
}

export const SQLITE_LABEL_EDITS = labelEdits('TEXT', 'INTEGER');
export const POSTGRES_LABEL_EDITS = labelEdits('text COLLATE "C"', 'bigint');

export const SQLITE_NOTES = table('TEXT', 'INTEGER');

export const POSTGRES_NOTES = table('text COLLATE "C"', 'bigint');
