import { byteAt, QUOTE } from '../../wasm/bytes';
import { h0, h1, h2, h3, hashBytes, hashChained, setLanes } from '../../wasm/hash';
import { significantEnd } from './json';

/* Identities of messages, as in domain/message/message-identity.ts. They are left in the lanes of the most recent hash. */

const UUID_BYTES: usize = 36;
const ATTRIBUTES_KIND: i32 = 2;
/** A block of 48 bytes, whose hash is the identity of an attributes message. */
const block: usize = memory.data(48, 16);

let sum0: i32 = 0;
let sum1: i32 = 0;
let sum2: i32 = 0;
let sum3: i32 = 0;
let attributes: i32 = 0;

/** Computes the identity of an event from its id. A canonical lower-case UUID is the identity; any other id is hashed. */
export function identifyEvent(start: usize, end: usize): void {
  if (end - start == UUID_BYTES && readUuid(start)) return;
  hashBytes(start, end);
}

/** Begins the identity of an attributes message. */
export function beginIdentity(): void {
  sum0 = 0;
  sum1 = 0;
  sum2 = 0;
  sum3 = 0;
  attributes = 0;
}

/**
 * Adds an attribute: its name, and its value as JSON text. The hashes are summed, so that the order of attributes does not matter. Numbers
 * count by value: 1.50 as 1.5, and -0 as 0.
 */
export function addToIdentity(nameStart: usize, nameEnd: usize, start: usize, end: usize): void {
  // A digit or a minus.
  if (byteAt(start) < 58 && byteAt(start) != QUOTE) {
    end = significantEnd(start, end);
    if (end - start == 2 && load<u16>(start) == 0x302d) start++;
  }
  hashBytes(nameStart, nameEnd);
  hashChained(start, end, h0, h1, h2, h3);
  sum0 += h0;
  sum1 += h1;
  sum2 += h2;
  sum3 += h3;
  attributes++;
}

/** Ends the identity of an attributes message. The lanes hold the identity of its id. @param time in ms since the Unix epoch */
export function endIdentity(time: u64): void {
  const seconds = time / 1000;
  store<i32>(block, sum0);
  store<i32>(block, sum1, 4);
  store<i32>(block, sum2, 8);
  store<i32>(block, sum3, 12);
  store<i32>(block, h0, 16);
  store<i32>(block, h1, 20);
  store<i32>(block, h2, 24);
  store<i32>(block, h3, 28);
  store<u32>(block, <u32>seconds, 32);
  store<u32>(block, <u32>(seconds >>> 32) + <u32>(time - seconds * 1000) * 65_536, 36);
  store<i32>(block, ATTRIBUTES_KIND, 40);
  store<i32>(block, attributes, 44);
  hashBytes(block, block + 48);
}

function readUuid(at: usize): bool {
  if (load<u8>(at, 8) != 45 || load<u8>(at, 13) != 45 || load<u8>(at, 18) != 45 || load<u8>(at, 23) != 45) return false;
  const a = hex8(load<u64>(at));
  const b = hex8((load<u64>(at, 9) & 0xffffffff) | (load<u64>(at, 14) << 32));
  const c = hex8((load<u64>(at, 19) & 0xffffffff) | (load<u64>(at, 24) << 32));
  const d = hex8(load<u64>(at, 28));
  if ((a | b | c | d) < 0) return false;
  setLanes(<i32>a, <i32>b, <i32>c, <i32>d);
  return true;
}

/** Reads eight hexadecimal digits in lower case, the first in the lowest byte; negative if another character is among them. */
function hex8(word: u64): i64 {
  // A letter has the bit 0x40, a digit has not. The low four bits are the value of a digit, and that of a letter less 9.
  const letters = (word >>> 6) & 0x0101010101010101;
  const digits = (word & 0x0f0f0f0f0f0f0f0f) + letters * 9;
  // The value is written as digits again: if it differs, another character was among them.
  const isLetter = ((digits + 0x0606060606060606) >>> 4) & 0x0101010101010101;
  const again = digits + 0x3030303030303030 + isLetter * 39;
  if (again != word || (digits & 0xf0f0f0f0f0f0f0f0) != 0) return -1;
  const pairs = ((digits << 4) | (digits >>> 8)) & 0x00ff00ff00ff00ff;
  const fours = ((pairs << 8) | (pairs >>> 16)) & 0x0000ffff0000ffff;
  return <i64>(((fours << 16) | (fours >>> 32)) & 0xffffffff);
}
