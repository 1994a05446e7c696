import { formatFilter, parseFilter } from './customer-filter.js';
import { formatGroup, parseGroup, type GroupJson } from './filter-group.js';
import type { WeekStart } from './filter-time.js';
import type { WrittenConditions } from './written-query.js';

/** The conditions of a segment as JSON. A list has filters alone, as in earlier versions. */
type StoredConditions =
  | readonly string[]
  | {
      readonly filters: readonly string[];
      readonly where?: GroupJson;
      readonly tz?: string;
      readonly week_start?: WeekStart;
    };

/** Writes conditions as JSON for {@link parseConditions}. */
export function formatConditions({ filters, where, timeZone, weekStart }: WrittenConditions): string {
  const texts = filters.map(formatFilter);
  const stored: StoredConditions =
    where || timeZone !== undefined || weekStart
      ? { filters: texts, where: where && formatGroup(where), tz: timeZone, week_start: weekStart }
      : texts;
  return JSON.stringify(stored);
}

/** Reads what {@link formatConditions} wrote. */
export function parseConditions(json: string): WrittenConditions {
  // Safe: written by formatConditions.
  const stored = JSON.parse(json) as StoredConditions;
  if ('length' in stored) return { filters: stored.map(parseFilter) };
  const { filters, where, tz, week_start: weekStart } = stored;
  return {
    filters: filters.map(parseFilter),
    ...(where && { where: parseGroup(where, 'where') }),
    ...(tz !== undefined && { timeZone: tz }),
    ...(weekStart && { weekStart }),
  };
}
