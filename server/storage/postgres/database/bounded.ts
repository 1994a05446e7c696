import type { QueryConfig } from 'pg';

/** A statement that fails like a lost connection if it is not answered within `timeoutMs`. Its connection cannot be used after that. */
export function bounded(text: string, timeoutMs: number): QueryConfig {
  // The driver knows `query_timeout`; its types do not.
  const query: QueryConfig & { readonly query_timeout: number } = { text, query_timeout: timeoutMs };
  return query;
}
