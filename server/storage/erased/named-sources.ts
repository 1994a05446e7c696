import type { ErasureNote, SourceOfCustomer } from '../../domain/customer/erasure.js';
import { NO_TRACES } from '../../domain/log/log-traces.js';
import { first, type Work } from '../access/statement.js';

/** Names the sources of a customer. @param ingestions,sources numbers beside those of the log, in any order */
export function* namedSources(
  { traces = NO_TRACES }: Pick<ErasureNote, 'traces'>,
  ingestions: readonly number[],
  sources: readonly number[],
): Work<readonly SourceOfCustomer[]> {
  return [
    ...(yield* named('ingestion', 'ingestions', [...traces.ingestions, ...ingestions])),
    ...(yield* named('source', 'sources', [...traces.sources, ...sources])),
  ];
}

function* named(
  kind: SourceOfCustomer['kind'],
  table: 'ingestions' | 'sources',
  ids: readonly number[],
): Work<readonly SourceOfCustomer[]> {
  const found: SourceOfCustomer[] = [];
  for (const id of [...new Set(ids)].sort((a, b) => a - b)) {
    const row = yield* first<{ name: string }>(`SELECT name FROM ${table} WHERE id = $1`, id);
    if (row) found.push({ kind, id, name: row.name });
  }
  return found;
}
