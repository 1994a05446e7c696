import {
  CHANGE_HEADER_BYTES,
  CHANGE_NAME,
  CHANGE_VALUE_BYTES,
  NO_NAME,
  ROW_CHANGES_START,
  ROW_EVENT_BYTES,
  ROW_MESSAGE_CHANGES,
  ROW_MESSAGE_IDENTITY,
  ROW_MESSAGE_NAME,
  ROW_MESSAGE_SIZE,
  ROW_MESSAGE_TIME,
} from '../../../domain/customer/batch-layout';
import { ENTRY_SIZE } from '../../../domain/log/entry-layout';
import { padded } from '../../wasm/bytes';
import { copyRoughly, resetArena, take } from '../../wasm/memory';
import { NUMBER_BYTES, TIME_BYTES } from '../../wasm/write';
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
  TAKEN_CONTENT,
  TAKEN_NAME,
  TAKEN_PAIR_NAME,
  TAKEN_PAIR_VALUE,
} from '../message-layout';
import { entryOf, isLogged, messageEnd, moveLine } from './log-entries';
import { mostNameBytes, names } from './names';
import { TEXT_FIELDS, TextTable } from './text-table';

/*
 * The messages of a batch: they stay where they were written, and links chain those of a customer. Only the customer and the names
 * of a message are looked up when it is added, so that a message touches little memory.
 */

/* The fields of a customer's record, behind those of its user id. */
/** The link of the customer's most recent message. Undefined while there is none. */
const CUSTOMER_LINK: usize = TEXT_FIELDS;
/** Messages, duplicates included. */
export const CUSTOMER_MESSAGES: usize = 16;
/** Bytes of the messages as they are written into a row. */
export const CUSTOMER_MESSAGES_BYTES: usize = 20;
/** An upper bound for the bytes of the JSON texts of the row. */
export const CUSTOMER_TEXTS_BYTES: usize = 24;
/** Bytes of the entries of the messages, duplicates included. */
export const CUSTOMER_LOG_BYTES: usize = 28;

export const customers = new TextTable(32);
/** The most messages that a customer has. */
export let mostMessages: u32 = 0;

/* A link: the number of the previous link of the same customer, and where the message is. Links are numbered from 1 on. */
const LINK_PREVIOUS: usize = 0;
const LINK_MESSAGE: usize = 4;
const LINK_BYTES: usize = 8;
const FIRST_LINKS: u32 = 1 << 13;
let links: usize = 0;
let linkCount: u32 = 0;
let linkRoom: u32 = 0;

/** Forgets the batch and begins the next. */
export function resetBatch(): void {
  resetArena();
  customers.reset();
  names.reset();
  mostMessages = 0;
  linkCount = 0;
  linkRoom = FIRST_LINKS;
  links = take(<usize>linkRoom * LINK_BYTES);
}

function linkAt(link: u32): usize {
  return links + <usize>(link - 1) * LINK_BYTES;
}

/**
 * Adds the messages of a chunk in their order. They stay where they are.
 * @param lines that come before the range of the chunk
 */
export function addChunk(start: usize, end: usize, lines: f64): void {
  const linesBefore = <u64>lines;
  for (let at = start; at < end; at = messageEnd(at)) {
    if (isLogged) moveLine(entryOf(at), linesBefore);
    addMessage(at);
  }
}

/** Adds a message, laid out as message-layout.ts describes. It stays where it is. */
export function addMessage(message: usize): void {
  const userBytes = <usize>load<u16>(message, MESSAGE_USER_BYTES);
  const user = message + MESSAGE_HEADER_BYTES;
  const customer = customers.record(customers.intern(user, user + userBytes));
  const nameBytes = load<u32>(message, MESSAGE_NAME_BYTES);
  let at = user + padded(userBytes);
  store<u16>(message, <u16>(at - message), TAKEN_CONTENT);
  let bytes: usize = ROW_EVENT_BYTES;
  let room: usize = 16;
  if (nameBytes != IS_ATTRIBUTES) {
    store<u32>(message, names.intern(at, at + <usize>nameBytes), TAKEN_NAME);
    room += mostNameBytes(nameBytes) + NUMBER_BYTES;
  } else {
    bytes = ROW_CHANGES_START;
    const end = message + <usize>load<u32>(message, MESSAGE_SIZE);
    while (at < end) {
      const length = load<u32>(at, PAIR_NAME_BYTES);
      const value = PAIR_HEADER_BYTES + padded(<usize>length);
      const valueBytes = <usize>load<u32>(at, PAIR_VALUE_BYTES);
      const name = names.intern(at + PAIR_HEADER_BYTES, at + PAIR_HEADER_BYTES + <usize>length);
      store<u32>(at, <u32>value, TAKEN_PAIR_VALUE);
      store<u32>(at, name, TAKEN_PAIR_NAME);
      at += value + padded(valueBytes);
      bytes += CHANGE_HEADER_BYTES + padded(valueBytes);
      room += 2 * mostNameBytes(length) + TIME_BYTES + valueBytes;
    }
  }
  link(customer, message, bytes, room);
}

