import {
  ENTRY_DATA_BYTES,
  ENTRY_FLAGS,
  ENTRY_HEADER_BYTES,
  ENTRY_ID_BYTES,
  ENTRY_LINE,
  ENTRY_NAME_BYTES,
  ENTRY_OFFSET,
  ENTRY_SIZE,
  ENTRY_SOURCE,
  ENTRY_SOURCE_KIND,
  ENTRY_TIME,
  ENTRY_TIME_HIGH,
  FROM_FILE,
  IS_ATTRIBUTES_ENTRY,
  IS_STAMPED_HERE,
} from '../../domain/log/entry-layout.js';
import type { LinePlace } from '../../domain/message/message-sink.js';
import type { AttributesMessage, EventMessage, Message } from '../../domain/message/message.js';
import {
  IS_ATTRIBUTES,
  MESSAGE_HEADER_BYTES,
  MESSAGE_IDENTITY,
  MESSAGE_IDENTITY_LOW,
  MESSAGE_NAME_BYTES,
  MESSAGE_SIZE,
  MESSAGE_TIME,
  MESSAGE_TIME_HIGH,
  MESSAGE_USER_BYTES,
  PAIR_HEADER_BYTES,
  PAIR_NAME_BYTES,
  PAIR_VALUE_BYTES,
} from './message-layout.js';

/** The place where a message is put together. */
export interface Staging {
  readonly bytes: Buffer;
  readonly view: DataView;
  /** The offset of the message in `bytes`. */
  readonly start: number;
}

/**
 * Writes a message as message-layout.ts describes, without an entry.
 * @param lanes of its identity
 * @returns the place behind it
 */
export function stageMessage(to: Staging, message: Message, lanes: Readonly<Int32Array>): number {
  const content = stageHead(to, message, lanes);
  const end = message.type === 'event' ? stageEvent(to, content, message) : stageChanges(to, content, message);
  to.view.setUint32(to.start + MESSAGE_SIZE, end - to.start, true);
  return end;
}

/**
 * Writes the entry of a message for the log, as entry-layout.ts describes.
 * @param ingestion its id
 */
export function stageEntry(
  { bytes, view }: Staging,
  entry: number,
  message: Message,
  ingestion: number,
  { number, offset }: LinePlace,
): void {
  const isEvent = message.type === 'event';
  const isStamped = !isEvent && message.isStampedHere === true;
  const id = entry + ENTRY_HEADER_BYTES;
  const name = id + bytes.write(message.id, id);
  const data = isEvent ? name + bytes.write(message.name, name) : name;
  const json = isEvent ? message.data?.() : message.dataBytes();
  if (json) bytes.set(json, data);
  const end = data + (json?.length ?? 0);
  const next = entry + padded(end - entry);
  bytes.fill(0, end, next);
  view.setUint32(entry + ENTRY_SIZE, next - entry, true);
  view.setUint32(entry + ENTRY_TIME, message.timestamp % 2 ** 32, true);
  view.setUint16(entry + ENTRY_TIME_HIGH, Math.floor(message.timestamp / 2 ** 32), true);
  view.setUint8(entry + ENTRY_FLAGS, (isEvent ? 0 : IS_ATTRIBUTES_ENTRY) | (isStamped ? IS_STAMPED_HERE : 0));
  view.setUint8(entry + ENTRY_SOURCE_KIND, FROM_FILE);
  view.setUint32(entry + ENTRY_SOURCE, ingestion, true);
  view.setBigUint64(entry + ENTRY_LINE, BigInt(number), true);
  view.setBigUint64(entry + ENTRY_OFFSET, BigInt(offset), true);
  view.setUint16(entry + ENTRY_ID_BYTES, name - id, true);
  view.setUint16(entry + ENTRY_NAME_BYTES, data - name, true);
  view.setUint32(entry + ENTRY_DATA_BYTES, end - data, true);
}

/** Writes what all messages have; returns the place behind it. */
function stageHead({ bytes, view, start }: Staging, message: Message, lanes: Readonly<Int32Array>): number {
  const [a, b, c, d] = lanes;
  const length = bytes.write(message.userId, start + MESSAGE_HEADER_BYTES);
  view.setUint32(start + MESSAGE_TIME, message.timestamp % 2 ** 32, true);
  view.setUint16(start + MESSAGE_TIME_HIGH, Math.floor(message.timestamp / 2 ** 32), true);
  view.setInt32(start + MESSAGE_IDENTITY, b, true);
  view.setInt32(start + MESSAGE_IDENTITY + 4, a, true);
  view.setInt32(start + MESSAGE_IDENTITY_LOW, d, true);
  view.setInt32(start + MESSAGE_IDENTITY_LOW + 4, c, true);
  view.setUint16(start + MESSAGE_USER_BYTES, length, true);
  return start + MESSAGE_HEADER_BYTES + padded(length);
}

function stageEvent({ bytes, view, start }: Staging, at: number, { name }: EventMessage): number {
  const length = bytes.write(name, at);
  view.setUint32(start + MESSAGE_NAME_BYTES, length, true);
  return at + padded(length);
}

function stageChanges({ bytes, view, start }: Staging, content: number, { changes }: AttributesMessage): number {
  let at = content;
  view.setUint32(start + MESSAGE_NAME_BYTES, IS_ATTRIBUTES, true);
  for (const { name, value } of changes) {
    const nameLength = bytes.write(name, at + PAIR_HEADER_BYTES);
    const valueStart = at + PAIR_HEADER_BYTES + padded(nameLength);
    const valueLength = value === null ? 0 : bytes.write(value, valueStart);
    view.setUint32(at + PAIR_NAME_BYTES, nameLength, true);
    view.setUint32(at + PAIR_VALUE_BYTES, valueLength, true);
    at = valueStart + padded(valueLength);
  }
  return at;
}

function padded(bytes: number): number {
  return (bytes + 7) & ~7;
}
