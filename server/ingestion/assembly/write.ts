import { BACKSLASH, byteAt, COLON, QUOTE } from './json';
import { copyRoughly } from './memory';
import { names } from './part';

/* Writes at a place and returns the one behind; whoever calls has made sure of the room. */

const HEX: usize = memory.data<u8>([48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 97, 98, 99, 100, 101, 102]);

/** The most bytes that the member of a name takes: all escaped, in quotes, with a comma and a colon. */
export function mostNameBytes(length: u32): usize {
  return <usize>length * 6 + 4;
}

/** The most digits of a number of 32 bits. */
export const NUMBER_BYTES: usize = 10;

export function writeByte(to: usize, byte: u32): usize {
  store<u8>(to, <u8>byte);
  return to + 1;
}

export function writeNumber(to: usize, value: u32): usize {
  let length: usize = 1;
  for (let rest = value / 10; rest != 0; rest /= 10) length++;
  for (let at = to + length; at > to; value /= 10) store<u8>(--at, <u8>(48 + (value % 10)));
  return to + length;
}

/** A name as `JSON.stringify` writes it, and a colon. */
export function writeName(to: usize, name: usize): usize {
  const start = <usize>load<u32>(name);
  const length = <usize>load<u32>(name, 4);
  to = writeByte(to, QUOTE);
  if (isPlain(start, start + length)) {
    copyRoughly(to, start, length);
    to += length;
  } else for (let at = start; at < start + length; at++) to = writeEscaped(to, byteAt(at));
  to = writeByte(to, QUOTE);
  return writeByte(to, COLON);
}

function isPlain(at: usize, end: usize): bool {
  for (; at < end; at++) {
    const byte = byteAt(at);
    if (byte < 32 || byte == QUOTE || byte == BACKSLASH) return false;
  }
  return true;
}

/** A byte of a text as `JSON.stringify` writes it. */
export function writeEscaped(to: usize, byte: u32): usize {
  if (byte >= 32 && byte != QUOTE && byte != BACKSLASH) return writeByte(to, byte);
  to = writeByte(to, BACKSLASH);
  switch (byte) {
    case QUOTE:
    case BACKSLASH:
      return writeByte(to, byte);
    case 8:
      return writeByte(to, 98);
    case 9:
      return writeByte(to, 116);
    case 10:
      return writeByte(to, 110);
    case 12:
      return writeByte(to, 102);
    case 13:
      return writeByte(to, 114);
    default:
      to = writeByte(to, 117);
      to = writeByte(to, 48);
      to = writeByte(to, 48);
      to = writeByte(to, load<u8>(HEX + (byte >>> 4)));
      return writeByte(to, load<u8>(HEX + (byte & 15)));
  }
}

/** Bytes of a name in the table that goes to another thread, without its text. */
export const NAME_BYTES: usize = 16;

/** Writes where each name ends and how often it is there, and then all of them. */
export function writeNames(to: usize): void {
  const count = names.count;
  let bytes = to + <usize>count * NAME_BYTES;
  const first = bytes;
  for (let i: u32 = 0; i < count; i++) {
    const name = names.record(i);
    const length = <usize>load<u32>(name, 4);
    memory.copy(bytes, <usize>load<u32>(name), length);
    bytes += length;
    const at = to + <usize>i * NAME_BYTES;
    store<u32>(at, <u32>(bytes - first));
    store<u32>(at, load<u32>(name, 32), 4);
    store<u32>(at, load<u32>(name, 36), 8);
    store<u32>(at, load<u32>(name, 40), 12);
  }
}
