import { AuditAction, AuditFilter } from '../wire/audit-client';
import { ACTION_TEXT } from './audit-text';

/** The filters as the address has them; empty for none. Days are those of the reader, both included. */
export interface AuditAddress {
  readonly action: string;
  readonly author: string;
  readonly target: string;
  readonly since: string;
  readonly until: string;
}

const DAY = /^\d{4}-\d\d-\d\d$/;

/** The filter for the server. What is not understood is left out. */
export function filterOf({ action, author, target, since, until }: AuditAddress): AuditFilter {
  const [from, to] = [startOf(since, 0), startOf(until, 1)];
  return {
    ...(isAction(action) && { action }),
    ...(author !== '' && { author }),
    ...(target !== '' && { target }),
    ...(from !== null && { since: from }),
    ...(to !== null && { until: to }),
  };
}

/** The beginning of a day of the reader, or of a day after it; null for no day. */
function startOf(day: string, after: number): string | null {
  if (!DAY.test(day)) return null;
  const start = new Date(`${day}T00:00:00`);
  if (Number.isNaN(start.getTime())) return null;
  start.setDate(start.getDate() + after);
  return start.toISOString();
}

function isAction(text: string): text is AuditAction {
  return Object.hasOwn(ACTION_TEXT, text);
}
