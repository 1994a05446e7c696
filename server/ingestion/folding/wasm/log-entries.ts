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
} from '../../../domain/log/entry-layout';
import { padded } from '../../wasm/bytes';
import { copyRoughly } from '../../wasm/memory';
import { MESSAGE_SIZE } from '../message-layout';

/*
 * The entries of the log: domain/log/entry-layout.ts has their layout. An entry lies directly behind its message, up to the row of its
 * customer. Without a log there is none.
 */

/** True while messages have entries. */
export let isLogged: bool = false;
/** The id of the ingestion. */
let source: u32 = 0;

export function noLog(): void {
  isLogged = false;
}

/** Messages get an entry from now on. @param ingestion its id */
export function keepLog(ingestion: u32): void {
  isLogged = true;
  source = ingestion;
}

/** Bytes of the entry of a message with texts of this many bytes in all; 0 without a log. */
export function entryBytes(texts: usize): usize {
  return isLogged ? padded(ENTRY_HEADER_BYTES + texts) : 0;
}

/** The entry of a message. */
export function entryOf(message: usize): usize {
  return message + <usize>load<u32>(message, MESSAGE_SIZE);
}

/** The place behind a message and its entry. */
export function messageEnd(message: usize): usize {
  const end = entryOf(message);
  return isLogged ? end + <usize>load<u32>(end, ENTRY_SIZE) : end;
}

/** Adds lines that come before the range of a message to the number of its line. */
export function moveLine(entry: usize, lines: u64): void {
  store<u64>(entry, load<u64>(entry, ENTRY_LINE) + lines, ENTRY_LINE);
}

/**
 * Writes the entry of a line, without its texts.
 * @param time in ms since the Unix epoch
 * @param line counted from 1
 * @param offset bytes before the line in the source
 */
export function writeEntryHead(to: usize, isEvent: bool, time: u64, line: u64, offset: u64): void {
  store<u32>(to, <u32>time, ENTRY_TIME);
  store<u16>(to, <u16>(time >>> 32), ENTRY_TIME_HIGH);
  store<u8>(to, isEvent ? 0 : IS_ATTRIBUTES_ENTRY, ENTRY_FLAGS);
  store<u8>(to, FROM_FILE, ENTRY_SOURCE_KIND);
  store<u32>(to, source, ENTRY_SOURCE);
  store<u64>(to, line, ENTRY_LINE);
  store<u64>(to, offset, ENTRY_OFFSET);
}

/** Writes the texts of an entry, each from its start to its end, and their sizes. Overwrites up to 15 bytes behind the entry. */
export function writeEntryTexts(
  entry: usize,
  idStart: usize,
  idEnd: usize,
  nameStart: usize,
  nameEnd: usize,
  dataStart: usize,
  dataEnd: usize,
): void {
  const id = entry + ENTRY_HEADER_BYTES;
  const name = id + (idEnd - idStart);
  const data = name + (nameEnd - nameStart);
  const end = data + (dataEnd - dataStart);
  copyRoughly(id, idStart, idEnd - idStart);
  copyRoughly(name, nameStart, nameEnd - nameStart);
  copyRoughly(data, dataStart, dataEnd - dataStart);
  store<u64>(end, 0);
  store<u32>(entry, <u32>padded(end - entry), ENTRY_SIZE);
  store<u16>(entry, <u16>(name - id), ENTRY_ID_BYTES);
  store<u16>(entry, <u16>(data - name), ENTRY_NAME_BYTES);
  store<u32>(entry, <u32>(end - data), ENTRY_DATA_BYTES);
}
