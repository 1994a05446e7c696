import { utf8Text } from '../utf8.js';
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
  FROM_IMPORT,
  FROM_LIVE_SOURCE,
  IS_ATTRIBUTES_ENTRY,
  IS_STAMPED_HERE,
  KEEPS_EMPTY_TEXT,
} from './entry-layout.js';
import type { EntrySource, LogBlock, LogEntry, LogMessage } from './log-entry.js';

const encoder = new TextEncoder();
const NOTHING = new Uint8Array(0);
const WORD = 2 ** 32;

/** A message before it is packed. */
export type UnpackedMessage = Omit<LogMessage, 'data'> & {
  /** JSON as UTF-8; undefined for an event without data. */
  readonly data: Uint8Array | undefined;
};

/** Packs one message in the layout of entry-layout.ts. */
export function packEntry(message: UnpackedMessage): Uint8Array {
  const { time, source, data = NOTHING } = message;
  const id = encoder.encode(message.id);
  const name = message.name === undefined ? NOTHING : encoder.encode(message.name);
  const bytes = ENTRY_HEADER_BYTES + id.length + name.length + data.length;
  const packed = new Uint8Array((bytes + 7) & ~7);
  const view = viewOf(packed);
  view.setUint32(ENTRY_SIZE, packed.length, true);
  view.setUint32(ENTRY_TIME, time % WORD, true);
  view.setUint16(ENTRY_TIME_HIGH, Math.floor(time / WORD), true);
  packed[ENTRY_FLAGS] = flagsOf(message);
  writeSource(view, source);
  view.setUint16(ENTRY_ID_BYTES, id.length, true);
  view.setUint16(ENTRY_NAME_BYTES, name.length, true);
  view.setUint32(ENTRY_DATA_BYTES, data.length, true);
  packed.set(id, ENTRY_HEADER_BYTES);
  packed.set(name, ENTRY_HEADER_BYTES + id.length);
  packed.set(data, ENTRY_HEADER_BYTES + id.length + name.length);
  return packed;
}

/** Joins packed messages of one customer, in the order of their arrival. @returns undefined when there are none */
export function blockOf(entries: readonly Uint8Array[]): LogBlock | undefined {
  if (entries.length === 0) return undefined;
  const packed = new Uint8Array(entries.reduce((sum, { length }) => sum + length, 0));
  let [at, firstTime, lastTime] = [0, Infinity, -Infinity];
  for (const entry of entries) {
    const time = entryTime(viewOf(entry), 0);
    firstTime = Math.min(firstTime, time);
    lastTime = Math.max(lastTime, time);
    packed.set(entry, at);
    at += entry.length;
  }
  return { packed, count: entries.length, firstTime, lastTime };
}

/** Cuts packed messages into views of one each. */
export function* entriesIn(packed: Uint8Array): Generator<Uint8Array> {
  const view = viewOf(packed);
  for (let at = 0; at < packed.length;) {
    const end = at + view.getUint32(at + ENTRY_SIZE, true);
    yield packed.subarray(at, end);
    at = end;
  }
}

/**
 * Reads packed messages, in the order of their arrival.
 * @param moment of all of them
 * @param index of the first one
 */
export function* unpackEntries(packed: Uint8Array, moment: number, index: number): Generator<LogEntry> {
  const view = viewOf(packed);
  for (let at = 0; at < packed.length; at += view.getUint32(at + ENTRY_SIZE, true)) {
    yield { ...readMessage(packed, view, at), moment, index: index++ };
  }
}

/** Reads the time of the packed message that begins at `at`, in ms since the Unix epoch. */
export function entryTime(view: DataView, at: number): number {
  return view.getUint16(at + ENTRY_TIME_HIGH, true) * WORD + view.getUint32(at + ENTRY_TIME, true);
}

function readMessage(packed: Uint8Array, view: DataView, at: number): LogMessage {
  const flags = packed[at + ENTRY_FLAGS];
  const name = at + ENTRY_HEADER_BYTES + view.getUint16(at + ENTRY_ID_BYTES, true);
  const data = name + view.getUint16(at + ENTRY_NAME_BYTES, true);
  const end = data + view.getUint32(at + ENTRY_DATA_BYTES, true);
  const kind = (flags & IS_ATTRIBUTES_ENTRY) === 0 ? 'event' : 'attributes';
  return {
    kind,
    time: entryTime(view, at),
    id: utf8Text(packed.subarray(at + ENTRY_HEADER_BYTES, name)),
    name: kind === 'event' ? utf8Text(packed.subarray(name, data)) : undefined,
    data: end === data ? undefined : utf8Text(packed.subarray(data, end)),
    source: readSource(packed[at + ENTRY_SOURCE_KIND], view, at),
    keepsEmptyText: (flags & KEEPS_EMPTY_TEXT) !== 0,
    isStampedHere: (flags & IS_STAMPED_HERE) !== 0,
  };
}

function flagsOf({ kind, keepsEmptyText, isStampedHere }: UnpackedMessage): number {
  return (
    (kind === 'attributes' ? IS_ATTRIBUTES_ENTRY : 0) |
    (keepsEmptyText ? KEEPS_EMPTY_TEXT : 0) |
    (isStampedHere ? IS_STAMPED_HERE : 0)
  );
}

function writeSource(view: DataView, source: EntrySource): void {
  switch (source.kind) {
    case 'file':
      view.setUint8(ENTRY_SOURCE_KIND, FROM_FILE);
      view.setUint32(ENTRY_SOURCE, source.ingestion, true);
      view.setBigUint64(ENTRY_LINE, BigInt(source.line), true);
      view.setBigUint64(ENTRY_OFFSET, BigInt(source.offset), true);
      break;
    case 'live':
      view.setUint8(ENTRY_SOURCE_KIND, FROM_LIVE_SOURCE);
      view.setUint32(ENTRY_SOURCE, source.source, true);
      break;
    case 'import':
      view.setUint8(ENTRY_SOURCE_KIND, FROM_IMPORT);
      view.setUint32(ENTRY_SOURCE, source.ingestion, true);
      view.setBigUint64(ENTRY_LINE, BigInt(source.row), true);
      break;
    default:
      source satisfies never;
  }
}

function readSource(kind: number, view: DataView, at: number): EntrySource {
  const number = view.getUint32(at + ENTRY_SOURCE, true);
  const line = Number(view.getBigUint64(at + ENTRY_LINE, true));
  switch (kind) {
    case FROM_FILE:
      return { kind: 'file', ingestion: number, line, offset: Number(view.getBigUint64(at + ENTRY_OFFSET, true)) };
    case FROM_LIVE_SOURCE:
      return { kind: 'live', source: number };
    case FROM_IMPORT:
      return { kind: 'import', ingestion: number, row: line };
    default:
      throw new Error(`An entry of the log has a source of the unknown kind ${kind}.`);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
