import { CLOSE, COMMA, OPEN, padded } from '../../wasm/bytes';
import { copyRoughly } from '../../wasm/memory';
import { writeByte, writeNumber, writeTime } from '../../wasm/write';
import {
  IS_ATTRIBUTES,
  MESSAGE_SIZE,
  PAIR_VALUE_BYTES,
  TAKEN_CONTENT,
  TAKEN_NAME,
  TAKEN_PAIR_NAME,
  TAKEN_PAIR_VALUE,
} from '../message-layout';
import { timeOf } from './batch';
import {
  names,
  RECORD_ATTRIBUTE_CUSTOMERS,
  RECORD_EVENT_COUNT,
  RECORD_EVENT_CUSTOMERS,
  RECORD_EVENTS,
  RECORD_MARK,
  RECORD_VALUE,
  RECORD_VALUE_BYTES,
  RECORD_VALUE_TIME,
  writeName,
} from './names';
import { writeTextKey } from './order-key';
import { ENTRY_BYTES, ENTRY_VALUE, sortEntries } from './sort';
import { TEXT_BYTES, TEXT_START } from './text-table';
import { entries, messages, spare } from './workspace';

/*
 * Folds the messages of the customer under way to JSON. A function writes at a place and returns the place behind it; the caller
 * has made sure of the room.
 */

let mark: u32 = 0;
/** Distinct events. */
export let eventCount: u32 = 0;
/** The latest timestamp, in ms since the Unix epoch. */
export let lastUpdated: u64 = 0;
/** Entries of names. */
let listed: u32 = 0;

/** Has to be called when a batch begins: the records of its names are new. */
export function resetMarks(): void {
  mark = 0;
}

/** Writes {"name":count,…} of the distinct events. Overwrites the entries of the identities. */
export function writeEvents(to: usize, count: u32): usize {
  mark++;
  listed = 0;
  eventCount = 0;
  lastUpdated = 0;
  for (let i: u32 = 0; i < count; i++) {
    const message = <usize>load<u32>(messages + <usize>i * 4);
    if (message == 0) continue;
    lastUpdated = max(lastUpdated, timeOf(message));
    const index = load<u32>(message, TAKEN_NAME);
    if (index == IS_ATTRIBUTES) continue;
    eventCount++;
    const name = names.record(index);
    if (load<u32>(name, RECORD_MARK) == mark) {
      store<u32>(name, load<u32>(name, RECORD_EVENT_COUNT) + 1, RECORD_EVENT_COUNT);
    } else {
      listName(name);
      store<u32>(name, 1, RECORD_EVENT_COUNT);
    }
  }
  sortEntries(entries, listed, spare, true);
  to = writeByte(to, OPEN);
  for (let i: u32 = 0; i < listed; i++) {
    const name = <usize>load<u32>(entries + <usize>i * ENTRY_BYTES, ENTRY_VALUE);
    if (i > 0) to = writeByte(to, COMMA);
    const events = load<u32>(name, RECORD_EVENT_COUNT);
    store<u32>(name, load<u32>(name, RECORD_EVENT_CUSTOMERS) + 1, RECORD_EVENT_CUSTOMERS);
    store<u32>(name, load<u32>(name, RECORD_EVENTS) + events, RECORD_EVENTS);
    to = writeNumber(writeName(to, name), events);
  }
  return writeByte(to, CLOSE);
}

/** Writes {"name":value,…} of the attributes. Those that were removed are listed, and not written. */
export function writeAttributes(to: usize, count: u32): usize {
  mark++;
  listed = 0;
  for (let i: u32 = 0; i < count; i++) {
    const message = <usize>load<u32>(messages + <usize>i * 4);
    if (message == 0 || load<u32>(message, TAKEN_NAME) != IS_ATTRIBUTES) continue;
    const timestamp = timeOf(message);
    const end = message + <usize>load<u32>(message, MESSAGE_SIZE);
    for (let at = message + <usize>load<u16>(message, TAKEN_CONTENT); at < end;) {
      const name = names.record(load<u32>(at, TAKEN_PAIR_NAME));
      const length = load<u32>(at, PAIR_VALUE_BYTES);
      const value = at + <usize>load<u32>(at, TAKEN_PAIR_VALUE);
      at = value + padded(<usize>length);
      if (load<u32>(name, RECORD_MARK) != mark) listName(name);
      else if (timestamp < load<u64>(name, RECORD_VALUE_TIME)) continue;
      store<u32>(name, <u32>value, RECORD_VALUE);
      store<u32>(name, length, RECORD_VALUE_BYTES);
      store<u64>(name, timestamp, RECORD_VALUE_TIME);
    }
  }
  sortEntries(entries, listed, spare, true);
  to = writeByte(to, OPEN);
  let written = false;
  for (let i: u32 = 0; i < listed; i++) {
    const name = <usize>load<u32>(entries + <usize>i * ENTRY_BYTES, ENTRY_VALUE);
    const length = <usize>load<u32>(name, RECORD_VALUE_BYTES);
    if (length == 0) continue;
    if (written) to = writeByte(to, COMMA);
    written = true;
    to = writeName(to, name);
    store<u32>(name, load<u32>(name, RECORD_ATTRIBUTE_CUSTOMERS) + 1, RECORD_ATTRIBUTE_CUSTOMERS);
    copyRoughly(to, <usize>load<u32>(name, RECORD_VALUE), length);
    to += length;
  }
  return writeByte(to, CLOSE);
}

/** Writes {"name":timestamp,…} of the attributes that {@link writeAttributes} has listed. */
export function writeTimes(to: usize): usize {
  to = writeByte(to, OPEN);
  for (let i: u32 = 0; i < listed; i++) {
    const name = <usize>load<u32>(entries + <usize>i * ENTRY_BYTES, ENTRY_VALUE);
    if (i > 0) to = writeByte(to, COMMA);
    to = writeTime(writeName(to, name), load<u64>(name, RECORD_VALUE_TIME));
  }
  return writeByte(to, CLOSE);
}

/** Adds an entry of a name to those of the customer. */
function listName(name: usize): void {
  store<u32>(name, mark, RECORD_MARK);
  const entry = entries + <usize>listed * ENTRY_BYTES;
  const start = <usize>load<u32>(name, TEXT_START);
  writeTextKey(entry, start, start + <usize>load<u32>(name, TEXT_BYTES));
  store<u64>(entry, name, ENTRY_VALUE);
  listed++;
}
