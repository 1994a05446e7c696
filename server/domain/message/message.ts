import { attributesIn, readAttributes, type AttributeChange } from './attribute.js';
import { readId, readUserId } from '../customer/customer-id.js';
import { isObject, writeJson, type Json } from '../json.js';
import { LIMITS, utf8Length } from '../limits.js';
import { hasUnsupportedCharacter } from '../text.js';
import { readTimestamp } from './timestamp.js';

/** The reasons for rejecting a line, in the order of the checks: the first rule that fails gives the reason. */
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
  'too_many_attributes',
  'invalid_attribute_name',
  'invalid_attribute_value',
  'unsupported_character',
] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];

/** Gives JSON as bytes of UTF-8: a view that is copied if it is kept. Nothing is looked up or encoded before the call. */
export type JsonBytes = () => Uint8Array;

/** A customer did something. */
export interface EventMessage {
  readonly type: 'event';
  readonly id: string;
  readonly userId: string;
  /** Milliseconds since the Unix epoch. */
  readonly timestamp: number;
  readonly name: string;
  /** The member `data`: any JSON, unchecked, as it stands in the line if the event came in one. Undefined if there is none. */
  readonly data?: JsonBytes | undefined;
  /** True if the server set the id or the timestamp. */
  readonly isStampedHere?: boolean;
}

/** Attributes of a customer changed. */
export interface AttributesMessage {
  readonly type: 'attributes';
  readonly id: string;
  readonly userId: string;
  /** Milliseconds since the Unix epoch. */
  readonly timestamp: number;
  /** The parsed member `data`, from which the identity of the message is computed. */
  readonly data: Readonly<Record<string, unknown>>;
  /** The member `data` as it stands in the line, if the message came in one. */
  readonly dataBytes: JsonBytes;
  /** The attributes in `data` that are set or removed. */
  readonly changes: readonly AttributeChange[];
  /** True if the server set the id or the timestamp: the time is no part of the identity then, as a repeat has another one. */
  readonly isStampedHere?: boolean;
}

export type Message = EventMessage | AttributesMessage;

/** The outcome of reading a message: the message, a message without a customer, or a rejection. */
export type ReadOutcome =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'rejected'; readonly reason: RejectReason };

/** The terms on which a source differs from a file. */
export interface MessageTerms {
  /** True if the server set the id or the timestamp. */
  readonly isStampedHere?: boolean;
  /** True if an attribute that is `""` is kept; else it is removed. */
  readonly keepsEmptyText?: boolean;
}

const encoder = new TextEncoder();
const AS_IN_A_FILE: MessageTerms = {};
const ANONYMOUS: ReadOutcome = { kind: 'anonymous' };

export function rejected(reason: RejectReason): ReadOutcome {
  return { kind: 'rejected', reason };
}

/**
 * Checks a parsed message against section 1 of the contract (docs/contract.md).
 * @param value from `JSON.parse`; the `data` of attributes may come from `parseJson`, which keeps the characters of numbers
 * @param now ms since the Unix epoch; a timestamp may lie up to one day after it
 * @param dataBytes gives the bytes of the member `data`; they are called for only if the message has it. By default the parsed member is
 * written as JSON again.
 * @param digits gives the member `timestamp` as it was written, if it is a number; undefined if `JSON.stringify` writes it in the same way
 */
export function readMessage(
  value: unknown,
  now: number,
  dataBytes: JsonBytes = () => encoder.encode(writeJson((value as { readonly data: Json }).data, (digits) => digits)),
  digits?: () => string,
  terms = AS_IN_A_FILE,
): ReadOutcome {
  if (!isObject(value)) return rejected('not_an_object');
  const { type, name, data } = value;
  if (type !== 'event' && type !== 'attributes') return rejected('unknown_type');
  const id = readId(value.id, LIMITS.messageIdBytes);
  if (id === undefined) return rejected('invalid_id');
  const userId = readUserId(value.user_id);
  if (userId === undefined) return rejected('invalid_user_id');
  if (userId === '') return ANONYMOUS;
  const timestamp = readTimestamp(value.timestamp, digits, now);
  if (timestamp === undefined) return rejected('invalid_timestamp');

  if (type === 'event') {
    if (!isEventName(name)) return rejected('invalid_event_name');
    if (hasUnsupportedCharacter(id) || hasUnsupportedCharacter(userId) || hasUnsupportedCharacter(name)) {
      return rejected('unsupported_character');
    }
    const bytes = data === undefined ? undefined : dataBytes;
    const message: Message = { type, id, userId, timestamp, name, data: bytes };
    return { kind: 'message', message: terms.isStampedHere ? { ...message, isStampedHere: true } : message };
  }

  if (!isObject(data)) return rejected('invalid_data');
  if (attributesIn(data) > LIMITS.attributes) return rejected('too_many_attributes');
  const attributes = readAttributes(data, terms.keepsEmptyText);
  if (!attributes.ok) return rejected(attributes.defect);
  if (hasUnsupportedCharacter(id) || hasUnsupportedCharacter(userId)) return rejected('unsupported_character');
  const message: Message = { type, id, userId, timestamp, data, dataBytes, changes: attributes.changes };
  return { kind: 'message', message: terms.isStampedHere ? { ...message, isStampedHere: true } : message };
}

function isEventName(value: unknown): value is string {
  if (typeof value !== 'string' || value === '' || value.length > LIMITS.eventNameBytes) return false;
  return utf8Length(value) <= LIMITS.eventNameBytes;
}
