import { CLOSE, COMMA, OPEN } from './json';
import { copyRoughly, ensure, take, top } from './memory';
import { ATTRIBUTES, customers, linkAt, mostMessages, names, padded, writeMessage } from './part';
import { copyEntry, ENTRY_BYTES, sortEntries } from './sort';
import { wordOf } from './texts';
import { setKeyOf } from './user-key';
import { writeByte, writeName, writeNumber } from './write';

/*
 * Folds the messages of a part, customer by customer in the order of lists, as if nothing had been known of them before.
 * What comes out is laid out in domain/partial-summary.ts.
 */

const HEADER_BYTES: usize = 64;
/** How much is handed out at a time, unless one customer has more. */
const BATCH_BYTES: usize = 1 << 20;

/** The customers in order, as entries, and room beside them for what else is put in order. */
let ordered: usize = 0;
let entries: usize = 0;
let spare: usize = 0;
let messages: usize = 0;
let withMessages: bool = false;
let next: u32 = 0;
let mark: u32 = 0;
/** What the last batch is: so many customers from `batchStart` up to `batchEnd`. */
export let batchStart: usize = 0;
export let batchEnd: usize = 0;

/**
 * To be called once, when all lines of a part were added.
 * @param keep whether the rows have the messages, too, for customers that are known already
 */
export function beginRows(keep: bool): void {
  withMessages = keep;
  const count = customers.count;
  ordered = take(<usize>count * ENTRY_BYTES + 8);
  const room = <usize>max(max(count, mostMessages), names.count) * ENTRY_BYTES + 8;
  entries = take(room);
  spare = take(room);
  messages = take(<usize>mostMessages * 4 + 8);
  for (let i: u32 = 0; i < count; i++) setCustomerEntry(ordered + <usize>i * ENTRY_BYTES, customers.record(i));
  sortEntries(ordered, count, spare, true);
  next = 0;
  mark = 0;
  batchStart = top;
}

/** Folds the next customers; returns how many. */
export function nextRows(): u32 {
  const first = next;
  let to = top;
  const count = customers.count;
  for (; next < count && to - top < BATCH_BYTES; next++) {
    const entry = ordered + <usize>next * ENTRY_BYTES;
    to = foldCustomer(to, entry, <usize>load<u32>(entry, 16));
  }
  batchStart = top;
  batchEnd = to;
  return next - first;
}

function foldCustomer(at: usize, entry: usize, customer: usize): usize {
  const count = load<u32>(customer, 16);
  const rawBytes = withMessages ? <usize>load<u32>(customer, 20) : 0;
  const idBytes = <usize>load<u32>(customer, 4);
  ensure(at - top + HEADER_BYTES + rawBytes + <usize>count * 16 + idBytes + <usize>load<u32>(customer, 24) + 64);
  listMessages(customer, count);

  let to = at + HEADER_BYTES;
  for (let i: u32 = 0; withMessages && i < count; i++) to = writeMessage(to, <usize>load<u32>(messages + <usize>i * 4));
  const distinct = sortIdentities(count);
  for (let i: u32 = 0; i < distinct; i++) {
    const identity = entries + <usize>i * ENTRY_BYTES;
    store<u64>(to, bswap<u64>(load<u64>(identity)));
    store<u64>(to, bswap<u64>(load<u64>(identity, 8)), 8);
    to += 16;
  }

  copyRoughly(to, <usize>load<u32>(customer), idBytes);
  const events = to + idBytes;
  const attributes = writeEvents(events, count);
  const times = writeAttributes(attributes, count);
  const end = writeTimes(times);
  const blockEnd = (end + 7) & ~7;

  store<u32>(at, <u32>(blockEnd - at));
  store<u32>(at, count, 4);
  store<u32>(at, <u32>rawBytes, 8);
  store<u32>(at, distinct, 12);
  store<u32>(at, <u32>idBytes, 16);
  store<u32>(at, <u32>(attributes - events), 20);
  store<u32>(at, <u32>(times - attributes), 24);
  store<u32>(at, <u32>(end - times), 28);
  store<u32>(at, eventCount, 32);
  store<u32>(at, distinct - eventCount, 36);
  store<u32>(at, count - distinct, 40);
  store<u32>(at, lastUpdated, 44);
  const isNumber = load<u64>(entry) == 0;
  store<u64>(at, isNumber ? load<u64>(entry, 8) : u64.MAX_VALUE, 48);
  return blockEnd;
}

/** The messages of a customer in the order of their lines. */
function listMessages(customer: usize, count: u32): void {
  let link = load<u32>(customer, 12);
  for (let i = count; i > 0; i--) {
    const at = linkAt(link);
    store<u32>(messages + <usize>(i - 1) * 4, load<u32>(at, 4));
    link = load<u32>(at);
  }
}

