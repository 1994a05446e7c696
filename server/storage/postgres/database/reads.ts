import type { ClientBase, QueryResultRow } from 'pg';
import type { PostgresDatabase } from './database.js';

/** Runs statements that change nothing. */
export type Reads = Pick<PostgresDatabase, 'read'>;

/** Reads within the transaction of one connection. */
export function readsOf(client: ClientBase): Reads {
  return {
    read: async <Row extends QueryResultRow>(name: string, text: string, values?: unknown[]) =>
      (await client.query<Row>({ name, text, values })).rows,
  };
}
