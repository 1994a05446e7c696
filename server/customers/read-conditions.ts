import { DomainError } from '../domain/errors.js';
import { parseFilter } from '../domain/search/customer-filter.js';
import { parseGroup } from '../domain/search/filter-group.js';
import { WEEK_STARTS } from '../domain/search/filter-time.js';
import { TimeZone } from '../domain/search/time-zone.js';
import type { WrittenConditions } from '../domain/search/written-query.js';

/** The members of a body that hold conditions. Null and an empty text count as absent. */
export interface ConditionsBody {
  readonly filters?: readonly string[] | null;
  readonly where?: unknown;
  readonly tz?: unknown;
  readonly week_start?: unknown;
}

/**
 * Reads conditions from a body.
 * @param prefix of the names of members in errors, such as `selection.`
 * @throws DomainError `invalid_request` that names the member
 */
export function readConditions({ filters, where, tz, week_start }: ConditionsBody, prefix = ''): WrittenConditions {
  const group = isAbsent(where) ? undefined : parseGroup(where, `${prefix}where`);
  return {
    filters: filters?.map(parseFilter) ?? [],
    ...(group && { where: group }),
    ...readClock(tz, week_start, prefix),
  };
}

/**
 * Reads the zone and the first day of the week by which the times of filters are read.
 * @throws DomainError `invalid_request` that names the member
 */
export function readClock(
  tz: unknown,
  weekStart: unknown,
  prefix = '',
): Pick<WrittenConditions, 'timeZone' | 'weekStart'> {
  const zone = typeof tz === 'string' ? TimeZone.find(tz) : undefined;
  if (!isAbsent(tz) && !zone) {
    const shown = typeof tz === 'string' ? `"${tz.slice(0, 100)}" is no time zone` : 'It is given once';
    throw refusal(
      `${prefix}tz`,
      `${prefix}tz is not understood. ${shown}; one is UTC, Europe/Berlin or Asia/Kathmandu.`,
    );
  }
  const first = WEEK_STARTS.find((one) => one === weekStart);
  if (!isAbsent(weekStart) && !first)
    throw refusal(`${prefix}week_start`, `${prefix}week_start is one of ${WEEK_STARTS.join(', ')}.`);
  return { ...(zone && { timeZone: zone.name }), ...(first && { weekStart: first }) };
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function refusal(field: string, message: string): DomainError {
  return new DomainError('invalid_request', message, [{ field, message }]);
}
