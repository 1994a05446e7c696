import { resetArena, take } from './memory';
import { TextTable } from './texts';

/*
 * What was said so far, in the order of the lines: one record a message, chained by customer. Nothing is looked up but the
 * customer and the names, so that a line touches little memory.
 *
 * A customer: 0 bytes, 4 length, 8 hash, 12 last message, 16 messages, 20 bytes of its messages
 * A name:     0 bytes, 4 length, 8 hash, 16 mark, 20 count or place of the value, 24 length of the value, 28 timestamp,
 *             32 customers that have the attribute, 36 customers that have the event, 40 events
 * A message:  0 the one before of the same customer, 4 bytes of this record, 8 timestamp, 12 index of the name of an event,
 *             or ATTRIBUTES, 16 the high and 24 the low word of the identity; of attributes 32 how many, and from 40 on
 *             for each: index of the name, bytes of the value (0 removes it), the value, up to a multiple of 8
 */

export const ATTRIBUTES: u32 = 0xffffffff;
export const EVENT_BYTES: usize = 32;
export const ATTRIBUTES_BYTES: usize = 40;

export const customers = new TextTable(24);
export const names = new TextTable(48);
/** The indexes of the names of a message under way, as far as they are few. */
const KEPT_INDEXES: u32 = 64;
const indexes: usize = memory.data(<i32>KEPT_INDEXES * 4, 8);
/** The most messages that one customer has. */
export let mostMessages: u32 = 0;

export function resetPart(): void {
  resetArena();
  customers.reset();
  names.reset();
  mostMessages = 0;
}

/** Adds the message that lies there as spool.ts describes it. */
export function addStaged(staged: usize): void {
  const user = staged + 32;
  const userLength = <usize>load<u32>(staged, 24);
  const customer = customers.record(customers.intern(user, user + userLength));
  const nameLength = load<u32>(staged, 28);
  const first = user + padded(userLength);
  if (nameLength != ATTRIBUTES) {
    const name = names.intern(first, first + <usize>nameLength);
    append(customer, staged, EVENT_BYTES, name);
    return;
  }
  const end = staged + <usize>load<u32>(staged);
  let bytes = ATTRIBUTES_BYTES;
  let count: u32 = 0;
  for (let at = first; at < end; count++) {
    const length = <usize>load<u32>(at);
    const values = padded(<usize>load<u32>(at, 4));
    const name = names.intern(at + 8, at + 8 + length);
    store<u32>(indexes + <usize>(count & (KEPT_INDEXES - 1)) * 4, name);
    at += 8 + padded(length) + values;
    bytes += 8 + values;
  }
  const message = append(customer, staged, bytes, ATTRIBUTES);
  store<u32>(message, count, 32);
  let to = message + ATTRIBUTES_BYTES;
  for (let at = first, i: u32 = 0; at < end; i++) {
    const length = <usize>load<u32>(at);
    const value = at + 8 + padded(length);
    const values = padded(<usize>load<u32>(at, 4));
    const name =
      count <= KEPT_INDEXES ? load<u32>(indexes + <usize>i * 4) : names.intern(at + 8, at + 8 + length);
    store<u32>(to, name);
    store<u32>(to, load<u32>(at, 4), 4);
    memory.copy(to + 8, value, values);
    to += 8 + values;
    at = value + values;
  }
}

/** Adds all messages of a chunk, in their order. */
export function addChunk(start: usize, end: usize): void {
  for (let at = start; at < end; at += <usize>load<u32>(at)) addStaged(at);
}

/** Takes the memory of a message and fills in what all messages have. */
function append(customer: usize, staged: usize, bytes: usize, name: u32): usize {
  const message = take(bytes);
  store<u32>(message, load<u32>(customer, 12));
  store<u32>(message, <u32>bytes, 4);
  store<u32>(message, load<u32>(staged, 4), 8);
  store<u32>(message, name, 12);
  store<u64>(message, load<u64>(staged, 8), 16);
  store<u64>(message, load<u64>(staged, 16), 24);
  store<u32>(customer, <u32>message, 12);
  const count = load<u32>(customer, 16) + 1;
  store<u32>(customer, count, 16);
  store<u32>(customer, load<u32>(customer, 20) + <u32>bytes, 20);
  if (count > mostMessages) mostMessages = count;
  return message;
}

// @ts-ignore: a decorator of the compiler
@inline
export function padded(bytes: usize): usize {
  return (bytes + 7) & ~7;
}
