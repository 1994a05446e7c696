import type { StatisticsRow } from '../copy/content-rows.js';
import { ofEachPlainTable, type Section } from '../copy/contents.js';
import { BLOCK } from './log/block-columns.js';

export const CUSTOMERS = `
  SELECT k.key, t.id AS text, c.attributes, c.events, c.attribute_times, c.last_updated, c.labels, d.deleted_at, s.suppressed_at,
    (SELECT json_group_array(ingestion) FROM (
      SELECT ingestion FROM ingestion_customers
      WHERE key = k.key AND ingestion IN (SELECT id FROM ingestions WHERE state <> 'done') ORDER BY ingestion
    )) AS touched_by
  FROM (
    SELECT key FROM customers WHERE key > ?1 UNION SELECT key FROM deletions WHERE key > ?1
    UNION SELECT key FROM suppressed WHERE key > ?1 ORDER BY key LIMIT ?2
  ) AS k LEFT JOIN customers AS c USING (key) LEFT JOIN deletions AS d USING (key) LEFT JOIN suppressed AS s USING (key)
    LEFT JOIN text_keys AS t USING (key)
  ORDER BY k.key`;
export const MESSAGES = `SELECT m.key, t.id AS text, first, identities FROM applied_messages AS m LEFT JOIN text_keys AS t USING (key)
  WHERE (m.key, first) > (?, ?) ORDER BY m.key, first LIMIT ?`;
export const HISTORY = `SELECT h.key, t.id AS text, h.id, at, source, action, changes, author, bulk_edit AS bulkEdit
  FROM history AS h LEFT JOIN text_keys AS t USING (key)
  WHERE (h.key, h.id) > (?, ?) ORDER BY h.key, h.id LIMIT ?`;

export const LOG_BLOCKS = `SELECT log_blocks.key, t.id AS text, ${BLOCK}
  FROM log_blocks LEFT JOIN text_keys AS t USING (key)
  WHERE (log_blocks.key, last_time, moment, part) > (?, ?, ?, ?) ORDER BY log_blocks.key, last_time, moment, part LIMIT ?`;
export const LOG_EDITS = `SELECT l.key, t.id AS text, moment, at, kind, data FROM log_edits AS l LEFT JOIN text_keys AS t USING (key)
  WHERE (l.key, moment) > (?, ?) ORDER BY l.key, moment LIMIT ?`;
export const LOG_BASELINES = `SELECT l.key, t.id AS text, moment, time, deleted_at AS deletedAt, attributes, events,
    last_updated AS lastUpdated, attribute_times AS attributeTimes, arrivals
  FROM log_baselines AS l LEFT JOIN text_keys AS t USING (key) WHERE l.key > ? ORDER BY l.key LIMIT ?`;

/** Reads of one kind, in the order of names as they are stored. The name of a day is its number. */
export const STATISTICS = {
  attribute:
    "SELECT name, customers, 0 AS events FROM attribute_counts WHERE name > coalesce(?, '') ORDER BY name LIMIT ?",
  day: 'SELECT CAST(day AS TEXT) AS name, customers, 0 AS events FROM day_counts WHERE day > coalesce(CAST(? AS INTEGER), -1) ORDER BY day LIMIT ?',
  label: "SELECT name, customers, 0 AS events FROM label_counts WHERE name > coalesce(?, '') ORDER BY name LIMIT ?",
  event: "SELECT name, customers, events FROM event_counts WHERE name > coalesce(?, '') ORDER BY name LIMIT ?",
} as const;
export const STATISTICS_KINDS = [
  'attribute',
  'day',
  'event',
  'label',
] as const satisfies readonly StatisticsRow['kind'][];

/** The table of each section that is one. */
export const TABLES: Readonly<Record<Exclude<Section, 'statistics' | 'customers'>, string>> = {
  ingestions: 'ingestions',
  messages: 'applied_messages',
  history: 'history',
  log_blocks: 'log_blocks',
  log_edits: 'log_edits',
  log_baselines: 'log_baselines',
  rejects: 'reject_blocks',
  segments: 'segments',
  ...ofEachPlainTable((table) => table),
};
