import type { SourceOfCustomer } from '../../domain/customer/erasure.js';
import { first, type Work } from '../access/statement.js';

/** Gives ingestions and live sources their names. @param ingestions,sources numbers, in any order */
export function* namedSources(
  ingestions: readonly number[],
  sources: readonly number[],
): Work<readonly SourceOfCustomer[]> {
  return [...(yield* named('ingestion', 'ingestions', ingestions)), ...(yield* named('source', 'sources', sources))];
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
