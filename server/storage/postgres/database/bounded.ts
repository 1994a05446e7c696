import type { QueryConfig } from 'pg';

/** A statement that fails like a lost connection if it is not answered within `timeoutMs`. Its connection cannot be used after that. */
export function bounded(text: string, timeoutMs: number): QueryConfig {
  // The driver knows `query_timeout`; its types do not.
  const query: QueryConfig & { readonly query_timeout: number } = { text, query_timeout: timeoutMs };
  return query;
}

/**
 * The statement after which a transaction waits for a lock no longer than `interval`. It may share a query with further statements, which
 * `SET LOCAL` may not: Citus can pass that on to its nodes (`citus.propagate_set_commands`), with the whole text of the query.
 */
export function withLockTimeout(interval: string): string {
  return `SELECT set_config('lock_timeout', '${interval}', true)`;
}
