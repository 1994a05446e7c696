import type { ClientBase } from 'pg';
import { FIRST_MILLISECONDS, type TimeCounts } from '../../../domain/search/time-counts.js';
import { ENDED, SPAN_MS } from './event-rows.js';

interface SpanRow {
  readonly span: number;
  readonly count: number;
}

/** Counts customers and events by time within a transaction; see `CustomerSearch.timeCounts`. */
export async function countTimes(client: ClientBase, edges: readonly number[]): Promise<TimeCounts> {
  const [from, to] = [edges[0], edges[edges.length - 1]];
  const countsOf = async (text: string, ...values: unknown[]): Promise<number[]> => {
    const counts = edges.slice(1).map(() => 0);
    const { rows } = await client.query<SpanRow>(text, [edges, ...values]);
    for (const { span, count } of rows) if (span > 0 && span <= counts.length) counts[span - 1] = count;
    return counts;
  };
  const created = await countsOf(
    // Both ranges are read from the index alone. The first has a second more at its ends, because a division is not exact.
    `SELECT width_bucket(at, $1::float8[]) AS span, count(*) AS count FROM (
       SELECT created_at * 1000 AS at FROM customer_search
         WHERE created_at >= $2::float8 / 1000 - 1 AND created_at < least($3::float8 / 1000 + 1, ${FIRST_MILLISECONDS})
       UNION ALL
       SELECT created_at FROM customer_search WHERE created_at >= greatest($2, ${FIRST_MILLISECONDS}) AND created_at < $3
     ) AS created GROUP BY 1`,
    from,
    to,
  );
  const events = await countsOf(
    `SELECT width_bucket(t, $1::bigint[]) AS span, count(*) AS count FROM event_times AS e, unnest(e.times) AS t
       WHERE e.span >= $2 AND e.span <= $3 GROUP BY 1`,
    Math.max(0, Math.floor(from / SPAN_MS)),
    Math.floor(to / SPAN_MS),
  );
  const { rows } = await client.query<{ ended: number | null; indexing: boolean }>(
    `SELECT (SELECT max(times[1]) FROM event_times WHERE span = ${ENDED}) AS ended,
       EXISTS (SELECT 1 FROM search_pending LIMIT 1) AS indexing`,
  );
  return { created, events, eventsEndedUpTo: rows[0].ended ?? undefined, indexing: rows[0].indexing };
}
