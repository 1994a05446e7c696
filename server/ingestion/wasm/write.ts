import { BACKSLASH, QUOTE } from './bytes';

/* Functions that write JSON at a place and return the place behind it. The caller has made sure of the room. */

const HEX: usize = memory.data<u8>([48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 97, 98, 99, 100, 101, 102]);

/** The most digits of a number of 32 bits. */
export const NUMBER_BYTES: usize = 10;
/** The most digits of a time of 48 bits. */
export const TIME_BYTES: usize = 15;
const MILLION: u64 = 1_000_000;

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

/** Writes a time of 48 bits. Two numbers of 32 bits are faster to divide than one of 64. */
export function writeTime(to: usize, time: u64): usize {
  if (time < MILLION) return writeNumber(to, <u32>time);
  const high = <u32>(time / MILLION);
  let low = <u32>(time - <u64>high * MILLION);
  to = writeNumber(to, high);
  for (let at = to + 6; at > to; low /= 10) store<u8>(--at, <u8>(48 + (low % 10)));
  return to + 6;
}

/** Writes a byte of a text as `JSON.stringify` does. */
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
