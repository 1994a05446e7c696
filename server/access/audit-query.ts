import { AUDIT_ACTIONS, type AuditQuery } from '../domain/access/audit.js';
import { DomainError } from '../domain/errors.js';

const DEFAULT_LIMIT = 50;
const MOST = 500;
/** RFC 3339, with a zone. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/i;

/** Which entries of the audit are asked for, without how many. */
export type AuditFilter = Omit<AuditQuery, 'limit' | 'before'>;

/** @throws DomainError `invalid_request` */
export function readAuditFilter(query: Readonly<Record<string, unknown>>): AuditFilter {
  const action = text(query, 'action');
  const known = AUDIT_ACTIONS.find((one) => one === action);
  if (action !== undefined && known === undefined) throw refusal('action', `takes ${AUDIT_ACTIONS.join(', ')}.`);
  const [author, target, since, until] = [
    text(query, 'author'),
    text(query, 'target'),
    time(query, 'since'),
    time(query, 'until'),
  ];
  return {
    ...(known !== undefined && { action: known }),
    ...(author !== undefined && { author }),
    ...(target !== undefined && { target }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
}

/** @throws DomainError `invalid_request` */
export function readAuditQuery(query: Readonly<Record<string, unknown>>): AuditQuery {
  const before = number(query, 'before', Number.MAX_SAFE_INTEGER);
  const limit = number(query, 'limit', MOST) ?? DEFAULT_LIMIT;
  return { ...readAuditFilter(query), limit, ...(before !== undefined && { before }) };
}

function text(query: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw refusal(name, 'is given more than once.');
  return value;
}

function number(query: Readonly<Record<string, unknown>>, name: string, most: number): number | undefined {
  const given = text(query, name);
  if (given === undefined) return undefined;
  const value = /^\d{1,16}$/.test(given) ? Number(given) : 0;
  if (value < 1 || value > most) throw refusal(name, `must be an integer from 1 to ${most}.`);
  return value;
}

function time(query: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const given = text(query, name);
  if (given === undefined) return undefined;
  const value = TIME.test(given) ? Date.parse(given) : Number.NaN;
  if (Number.isNaN(value)) throw refusal(name, 'must be a time such as 2026-11-28T12:30:00Z.');
  return value;
}

function refusal(name: string, rest: string): DomainError {
  const message = `${name} ${rest}`;
  return new DomainError('invalid_request', message, [{ field: name, message }]);
}