function link(customer: usize, message: usize, bytes: usize, room: usize): void {
  if (linkCount == linkRoom) {
    const more = take(<usize>linkRoom * 2 * LINK_BYTES);
    memory.copy(more, links, <usize>linkRoom * LINK_BYTES);
    links = more;
    linkRoom *= 2;
  }
  const at = linkAt(++linkCount);
  store<u32>(at, load<u32>(customer, CUSTOMER_LINK), LINK_PREVIOUS);
  store<u32>(at, <u32>message, LINK_MESSAGE);
  store<u32>(customer, linkCount, CUSTOMER_LINK);
  const count = load<u32>(customer, CUSTOMER_MESSAGES) + 1;
  store<u32>(customer, count, CUSTOMER_MESSAGES);
  store<u32>(customer, load<u32>(customer, CUSTOMER_MESSAGES_BYTES) + <u32>bytes, CUSTOMER_MESSAGES_BYTES);
  store<u32>(customer, load<u32>(customer, CUSTOMER_TEXTS_BYTES) + <u32>room, CUSTOMER_TEXTS_BYTES);
  if (count > mostMessages) mostMessages = count;
  if (!isLogged) return;
  const logBytes = load<u32>(customer, CUSTOMER_LOG_BYTES) + load<u32>(entryOf(message), ENTRY_SIZE);
  store<u32>(customer, logBytes, CUSTOMER_LOG_BYTES);
}

/** Lists where the messages of a customer are, in the order of their lines, 4 bytes each. */
export function listMessages(to: usize, customer: usize): void {
  let link = load<u32>(customer, CUSTOMER_LINK);
  for (let i = load<u32>(customer, CUSTOMER_MESSAGES); i > 0; i--) {
    const at = linkAt(link);
    store<u32>(to + <usize>(i - 1) * 4, load<u32>(at, LINK_MESSAGE));
    link = load<u32>(at, LINK_PREVIOUS);
  }
}

/** The timestamp of a message, in ms since the Unix epoch. */
export function timeOf(message: usize): u64 {
  return (<u64>load<u32>(message, MESSAGE_TIME)) | ((<u64>load<u16>(message, MESSAGE_TIME_HIGH)) << 32);
}

/** Writes a message as a row has it; returns the place behind it. */
export function writeMessage(to: usize, message: usize): usize {
  const name = load<u32>(message, TAKEN_NAME);
  const isAttributes = name == IS_ATTRIBUTES;
  store<u64>(to, timeOf(message), ROW_MESSAGE_TIME);
  store<u32>(to, isAttributes ? NO_NAME : name, ROW_MESSAGE_NAME);
  store<u64>(to, load<u64>(message, MESSAGE_IDENTITY), ROW_MESSAGE_IDENTITY);
  store<u64>(to, load<u64>(message, MESSAGE_IDENTITY_LOW), ROW_MESSAGE_IDENTITY + 8);
  let end = to + ROW_EVENT_BYTES;
  if (isAttributes) {
    end = to + ROW_CHANGES_START;
    let count: u32 = 0;
    const last = message + <usize>load<u32>(message, MESSAGE_SIZE);
    for (let at = message + <usize>load<u16>(message, TAKEN_CONTENT); at < last; count++) {
      const length = <usize>load<u32>(at, PAIR_VALUE_BYTES);
      const value = at + <usize>load<u32>(at, TAKEN_PAIR_VALUE);
      store<u32>(end, load<u32>(at, TAKEN_PAIR_NAME), CHANGE_NAME);
      store<u32>(end, <u32>length, CHANGE_VALUE_BYTES);
      copyRoughly(end + CHANGE_HEADER_BYTES, value, length);
      end += CHANGE_HEADER_BYTES + padded(length);
      at = value + padded(length);
    }
    store<u32>(to, count, ROW_MESSAGE_CHANGES);
  }
  store<u32>(to, <u32>(end - to), ROW_MESSAGE_SIZE);
  return end;
}
