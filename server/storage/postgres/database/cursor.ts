import type { ClientBase, QueryResultRow } from 'pg';

/** Rows that are held in memory at once; a customer may take a MiB. */
const ROWS_AT_ONCE = 200;

let cursors = 0;

/** Reads the rows of a query in pieces, within a transaction. */
export async function* rowsOf<Row extends QueryResultRow>(
  client: ClientBase,
  text: string,
  values: unknown[] = [],
): AsyncGenerator<Row> {
  const name = `rows_${++cursors}`;
  await client.query(`DECLARE ${name} NO SCROLL CURSOR FOR ${text}`, values);
  for (;;) {
    const { rows } = await client.query<Row>(`FETCH ${ROWS_AT_ONCE} FROM ${name}`);
    yield* rows;
    if (rows.length < ROWS_AT_ONCE) break;
  }
  await client.query(`CLOSE ${name}`);
}
