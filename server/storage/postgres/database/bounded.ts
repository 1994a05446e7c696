import type { QueryConfig } from 'pg';

/** A statement that fails as a lost connection does when there is no answer in time; its connection is of no use then. */
export function bounded(text: string, timeoutMs: number): QueryConfig {
  // Known to the driver, not to its types.
  const query: QueryConfig & { readonly query_timeout: number } = { text, query_timeout: timeoutMs };
  return query;
}
