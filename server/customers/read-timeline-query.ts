import { DomainError } from '../domain/errors.js';
import { LIMITS } from '../domain/limits.js';
import type { LogPlace } from '../domain/log/log-entry.js';
import { readTimestamp } from '../domain/message/timestamp.js';
import { hasUnsupportedCharacter } from '../domain/text.js';
import { cursorOf, placeOf } from './cursor.js';
import { placeText, readPlace } from './log-entry-json.js';
import { positiveInteger } from './paging.js';

export const ENTRY_KINDS = ['event', 'attributes', 'edit'] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** The place that a timeline has come to: its last message and its last edit; undefined where none has come yet. */
export interface TimelinePlace {
  readonly message: LogPlace | undefined;
  /** The id in the history. */
  readonly edit: number | undefined;
}

export interface TimelineQuery {
  readonly kinds: readonly EntryKind[];
  readonly name: string | undefined;
  /** Milliseconds since the Unix epoch, both included. */
  readonly since: number | undefined;
  readonly until: number | undefined;
  readonly before: TimelinePlace;
  readonly limit: number;
}

const DEFAULT_LIMIT = 50;
const DAY_MS = 86_400_000;

/** @throws DomainError `invalid_request` that names the parameter */
export function readTimelineQuery(query: Readonly<Record<string, unknown>>): TimelineQuery {
  return {
    kinds: readKinds(query.kind),
    name: query.name === undefined || query.name === '' ? undefined : readName(query.name),
    since: readTime('since', query.since, 'start'),
    until: readTime('until', query.until, 'end'),
    before: readBefore(query.before),
    limit: Math.min(positiveInteger(query.limit) ?? DEFAULT_LIMIT, LIMITS.historyEntries),
  };
}

/** @throws DomainError `invalid_request` if it is no name */
export function readName(value: unknown): string {
  if (typeof value === 'string' && value !== '' && !hasUnsupportedCharacter(value)) return value;
  throw refusal('name', 'name is the name of one event or attribute.');
}

/**
 * Reads a moment: RFC 3339, a date in UTC, seconds or milliseconds since 1970.
 * @param edge of a date that counts
 * @returns ms since the Unix epoch; undefined if there is none
 * @throws DomainError `invalid_request` that names the field
 */
export function readTime(field: string, value: unknown, edge: 'start' | 'end'): number | undefined {
  if (value === undefined || value === '') return undefined;
  const time = typeof value === 'string' ? timeOf(value, edge) : undefined;
  if (time !== undefined) return time;
  const forms = '2026-11-28T16:00:00Z, 2026-11-28, or seconds or milliseconds since 1970';
  throw refusal(field, `${field} is a time such as ${forms}.`);
}

/** @returns the cursor behind a place */
export function timelineCursor({ message, edit }: TimelinePlace): string {
  return cursorOf(`${message ? placeText(message) : ''}|${edit ?? ''}`);
}

function timeOf(text: string, edge: 'start' | 'end'): number | undefined {
  if (/^\d+(?:\.\d+)?$/.test(text)) return readTimestamp(Number(text), () => text, Infinity);
  if (/^\d{4}-\d\d-\d\d$/.test(text)) {
    const start = readTimestamp(`${text}T00:00:00Z`, undefined, Infinity);
    return start === undefined || edge === 'start' ? start : start + DAY_MS - 1;
  }
  // A plus that is not percent-encoded arrives as a space.
  return readTimestamp(text.replace(/ (?=\d\d:\d\d$)/, '+'), undefined, Infinity);
}

function readKinds(value: unknown): readonly EntryKind[] {
  const texts = (Array.isArray(value) ? (value as unknown[]) : [value])
    .flatMap((one) => (typeof one === 'string' ? one.split(',') : []))
    .filter((one) => one !== '');
  if (texts.length === 0) return ENTRY_KINDS;
  return texts.map((text) => {
    const kind = ENTRY_KINDS.find((one) => one === text);
    if (!kind) throw refusal('kind', `kind is one or more of ${ENTRY_KINDS.join(', ')}.`);
    return kind;
  });
}

function readBefore(value: unknown): TimelinePlace {
  if (value === undefined || value === '') return { message: undefined, edit: undefined };
  const match = /^([^|]*)\|([^|]*)$/.exec(placeOf(value) ?? '');
  if (match) {
    const [, message, edit] = match;
    const place = { message: readPlace(message), edit: positiveInteger(edit) };
    if ((message === '' || place.message) && (edit === '' || place.edit)) return place;
  }
  throw refusal('before', 'before is the `next` of the page before.');
}

function refusal(field: string, message: string): DomainError {
  return new DomainError('invalid_request', message, [{ field, message }]);
}
