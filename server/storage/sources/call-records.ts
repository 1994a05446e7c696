import { MOST_REJECTS, type LiveRecord, type NewSourceReject } from '../../domain/sources/live-calls.js';
import type { CallOutcome, SourceCount, SourceReject } from '../../domain/sources/source.js';
import { cut, only, query, type Work } from '../access/statement.js';

const DAY_MS = 86_400_000;
const REJECTS_MS = 30 * DAY_MS;
const COUNTS_MS = 400 * DAY_MS;
/** The bytes of a text that are kept, in UTF-8. */
const TEXT_BYTES = 64 * 1024;
/** The bytes of a message, a field or an id that are kept, in UTF-8. */
const SHORT_BYTES = 1_024;
/** The numbers of rejects that one statement inserts. Each is a statement of its own, which is prepared once. */
const ROWS_AT_ONCE = [100, 10, 1] as const;
/** The new rejects after which those beyond the latest of a source are removed. */
const TRIMMED_AFTER = 1_000;

/** Adds counts and inserts rejects, in the transaction of the messages. It is its last work: other processes wait for these rows. */
export function* writeRecord({ counts, rejects }: LiveRecord): Work<void> {
  if (counts.length > 0) {
    yield* query(
      `INSERT INTO source_counts (source, hour, outcome, count) VALUES ${places(counts.length, 4)}
       ON CONFLICT (source, hour, outcome) DO UPDATE SET count = source_counts.count + excluded.count`,
      ...counts.flatMap(({ source, hour, outcome, count }) => [source, hour, outcome, count]),
    );
  }
  if (rejects.length === 0) return;
  const { last } = yield* only<{ last: number }>(
    'UPDATE source_state SET last_reject = last_reject + $1 RETURNING last_reject AS last',
    rejects.length,
  );
  const before = last - rejects.length;
  for (let at = 0; at < rejects.length;) {
    const rows = ROWS_AT_ONCE.find((count) => count <= rejects.length - at) ?? 1;
    yield* insertRejects(before + at + 1, rejects.slice(at, (at += rows)));
  }
  if (Math.floor(before / TRIMMED_AFTER) !== Math.floor(last / TRIMMED_AFTER)) yield* trimRejects();
}

/** @param id of the first one */
function* insertRejects(id: number, rejects: readonly NewSourceReject[]): Work<void> {
  const short = (text: string | undefined): string | null => (text === undefined ? null : cut(text, SHORT_BYTES));
  yield* query(
    `INSERT INTO source_rejects (id, source, at, reason, field, message, user_id, text) VALUES ${places(rejects.length, 8)}`,
    ...rejects.flatMap((reject, at) => [
      ...[id + at, reject.source, reject.at, reject.reason, short(reject.field), short(reject.message)],
      ...[short(reject.userId), cut(reject.text, TEXT_BYTES)],
    ]),
  );
}

/** The places of values in a statement: ($1, $2), ($3, $4) and so on. */
function places(rows: number, columns: number): string {
  const row = (at: number): string => Array.from({ length: columns }, (_, n) => `$${at * columns + n + 1}`).join(', ');
  return Array.from({ length: rows }, (_, at) => `(${row(at)})`).join(', ');
}

/** Removes the rejects of every source but the latest. */
function* trimRejects(): Work<void> {
  for (const { source } of yield* query<{ source: number }>('SELECT DISTINCT source FROM source_rejects')) {
    yield* query(
      `DELETE FROM source_rejects WHERE source = $1 AND id <=
         (SELECT id FROM source_rejects WHERE source = $1 ORDER BY id DESC LIMIT 1 OFFSET ${MOST_REJECTS})`,
      source,
    );
  }
}

/** Removes counts and rejects that have ended, and those of sources that were removed meanwhile: in the order in which calls lock them. */
export function* removeEndedRecords(now: number): Work<void> {
  yield* query('DELETE FROM source_counts WHERE hour < $1', now - COUNTS_MS);
  yield* query('DELETE FROM source_counts WHERE source NOT IN (SELECT id FROM sources)');
  yield* query('DELETE FROM source_rejects WHERE at < $1', now - REJECTS_MS);
  yield* query('DELETE FROM source_rejects WHERE source NOT IN (SELECT id FROM sources)');
  yield* trimRejects();
}

export function* readCounts(since: number, source: number | undefined): Work<readonly SourceCount[]> {
  interface Row {
    readonly source: number;
    readonly hour: number;
    readonly outcome: CallOutcome;
    readonly count: number;
  }
  const ofSource = source === undefined ? '' : 'AND source = $2';
  return yield* query<Row>(
    `SELECT source, hour, outcome, count FROM source_counts WHERE hour >= $1 ${ofSource} ORDER BY source, hour, outcome`,
    ...(source === undefined ? [since] : [since, source]),
  );
}

interface RejectRow extends Omit<SourceReject, 'field' | 'userId'> {
  readonly field: string | null;
  readonly user_id: string | null;
}

/** The rejects of a customer, the oldest first. @param after only those with a larger id */
export function* readRejectsOf(userId: string, after: number, limit: number): Work<readonly SourceReject[]> {
  const text = 'SELECT * FROM source_rejects WHERE user_id = $1 AND id > $2 ORDER BY id LIMIT $3';
  return (yield* query<RejectRow>(text, userId, after, limit)).map(toReject);
}

export function* readRejects(
  source: number,
  limit: number,
  before = Number.MAX_SAFE_INTEGER,
): Work<readonly SourceReject[]> {
  const rows = yield* query<RejectRow>(
    'SELECT * FROM source_rejects WHERE source = $1 AND id < $2 ORDER BY id DESC LIMIT $3',
    ...[source, before, limit],
  );
  return rows.map(toReject);
}

function toReject({ id, source, at, reason, field, message, user_id: userId, text }: RejectRow): SourceReject {
  return { id, source, at, reason, field: field ?? undefined, message, userId: userId ?? undefined, text };
}
