import { copyRoughly, resetArena, take } from './memory';
import { TextTable } from './texts';
import { mostNameBytes, NUMBER_BYTES } from './write';

/*
 * What was said so far: the messages as they came, in place, and a list that chains them by customer. Nothing is looked up
 * but the customer and the names, so that a line touches little memory.
 *
 * A customer: 0 bytes, 4 length, 8 hash, 12 its last link and 1, 16 messages, 20 bytes of them when they are handed on, and
 *             24 no less than the rest of its row
 * A name:     0 bytes, 4 length, 8 hash, 16 mark, 20 count or place of the value, 24 length of the value, 28 timestamp,
 *             32 customers that have the attribute, 36 customers that have the event, 40 events
 * A link:     0 the link and 1 before it of the same customer, 4 the message
 *
 * A message is what spool.ts describes, but for what was looked up: at 24 where the name or the first attribute begins, at 28
 * the index of the name of an event, and for each attribute the bytes up to its value in the place of the bytes of its name,
 * and the index of its name in the place of the name.
 */

export const ATTRIBUTES: u32 = 0xffffffff;
/** Of a message that is handed on. */
const EVENT_BYTES: usize = 32;
const ATTRIBUTES_BYTES: usize = 40;

export const customers = new TextTable(32);
export const names = new TextTable(48);
/** The most messages that one customer has. */
export let mostMessages: u32 = 0;

const LINK_BYTES: usize = 8;
const FIRST_LINKS: u32 = 1 << 13;
let links: usize = 0;
let linkCount: u32 = 0;
let linkRoom: u32 = 0;

export function resetPart(): void {
  resetArena();
  customers.reset();
  names.reset();
  mostMessages = 0;
  linkCount = 0;
  linkRoom = FIRST_LINKS;
  links = take(<usize>linkRoom * LINK_BYTES);
}

// @ts-ignore: a decorator of the compiler
@inline
export function linkAt(link: u32): usize {
  return links + <usize>(link - 1) * LINK_BYTES;
}

/** Adds all messages of a chunk, in their order; it stays where it is. */
export function addChunk(start: usize, end: usize): void {
  for (let at = start; at < end; at += <usize>load<u32>(at)) addMessage(at);
}

/** Adds the message that lies there as spool.ts describes it; it stays there. */
export function addMessage(message: usize): void {
  const userLength = <usize>load<u32>(message, 24);
  const user = message + 32;
  const customer = customers.record(customers.intern(user, user + userLength));
  const nameLength = load<u32>(message, 28);
  let at = user + padded(userLength);
  store<u32>(message, <u32>(at - message), 24);
  let bytes = EVENT_BYTES;
  let room: usize = 16;
  if (nameLength != ATTRIBUTES) {
    store<u32>(message, names.intern(at, at + <usize>nameLength), 28);
    room += mostNameBytes(nameLength) + NUMBER_BYTES;
  } else {
    bytes = ATTRIBUTES_BYTES;
    const end = message + <usize>load<u32>(message);
    while (at < end) {
      const length = load<u32>(at);
      const value = 8 + padded(<usize>length);
      const valueBytes = <usize>load<u32>(at, 4);
      const name = names.intern(at + 8, at + 8 + <usize>length);
      store<u32>(at, <u32>value);
      store<u32>(at, name, 8);
      at += value + padded(valueBytes);
      bytes += 8 + padded(valueBytes);
      room += 2 * mostNameBytes(length) + NUMBER_BYTES + valueBytes;
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
  store<u32>(at, load<u32>(customer, 12));
  store<u32>(at, <u32>message, 4);
  store<u32>(customer, linkCount, 12);
  const count = load<u32>(customer, 16) + 1;
  store<u32>(customer, count, 16);
  store<u32>(customer, load<u32>(customer, 20) + <u32>bytes, 20);
  store<u32>(customer, load<u32>(customer, 24) + <u32>room, 24);
  if (count > mostMessages) mostMessages = count;
}

// @ts-ignore: a decorator of the compiler
@inline
export function padded(bytes: usize): usize {
  return (bytes + 7) & ~7;
}

/** Writes a message as it is handed on. */
export function writeMessage(to: usize, message: usize): usize {
  const name = load<u32>(message, 28);
  store<u32>(to, load<u32>(message, 4), 8);
  store<u32>(to, name, 12);
  store<u64>(to, load<u64>(message, 8), 16);
  store<u64>(to, load<u64>(message, 16), 24);
  let end = to + EVENT_BYTES;
  if (name == ATTRIBUTES) {
    end = to + ATTRIBUTES_BYTES;
    let count: u32 = 0;
    const last = message + <usize>load<u32>(message);
    for (let at = message + <usize>load<u32>(message, 24); at < last; count++) {
      const length = <usize>load<u32>(at, 4);
      const value = at + <usize>load<u32>(at);
      store<u32>(end, load<u32>(at, 8));
      store<u32>(end, <u32>length, 4);
      copyRoughly(end + 8, value, length);
      end += 8 + padded(length);
      at = value + padded(length);
    }
    store<u32>(to, count, 32);
  }
  store<u32>(to, <u32>(end - to), 4);
  return end;
}
