import { attributesIn, readAttributes, type AttributeChange, type AttributeDefect } from '../message/attribute.js';
import type { CustomerState } from './customer.js';
import { DomainError, type FieldError } from '../errors.js';
import { JsonNumber } from '../json.js';
import { LIMITS } from '../limits.js';

const EMAIL = /^[^\s@]+@[^\s@]+$/;
const CREATED_AT_DIGITS = /^[1-9]\d{8,9}$/;
const FIELD = 'customer.attributes';

const DEFECTS: Record<AttributeDefect, string> = {
  invalid_attribute_name: `An attribute name has 1 to ${LIMITS.attributeNameBytes} bytes and is not "__proto__".`,
  invalid_attribute_value: `An attribute value has at most ${LIMITS.attributeValueBytes} bytes as JSON, and its numbers at most ${LIMITS.numberDigits} digits before and after the point.`,
  unsupported_character: 'Text must not hold U+0000 or half of a surrogate pair.',
};
const INVALID_EMAIL = 'An email is text around one "@", without white space.';
const MISSING_EMAIL = 'email is required: text around one "@", without white space.';
const INVALID_CREATED_AT = 'created_at is a Unix time in seconds, 100000000 to 9999999999.';

/** Text around one `@`, no white space. */
export function isEmail(value: unknown): value is string {
  return typeof value === 'string' && EMAIL.test(value);
}

/** A Unix time in seconds from 100000000 to 9999999999: digits in a string, or a number. */
export function isCreatedAt(value: unknown): boolean {
  if (value instanceof JsonNumber) return isCreatedAt(Number(value.text));
  if (typeof value === 'number') return CREATED_AT_DIGITS.test(String(value));
  return typeof value === 'string' && CREATED_AT_DIGITS.test(value);
}

/**
 * The attributes of a POST, checked: `email` is required, a `created_at` that is missing or no time becomes now.
 * @param now ms since the Unix epoch, as in the other functions
 * @throws DomainError `invalid_request`, naming the attribute, or `too_many_attributes`
 */
export function attributesToCreate(attributes: Readonly<Record<string, unknown>>, now: number): AttributeChange[] {
  checkCount(attributes);
  const { email = '' } = attributes;
  if (!isEmail(email)) throw invalid('email', email === null || email === '' ? MISSING_EMAIL : INVALID_EMAIL);
  const createdAt = isCreatedAt(attributes.created_at) ? attributes.created_at : String(Math.floor(now / 1000));
  return checked({ ...attributes, created_at: createdAt }).filter((change) => change.value !== null);
}

/**
 * The attributes of a PATCH, checked: `email` and `created_at` can be changed, not removed.
 * @throws DomainError `invalid_request`, naming the attribute, or `too_many_attributes`
 */
export function attributesToPatch(attributes: Readonly<Record<string, unknown>>): AttributeChange[] {
  checkCount(attributes);
  if (Object.hasOwn(attributes, 'email') && !isEmail(attributes.email)) throw invalid('email', INVALID_EMAIL);
  if (Object.hasOwn(attributes, 'created_at') && !isCreatedAt(attributes.created_at)) {
    throw invalid('created_at', INVALID_CREATED_AT);
  }
  return checked(attributes);
}

/** Makes the attributes exactly those given; the others become tombstones. Event counts stay. */
export function overwriteAttributes(state: CustomerState, attributes: readonly AttributeChange[], now: number): void {
  const kept = new Set(attributes.map((change) => change.name));
  const removed = [...state.attributes.keys()].filter((name) => !kept.has(name));
  patchAttributes(state, [...removed.map((name) => ({ name, value: null })), ...attributes], now);
}

/**
 * Sets the named attributes and leaves the others. An edit wins over every message that came before it. A number is stored in the
 * characters of the edit, also where it equals the present one: 1 replaces 1.0.
 */
export function patchAttributes(state: CustomerState, changes: readonly AttributeChange[], now: number): void {
  for (const { name, value } of changes) {
    // A message may be up to a day ahead of the clock: the edit must not lose to it.
    const timestamp = Math.max(now, state.attributes.get(name)?.timestamp ?? 0);
    state.attributes.set(name, { value, timestamp });
  }
  state.exists = true;
  state.lastUpdated = now;
}

/** Deletes everything but the time of the deletion: messages up to it are ignored, a later message starts the customer anew. */
export function deleteCustomer(state: CustomerState, now: number): void {
  state.exists = false;
  state.attributes.clear();
  state.events.clear();
  state.labels = undefined;
  state.lastUpdated = 0;
  // Later than every deletion before, so that the time tells deletions apart.
  state.deletedAt = Math.max(now, (state.deletedAt ?? -1) + 1);
}

/** Deletes the customer, if it exists, and lets its messages be rejected until {@link unsuppressCustomer}. */
export function suppressCustomer(state: CustomerState, now: number): void {
  if (state.exists) deleteCustomer(state, now);
  state.suppressedAt ??= now;
}

/** Lets messages and edits create the customer again. What was deleted stays so. */
export function unsuppressCustomer(state: CustomerState): void {
  state.suppressedAt = undefined;
}

function checkCount(attributes: Readonly<Record<string, unknown>>): void {
  const count = attributesIn(attributes);
  if (count <= LIMITS.attributes) return;
  const message = `A body has at most ${LIMITS.attributes} attributes; this one has ${count}. Send them in several requests.`;
  throw new DomainError('too_many_attributes', message, [{ field: FIELD, message }]);
}

function checked(attributes: Readonly<Record<string, unknown>>): AttributeChange[] {
  const read = readAttributes(attributes);
  if (!read.ok) throw invalid(read.attribute, DEFECTS[read.defect]);
  return read.changes;
}

function invalid(attribute: string, message: string): DomainError {
  const detail: FieldError = { field: `${FIELD}.${attribute}`, message };
  return new DomainError('invalid_request', message, [detail]);
}
