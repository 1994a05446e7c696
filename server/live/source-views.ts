import { hourOf } from '../domain/sources/live-calls.js';
import {
  CALL_OUTCOMES,
  DEFAULT_SOURCE,
  type CallOutcome,
  type Source,
  type SourceCount,
} from '../domain/sources/source.js';
import type { SourceReject } from '../domain/sources/source.js';
import type { CallCounts, HourCounts, SourceRejectView, SourceView } from './source.dto.js';

/** In ms. */
export const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Hours of the week that is counted, the present one included. */
export const WEEK_HOURS = 168;

/**
 * @param counts of the source in the week
 * @param lastHour the latest hour with a call
 */
export function sourceView(
  source: Source,
  counts: readonly SourceCount[],
  lastHour: number | undefined,
  now: number,
): SourceView {
  const { id, name, kind, isOn, keepsEmptyText, mayCreate, mayDelete, createdAt, createdBy, oldKeyUntil } = source;
  return {
    id,
    name,
    kind,
    is_on: isOn,
    keeps_empty_text: keepsEmptyText,
    may_create: mayCreate,
    may_delete: mayDelete,
    created_at: timeText(createdAt),
    created_by: createdBy,
    ...(oldKeyUntil !== undefined && oldKeyUntil > now && { old_key_until: timeText(oldKeyUntil) }),
    has_key: id !== DEFAULT_SOURCE,
    ...(lastHour !== undefined && { last_hour_at: timeText(lastHour) }),
    today: sumOf(counts.filter(({ hour }) => hour >= now - (now % DAY_MS))),
    week: sumOf(counts),
  };
}

/** The counts of each hour, the present one last. */
export function hourCounts(counts: readonly SourceCount[], hours: number, now: number): HourCounts[] {
  const byHour = new Map<number, SourceCount[]>();
  for (const count of counts) byHour.set(count.hour, [...(byHour.get(count.hour) ?? []), count]);
  const last = hourOf(now);
  return Array.from({ length: hours }, (_, at) => {
    const hour = last - (hours - 1 - at) * HOUR_MS;
    return Object.assign(sumOf(byHour.get(hour) ?? []), { at: timeText(hour) });
  });
}

export function rejectView({ id, at, reason, field, message, userId, text }: SourceReject): SourceRejectView {
  return {
    id,
    at: timeText(at),
    reason,
    ...(field !== undefined && { field }),
    message,
    ...(userId !== undefined && { user_id: userId }),
    text,
  };
}

export function timeText(time: number): string {
  return new Date(time).toISOString();
}

function sumOf(counts: readonly SourceCount[]): CallCounts {
  const sums = Object.fromEntries(CALL_OUTCOMES.map((outcome) => [outcome, 0])) as Record<CallOutcome, number>; // Safe: it has every outcome.
  for (const { outcome, count } of counts) sums[outcome] += count;
  const { duplicate: duplicates, accepted, ...others } = sums;
  return { accepted, duplicates, ...others };
}
