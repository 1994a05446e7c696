import { readUserId } from '../domain/customer/customer-id.js';
import { DomainError } from '../domain/errors.js';
import { hasUnsupportedCharacter } from '../domain/text.js';

/** Begins every cursor, so that a later form can be told apart. */
const VERSION = '1';
const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Makes the cursor of a walk. @param place that it has come to, such as the id of a customer */
export function cursorOf(place: string): string {
  return Buffer.from(VERSION + place).toString('base64url');
}

/** Reads what {@link cursorOf} wrote. Returns undefined for anything else. */
export function placeOf(cursor: unknown): string | undefined {
  if (typeof cursor !== 'string') return undefined;
  const bytes = Buffer.from(cursor, 'base64url');
  // Node skips what is not base64url, and ignores bits that are left over.
  if (bytes.toString('base64url') !== cursor) return undefined;
  try {
    const text = UTF_8.decode(bytes);
    return text.startsWith(VERSION) ? text.slice(VERSION.length) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads the cursor of `?after=`.
 * @returns the id of the customer that the walk has come to; undefined to begin
 * @throws DomainError `invalid_request` that names the parameter
 */
export function readCursor(value: unknown): string | undefined {
  if (value === '') return undefined;
  const id = readUserId(placeOf(value));
  if (id && !hasUnsupportedCharacter(id)) return id;
  const message = 'after is the `next` of the page before, or empty to begin.';
  throw new DomainError('invalid_request', message, [{ field: 'after', message }]);
}
