import { deflateRawSync, inflateRawSync } from 'node:zlib';
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
} from '../../domain/log/entry-layout.js';
import { dataOf, nameOf, viewOf, type PlacedEntry } from './placed-entry.js';
import { readUuid, UUID_BYTES, UUID_LENGTH, writeUuid } from './uuid-text.js';
import { ByteReader, ByteWriter } from './varints.js';

/*
 * A compacted block: entries of one customer in the order of their places, in columns.
 *
 * 1. the number of entries, and the bytes of the UUIDs, as numbers of variable length
 * 2. the UUIDs, 16 bytes each: nothing makes them shorter
 * 3. the other columns, deflated, one after the other: kinds, times, moments, indexes, sources, lines, offsets, ids, names, data
 *
 * Numbers are written as differences to those of the entry before.
 */

const WORD = 2 ** 32;
/** Bits of a kind: 3 of flags, 2 of the kind of source, 2 of the form of the id. */
const SOURCE_SHIFT = 3;
export const FORM_SHIFT = 5;
/** Forms of ids. */
const TEXT = 0;
export const UUID = 1;
export const DIGITS = 2;
/** A text that ends in a UUID. */
const PREFIXED = 3;
/** Digits of a number that JavaScript holds exactly. */
const MOST_DIGITS = 15;
const [ZERO, NINE] = [0x30, 0x39];
/** A higher level gains 2 % and takes twice the time. */
const LEVEL = { level: 3 };

const columns = new ByteWriter();
const ids = new ByteWriter();
const uuids = new ByteWriter();
const nameIndexes = new ByteWriter();
const uuid = new Uint8Array(UUID_BYTES);

/** Packs entries into one block. @param entries in the order of their places, at least one */
export function compact(entries: readonly PlacedEntry[]): Uint8Array {
  columns.reset();
  ids.reset();
  uuids.reset();
  for (const { packed, view, at } of entries) {
    const form = writeId(packed, at + ENTRY_HEADER_BYTES, view.getUint16(at + ENTRY_ID_BYTES, true));
    columns.byte(packed[at + ENTRY_FLAGS] | (packed[at + ENTRY_SOURCE_KIND] << SOURCE_SHIFT) | (form << FORM_SHIFT));
  }
  writeNumbers(entries, ({ time }) => time);
  writeNumbers(entries, ({ moment }) => moment);
  writeNumbers(entries, ({ index }) => index);
  writeNumbers(entries, ({ view, at }) => view.getUint32(at + ENTRY_SOURCE, true));
  writeNumbers(entries, ({ view, at }) => numberAt(view, at + ENTRY_LINE));
  writeNumbers(entries, ({ view, at }) => numberAt(view, at + ENTRY_OFFSET));
  columns.copy(ids.bytes, 0, ids.length);
  writeNames(entries);
  for (const { view, at } of entries) columns.varint(view.getUint32(at + ENTRY_DATA_BYTES, true));
  for (const { packed, view, at } of entries) {
    const { start, end } = dataOf(view, at);
    columns.copy(packed, start, end);
  }
  const deflated = deflateRawSync(columns.bytes, LEVEL);
  columns.reset();
  columns.varint(entries.length);
  columns.varint(uuids.length);
  return Buffer.concat([columns.bytes, uuids.bytes, deflated]);
}

/**
 * Reads what {@link compact} wrote.
 * @throws RangeError or an error of zlib for bytes that are no such block
 */
export function openCompacted(packed: Uint8Array): PlacedEntry[] {
  const head = new ByteReader(packed);
  const count = head.varint();
  const uuidBytes = head.varint();
  const uuidColumn = packed.subarray(head.skip(uuidBytes), head.at);
  const reader = new ByteReader(inflateRawSync(packed.subarray(head.at)));
  const kinds = reader.bytes.subarray(reader.skip(count), count);
  const times = readNumbers(reader, count);
  const moments = readNumbers(reader, count);
  const indexes = readNumbers(reader, count);
  const sources = readNumbers(reader, count);
  const lines = readNumbers(reader, count);
  const offsets = readNumbers(reader, count);
  const idTexts = readIds(reader, kinds, uuidColumn);
  const names = readNames(reader, count);
  const dataLengths = Array.from({ length: count }, () => reader.varint());
  const sizes = dataLengths.map(
    (data, i) => (ENTRY_HEADER_BYTES + idTexts[i].length + names[i].length + data + 7) & ~7,
  );
  const raw = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0));
  const view = viewOf(raw);
  let at = 0;
  return sizes.map((size, i) => {
    const [id, name, time] = [idTexts[i], names[i], times[i]];
    view.setUint32(at + ENTRY_SIZE, size, true);
    view.setUint32(at + ENTRY_TIME, time % WORD, true);
    view.setUint16(at + ENTRY_TIME_HIGH, Math.floor(time / WORD), true);
    raw[at + ENTRY_FLAGS] = kinds[i] & 7;
    raw[at + ENTRY_SOURCE_KIND] = (kinds[i] >> SOURCE_SHIFT) & 3;
    view.setUint32(at + ENTRY_SOURCE, sources[i], true);
    setNumber(view, at + ENTRY_LINE, lines[i]);
    setNumber(view, at + ENTRY_OFFSET, offsets[i]);
    view.setUint16(at + ENTRY_ID_BYTES, id.length, true);
    view.setUint16(at + ENTRY_NAME_BYTES, name.length, true);
    view.setUint32(at + ENTRY_DATA_BYTES, dataLengths[i], true);
    raw.set(id, at + ENTRY_HEADER_BYTES);
    raw.set(name, at + ENTRY_HEADER_BYTES + id.length);
    const data = reader.skip(dataLengths[i]);
    raw.set(reader.bytes.subarray(data, reader.at), at + ENTRY_HEADER_BYTES + id.length + name.length);
    const entry = { packed: raw, view, at, time, moment: moments[i], index: indexes[i] };
    at += size;
    return entry;
  });
}

