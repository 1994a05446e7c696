import type { CustomerSelection } from '../domain/search/customer-query.js';
import type { CustomerSearch } from '../domain/search/customer-search.js';
import { DomainError } from '../domain/errors.js';

export const ALLOW_INCOMPLETE_DESCRIPTION =
  'True goes on where the log does not reach back to all events that `within` asks for, as if these had never been.';
export const LOG_INCOMPLETE_DESCRIPTION =
  '`log_incomplete`: the log does not reach back to all events that `within` asks for. `allow_incomplete=true` goes on all the same.';

/** Reads `?allow_incomplete=`. @throws DomainError `invalid_request` */
export function readAllowIncomplete(value: unknown): boolean {
  if (value === undefined || value === '' || value === 'false') return false;
  if (value === 'true') return true;
  const message = 'allow_incomplete is "true" or "false".';
  throw new DomainError('invalid_request', message, [{ field: 'allow_incomplete', message }]);
}

/** @throws DomainError `log_incomplete` if customers may be selected, or not, because the log does not reach back far enough */
export async function requireLog(search: CustomerSearch, selection: CustomerSelection): Promise<void> {
  const since = await search.logIncompleteSince(selection, true);
  if (since === undefined) return;
  const message =
    `The log has all events that the filters within a time ask for from ${timeOf(since)} on, not before. ` +
    'allow_incomplete=true goes on with the events that it has.';
  throw new DomainError('log_incomplete', message);
}

/** The member that says from when on the log has the events that a selection asks for; empty if it has all. */
export async function incompleteMember(
  search: CustomerSearch,
  selection: CustomerSelection,
): Promise<{ log_incomplete_since?: string }> {
  const since = await search.logIncompleteSince(selection);
  return since === undefined ? {} : { log_incomplete_since: timeOf(since) };
}

function timeOf(instant: number): string {
  return new Date(instant).toISOString();
}