/** Puts the identities in order, each once; a message whose identity came before is taken out of the list. Returns how many there are. */
function sortIdentities(count: u32): u32 {
  for (let i: u32 = 0; i < count; i++) {
    const message = <usize>load<u32>(messages + <usize>i * 4);
    const entry = entries + <usize>i * ENTRY_BYTES;
    store<u64>(entry, load<u64>(message, 8));
    store<u64>(entry, load<u64>(message, 16), 8);
    store<u64>(entry, <u64>i, 16);
  }
  sortEntries(entries, count, spare, false);
  let distinct: u32 = 1;
  for (let i: u32 = 1; i < count; i++) {
    const entry = entries + <usize>i * ENTRY_BYTES;
    const last = entries + <usize>(distinct - 1) * ENTRY_BYTES;
    if (load<u64>(entry) == load<u64>(last) && load<u64>(entry, 8) == load<u64>(last, 8)) {
      // Those that are alike stand in the order of their lines.
      store<u32>(messages + <usize>load<u32>(entry, 16) * 4, 0);
      continue;
    }
    const to = entries + <usize>distinct * ENTRY_BYTES;
    if (to != entry) copyEntry(to, entry);
    distinct++;
  }
  return distinct;
}

let eventCount: u32 = 0;
let lastUpdated: u32 = 0;
let listed: u32 = 0;

/** {"name":count,…} of the events that count. */
function writeEvents(to: usize, count: u32): usize {
  mark++;
  listed = 0;
  eventCount = 0;
  lastUpdated = 0;
  // The identities were written: their place is for names now.
  for (let i: u32 = 0; i < count; i++) {
    const message = <usize>load<u32>(messages + <usize>i * 4);
    if (message == 0) continue;
    lastUpdated = max(lastUpdated, load<u32>(message, 4));
    const index = load<u32>(message, 28);
    if (index == ATTRIBUTES) continue;
    eventCount++;
    const name = names.record(index);
    if (load<u32>(name, 16) == mark) store<u32>(name, load<u32>(name, 20) + 1, 20);
    else {
      listName(name);
      store<u32>(name, 1, 20);
    }
  }
  sortEntries(entries, listed, spare, true);
  to = writeByte(to, OPEN);
  for (let i: u32 = 0; i < listed; i++) {
    const name = <usize>load<u32>(entries + <usize>i * ENTRY_BYTES, 16);
    if (i > 0) to = writeByte(to, COMMA);
    const events = load<u32>(name, 20);
    store<u32>(name, load<u32>(name, 36) + 1, 36);
    store<u32>(name, load<u32>(name, 40) + events, 40);
    to = writeNumber(writeName(to, name), events);
  }
  return writeByte(to, CLOSE);
}

/** {"name":value,…} of the attributes that are there; those that were removed are listed as well. */
function writeAttributes(to: usize, count: u32): usize {
  mark++;
  listed = 0;
  for (let i: u32 = 0; i < count; i++) {
    const message = <usize>load<u32>(messages + <usize>i * 4);
    if (message == 0 || load<u32>(message, 28) != ATTRIBUTES) continue;
    const timestamp = load<u32>(message, 4);
    const end = message + <usize>load<u32>(message);
    for (let at = message + <usize>load<u32>(message, 24); at < end;) {
      const name = names.record(load<u32>(at, 8));
      const length = load<u32>(at, 4);
      const value = at + <usize>load<u32>(at);
      at = value + padded(<usize>length);
      if (load<u32>(name, 16) != mark) listName(name);
      else if (timestamp < load<u32>(name, 28)) continue;
      store<u32>(name, <u32>value, 20);
      store<u32>(name, length, 24);
      store<u32>(name, timestamp, 28);
    }
  }
  sortEntries(entries, listed, spare, true);
  to = writeByte(to, OPEN);
  let written = false;
  for (let i: u32 = 0; i < listed; i++) {
    const name = <usize>load<u32>(entries + <usize>i * ENTRY_BYTES, 16);
    const length = <usize>load<u32>(name, 24);
    if (length == 0) continue;
    if (written) to = writeByte(to, COMMA);
    written = true;
    to = writeName(to, name);
    store<u32>(name, load<u32>(name, 32) + 1, 32);
    copyRoughly(to, <usize>load<u32>(name, 20), length);
    to += length;
  }
  return writeByte(to, CLOSE);
}

/** {"name":timestamp,…} of the attributes just written, and of those that were removed. */
function writeTimes(to: usize): usize {
  to = writeByte(to, OPEN);
  for (let i: u32 = 0; i < listed; i++) {
    const name = <usize>load<u32>(entries + <usize>i * ENTRY_BYTES, 16);
    if (i > 0) to = writeByte(to, COMMA);
    to = writeNumber(writeName(to, name), load<u32>(name, 28));
  }
  return writeByte(to, CLOSE);
}

function listName(name: usize): void {
  store<u32>(name, mark, 16);
  setTextEntry(entries + <usize>listed * ENTRY_BYTES, name);
  listed++;
}

function setTextEntry(entry: usize, text: usize): void {
  const start = <usize>load<u32>(text);
  const end = start + <usize>load<u32>(text, 4);
  store<u64>(entry, wordOf(start, end));
  store<u64>(entry, start + 8 < end ? wordOf(start + 8, end) : 0, 8);
  store<u64>(entry, text, 16);
}

/** Numbers come before texts: of a number the first word is 0, of a text never. */
function setCustomerEntry(entry: usize, customer: usize): void {
  const start = <usize>load<u32>(customer);
  setKeyOf(entry, start, start + <usize>load<u32>(customer, 4));
  store<u64>(entry, customer, 16);
}