/** Writes an id into the columns of ids. @returns its form */
function writeId(text: Uint8Array, at: number, length: number): number {
  const prefix = length - UUID_LENGTH;
  if (prefix >= 0 && readUuid(text, at + prefix, uuid)) {
    uuids.copy(uuid, 0, UUID_BYTES);
    if (prefix === 0) return UUID;
    ids.varint(prefix);
    ids.copy(text, at, at + prefix);
    return PREFIXED;
  }
  const number = digitsAt(text, at, length);
  if (number !== undefined) {
    ids.varint(number);
    return DIGITS;
  }
  ids.varint(length);
  ids.copy(text, at, at + length);
  return TEXT;
}

function readIds(reader: ByteReader, kinds: Uint8Array, uuidColumn: Uint8Array): Uint8Array[] {
  let uuidAt = 0;
  return Array.from(kinds, (kind) => {
    const form = kind >> FORM_SHIFT;
    if (form === DIGITS) return Buffer.from(String(reader.varint()));
    const length = form === UUID ? 0 : reader.varint();
    const text = reader.bytes.subarray(reader.skip(length), reader.at);
    if (form === TEXT) return text;
    const id = new Uint8Array(length + UUID_LENGTH);
    id.set(text);
    writeUuid(uuidColumn, uuidAt, id, length);
    uuidAt += UUID_BYTES;
    return id;
  });
}

/** The number that a text of digits stands for, if the text is that of the number. */
function digitsAt(text: Uint8Array, at: number, length: number): number | undefined {
  if (length === 0 || length > MOST_DIGITS || (text[at] === ZERO && length > 1)) return undefined;
  let number = 0;
  for (let i = at; i < at + length; i++) {
    if (text[i] < ZERO || text[i] > NINE) return undefined;
    number = number * 10 + text[i] - ZERO;
  }
  return number;
}

/** Writes each distinct name once, and then which one each entry has. The name of an attributes message is empty. */
function writeNames(entries: readonly PlacedEntry[]): void {
  const known = new Map<string, number>();
  nameIndexes.reset();
  ids.reset();
  for (const { packed, view, at } of entries) {
    const { start, end } = nameOf(view, at);
    const name = Buffer.from(packed.buffer, packed.byteOffset + start, end - start).toString('latin1');
    let index = known.get(name);
    if (index === undefined) {
      known.set(name, (index = known.size));
      ids.varint(end - start);
      ids.copy(packed, start, end);
    }
    nameIndexes.varint(index);
  }
  columns.varint(known.size);
  columns.copy(ids.bytes, 0, ids.length);
  columns.copy(nameIndexes.bytes, 0, nameIndexes.length);
}

function readNames(reader: ByteReader, count: number): Uint8Array[] {
  const names = Array.from({ length: reader.varint() }, () => {
    const length = reader.varint();
    return reader.bytes.subarray(reader.skip(length), reader.at);
  });
  return Array.from({ length: count }, () => {
    const name = names.at(reader.varint());
    if (!name) throw new RangeError('The block names an event that it does not have.');
    return name;
  });
}

function writeNumbers(entries: readonly PlacedEntry[], numberOf: (entry: PlacedEntry) => number): void {
  let last = 0;
  for (const entry of entries) {
    const number = numberOf(entry);
    columns.signed(number - last);
    last = number;
  }
}

export function readNumbers(reader: ByteReader, count: number): Float64Array {
  const numbers = new Float64Array(count);
  let last = 0;
  for (let i = 0; i < count; i++) numbers[i] = last += reader.signed();
  return numbers;
}

/** Reads a number of 64 bits, of which JavaScript holds 53. */
function numberAt(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * WORD + view.getUint32(at, true);
}

function setNumber(view: DataView, at: number, number: number): void {
  view.setUint32(at, number % WORD, true);
  view.setUint32(at + 4, Math.floor(number / WORD), true);
}
