import type { LabelEdit } from '../../domain/customer/label-edits.js';
import { first, query, type Work } from '../access/statement.js';

interface Row {
  readonly bulk_edit: number;
  readonly customer_id: string;
  readonly label: string;
  readonly is_added: number;
  readonly at: number;
}

const COLUMNS = 'bulk_edit, customer_id, label, is_added, at';
/** The rows that are inserted by one statement. */
const ROWS_AT_ONCE = 100;

export function* writeLabelEdits(edits: readonly LabelEdit[]): Work<void> {
  for (let from = 0; from < edits.length;) {
    // One or many: so there are two statements.
    const count = edits.length - from < ROWS_AT_ONCE ? 1 : ROWS_AT_ONCE;
    const some = edits.slice(from, (from += count));
    const places = some.map((_, row) => `(${[1, 2, 3, 4, 5].map((at) => `$${row * 5 + at}`).join(', ')})`).join(', ');
    yield* query(
      `INSERT INTO label_edits (${COLUMNS}) VALUES ${places}`,
      ...some.flatMap(({ bulkEdit, customerId, label, isAdded, at }) => [
        ...[bulkEdit, customerId, label, Number(isAdded), at],
      ]),
    );
  }
}

/** The labels that a bulk edit changed, in the order of customers and labels. @param after only those of the customers behind this one */
export function* readLabelEdits(
  bulkEdit: number,
  after: string | undefined,
  limit: number,
): Work<readonly LabelEdit[]> {
  const behind = after === undefined ? '' : 'AND customer_id > $3';
  const text = `SELECT ${COLUMNS} FROM label_edits WHERE bulk_edit = $1 ${behind} ORDER BY customer_id, label LIMIT $2`;
  return (yield* query<Row>(text, bulkEdit, limit, ...(after === undefined ? [] : [after]))).map(toEdit);
}

export function* countLabelEdits(bulkEdit: number): Work<number> {
  const text = 'SELECT count(*) AS count FROM label_edits WHERE bulk_edit = $1';
  return (yield* first<{ count: number }>(text, bulkEdit))?.count ?? 0;
}

/** The labels that bulk edits changed on a customer, in the order of these. */
export function* readLabelEditsOf(
  customerId: string,
  [bulkEdit, label]: readonly [bulkEdit: number, label: string],
  limit: number,
): Work<readonly LabelEdit[]> {
  const rows = yield* query<Row>(
    `SELECT ${COLUMNS} FROM label_edits WHERE customer_id = $1 AND (bulk_edit, label) > ($2, $3) ORDER BY bulk_edit, label LIMIT $4`,
    ...[customerId, bulkEdit, label, limit],
  );
  return rows.map(toEdit);
}

/** Removes all rows of a customer that is erased. @returns their number */
export function* eraseLabelEdits(customerId: string): Work<number> {
  return (yield* query('DELETE FROM label_edits WHERE customer_id = $1 RETURNING at', customerId)).length;
}

function toEdit({ bulk_edit: bulkEdit, customer_id: customerId, label, is_added: isAdded, at }: Row): LabelEdit {
  return { bulkEdit, customerId, label, isAdded: isAdded === 1, at };
}
