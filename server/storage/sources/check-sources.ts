import type { Differences } from '../check/differences.js';
import { DEFAULT_SOURCE } from '../../domain/sources/source.js';
import { first, query, type Work } from '../access/statement.js';

/** Sources and hours of which more rejects are kept than were counted. */
const NOT_COUNTED = `
  SELECT kept.source, kept.hour, kept.rejects, coalesce(c.count, 0) AS counted
  FROM (SELECT source, at - at % 3600000 AS hour, count(*) AS rejects FROM source_rejects GROUP BY source, at - at % 3600000) AS kept
  LEFT JOIN source_counts AS c ON c.source = kept.source AND c.hour = kept.hour AND c.outcome = 'rejected'
  WHERE kept.rejects > coalesce(c.count, 0) ORDER BY kept.source, kept.hour`;
const LAST = `
  SELECT last_source, last_reject, coalesce((SELECT max(id) FROM sources), 0) AS source,
    coalesce((SELECT max(id) FROM source_rejects), 0) AS reject, (SELECT count(*) FROM sources WHERE id = ${DEFAULT_SOURCE}) AS default_sources
  FROM source_state`;

/** Compares the rejects of sources with their counts, and the numbers that were assigned with those that are there. */
export function* checkSources(differences: Differences): Work<void> {
  interface Kept {
    readonly source: number;
    readonly hour: number;
    readonly rejects: number;
    readonly counted: number;
  }
  for (const { source, hour, rejects, counted } of yield* query<Kept>(NOT_COUNTED)) {
    const where = `source ${source}, ${new Date(hour).toISOString()}`;
    differences.add(where, `at least ${rejects} counted rejects`, String(counted));
  }
  interface Last {
    readonly last_source: number;
    readonly last_reject: number;
    readonly source: number;
    readonly reject: number;
    readonly default_sources: number;
  }
  const last = yield* first<Last>(LAST);
  if (!last) {
    differences.add('source_state', '1 row', 'none');
    return;
  }
  if (last.source > last.last_source)
    differences.add('sources', `numbers up to ${last.last_source}`, `number ${last.source}`);
  if (last.reject > last.last_reject)
    differences.add('source_rejects', `numbers up to ${last.last_reject}`, `number ${last.reject}`);
  if (last.default_sources === 0) differences.add('sources', 'the default source', 'none');
}
