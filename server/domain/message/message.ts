import { readAttributes, type AttributeChange } from './attribute.js';
import { readId, readUserId } from '../customer/customer-id.js';
import { isObject } from '../json.js';
import { LIMITS, utf8Length } from '../limits.js';
import { hasUnsupportedCharacter } from '../text.js';

/** Why a line was rejected, in the order of the checks: the first rule that fails names the reason. */
export const REJECT_REASONS = [
  'line_too_long',
  'invalid_utf8',
  'invalid_json',
  'not_an_object',
  'unknown_type',
  'invalid_id',
  'invalid_user_id',
  'invalid_timestamp',
  'invalid_event_name',
  'invalid_data',
  'invalid_attribute_name',
  'invalid_attribute_value',
  'unsupported_character',
] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];

/** A customer did something. `timestamp` is in seconds since the Unix epoch. */
export interface EventMessage {
  readonly type: 'event';
  readonly id: string;
  readonly userId: string;
  readonly timestamp: number;
  readonly name: string;
}

/** Attributes of a customer changed. `data` is what came in, for the identity; `changes` what it means. */
export interface AttributesMessage {
  readonly type: 'attributes';
  readonly id: string;
  readonly userId: string;
  readonly timestamp: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly changes: readonly AttributeChange[];
}

export type Message = EventMessage | AttributesMessage;

/** What a line came to. An expected failure is data, not an exception. */
export type ReadOutcome =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'rejected'; readonly reason: RejectReason };

const ANONYMOUS: ReadOutcome = { kind: 'anonymous' };

export function rejected(reason: RejectReason): ReadOutcome {
  return { kind: 'rejected', reason };
}

/**
 * Checks what `JSON.parse` made of a line against section 1 of the contract.
 * @param now seconds since the Unix epoch; a timestamp may lie up to one day after it
 */
export function readMessage(value: unknown, now: number): ReadOutcome {
  if (!isObject(value)) return rejected('not_an_object');
  const { type, timestamp, name, data } = value;
  if (type !== 'event' && type !== 'attributes') return rejected('unknown_type');
  const id = readId(value.id, LIMITS.messageIdBytes);
  if (id === undefined) return rejected('invalid_id');
  const userId = readUserId(value.user_id);
  if (userId === undefined) return rejected('invalid_user_id');
  if (userId === '') return ANONYMOUS;
  if (!isTimestamp(timestamp, now)) return rejected('invalid_timestamp');

  if (type === 'event') {
    if (!isEventName(name)) return rejected('invalid_event_name');
    if (hasUnsupportedCharacter(id) || hasUnsupportedCharacter(userId) || hasUnsupportedCharacter(name)) {
      return rejected('unsupported_character');
    }
    return { kind: 'message', message: { type, id, userId, timestamp, name } };
  }

  if (!isObject(data)) return rejected('invalid_data');
  const attributes = readAttributes(data);
  if (!attributes.ok) return rejected(attributes.defect);
  if (hasUnsupportedCharacter(id) || hasUnsupportedCharacter(userId)) return rejected('unsupported_character');
  return { kind: 'message', message: { type, id, userId, timestamp, data, changes: attributes.changes } };
}

function isTimestamp(value: unknown, now: number): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= now + LIMITS.futureSeconds;
}

function isEventName(value: unknown): value is string {
  if (typeof value !== 'string' || value === '' || value.length > LIMITS.eventNameBytes) return false;
  return utf8Length(value) <= LIMITS.eventNameBytes;
}
