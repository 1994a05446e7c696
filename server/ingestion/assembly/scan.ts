import { attributes, found, FOUND_BYTES, readAttributes, valueBytes } from './attributes';
import { beginDecoding, decodedEnd, decodedStart, decodeString } from './decode';
import { h0, h1, h2, h3 } from './hash';
import { addToIdentity, beginIdentity, endIdentity, identifyEvent } from './identity';
import {
  byteAt,
  CLOSE,
  COLON,
  COMMA,
  digits,
  literal,
  OPEN,
  plainString,
  QUOTE,
  skipValue,
  space,
} from './json';
import { member, SEEN_DATA, SEEN_ID, SEEN_NAME, SEEN_TIMESTAMP, SEEN_TYPE, SEEN_USER } from './members';
import { hasGrown } from './memory';
import { ATTRIBUTES, padded } from './part';
import { place, placed } from './spool';

/* What `scan` answers. */
export const DECLINED: i32 = 0;
export const ADDED: i32 = 1;
export const ANONYMOUS: i32 = 2;
/** Added to the others when the memory has grown since `takeGrown` was called last. */
export const GROWN: i32 = 4;

/* The limits of the contract, as in domain/limits.ts; a test compares them. */
const MESSAGE_ID_BYTES: usize = 255;
const USER_ID_BYTES: usize = 150;
const EVENT_NAME_BYTES: usize = 255;

/**
 * Scans the line of so many bytes that lies at `start`; the byte behind it is overwritten. It is either read as `JSON.parse` and the checks of the contract would
 * read it, or declined: an escape in a name, a nested attribute, a repeated member, whatever is invalid.
 * @param latest the latest timestamp that is taken, in seconds
 */
export function scan(start: usize, length: usize, latest: u32): i32 {
  const result = scanLine(start, length, latest);
  return hasGrown ? result | GROWN : result;
}

function scanLine(start: usize, length: usize, latest: u32): i32 {
  const end = start + length;
  // A byte that ends every scan.
  store<u8>(end, 0);
  let seen: u32 = 0;
  let isEvent = false;
  let isData = false;
  let idStart: usize = 0;
  let idEnd: usize = 0;
  let userStart: usize = 0;
  let userEnd: usize = 0;
  let nameStart: usize = 0;
  let nameEnd: usize = 0;
  let timestamp: u64 = u64.MAX_VALUE;

  beginDecoding();
  let at = space(start);
  if (byteAt(at) != OPEN) return DECLINED;
  at = space(at + 1);
  while (true) {
    if (byteAt(at) != QUOTE) return DECLINED;
    const keyStart = at + 1;
    const keyEnd = plainString(keyStart);
    if (keyEnd == 0) return DECLINED;
    at = space(keyEnd + 1);
    if (byteAt(at) != COLON) return DECLINED;
    at = space(at + 1);

    const key = member(keyStart, keyEnd - keyStart);
    if ((seen & key) != 0) return DECLINED;
    seen |= key;
    switch (key) {
      case SEEN_ID: {
        if (byteAt(at) == QUOTE) {
          idStart = at + 1;
          idEnd = plainString(idStart);
          at = idEnd + 1;
        } else {
          idStart = at;
          idEnd = digits(idStart);
          at = idEnd;
        }
        if (idEnd <= idStart || idEnd - idStart > MESSAGE_ID_BYTES) return DECLINED;
        break;
      }
      case SEEN_TYPE: {
        // "event" or "attribut…es"
        const word = load<u64>(at);
        if ((word & 0x00ffffffffffffff) == 0x00_22_74_6e_65_76_65_22) {
          isEvent = true;
          at += 7;
        } else if (word == 0x75_62_69_72_74_74_61_22 && load<u32>(at, 8) == 0x22_73_65_74) at += 12;
        else return DECLINED;
        break;
      }
      case SEEN_USER: {
        if (byteAt(at) == QUOTE) {
          userStart = at + 1;
          userEnd = plainString(userStart);
          if (userEnd == 0 || userEnd - userStart > USER_ID_BYTES) return DECLINED;
          at = userEnd + 1;
        } else if (byteAt(at) == 110) {
          at = literal(at);
          if (at == 0) return DECLINED;
        } else {
          userStart = at;
          userEnd = digits(at);
          if (userEnd == 0) return DECLINED;
          at = userEnd;
        }
        break;
      }
      case SEEN_TIMESTAMP: {
        const numberEnd = digits(at);
        if (numberEnd == 0) return DECLINED;
        timestamp = 0;
        for (; at < numberEnd; at++) timestamp = timestamp * 10 + <u64>(byteAt(at) - 48);
        break;
      }
      case SEEN_NAME: {
        if (byteAt(at) == QUOTE) {
          nameStart = at + 1;
          nameEnd = plainString(nameStart);
          at = nameEnd;
          if (nameEnd == 0) {
            at = decodeString(nameStart, false);
            if (at == 0) return DECLINED;
            nameStart = decodedStart;
            nameEnd = decodedEnd;
          }
          at++;
        } else {
          at = skipValue(at, 0);
          if (at == 0) return DECLINED;
        }
        break;
      }
      case SEEN_DATA: {
        let dataEnd: usize = 0;
        if (!isEvent) {
          dataEnd = readAttributes(at);
          isData = dataEnd != 0;
        }
        at = isData ? dataEnd : skipValue(at, 0);
        if (at == 0) return DECLINED;
        break;
      }
      default: {
        at = skipValue(at, 0);
        if (at == 0) return DECLINED;
      }
    }

    at = space(at);
    if (byteAt(at) == COMMA) at = space(at + 1);
    else if (byteAt(at) == CLOSE) break;
    else return DECLINED;
  }
  if (space(at + 1) != end) return DECLINED;
  if ((seen & (SEEN_ID | SEEN_TYPE)) != (SEEN_ID | SEEN_TYPE)) return DECLINED;
  if (userEnd == userStart) return ANONYMOUS;
  if (timestamp > <u64>latest) return DECLINED;
  if (isEvent) {
    if (nameEnd <= nameStart || nameEnd - nameStart > EVENT_NAME_BYTES) return DECLINED;
    identifyEvent(idStart, idEnd);
    const bytes = 32 + padded(userEnd - userStart) + padded(nameEnd - nameStart);
    const message = place(userStart, userEnd, bytes);
    store<u32>(message, <u32>bytes);
    store<u32>(message, <u32>(nameEnd - nameStart), 28);
    writeText(writeHead(message, userStart, userEnd, <u32>timestamp), nameStart, nameEnd);
    placed(message);
    return ADDED;
  }
  return isData ? addAttributes(idStart, idEnd, userStart, userEnd, <u32>timestamp) : DECLINED;
}

/** Writes what all messages have, the identity among it; returns where it goes on. */
function writeHead(message: usize, userStart: usize, userEnd: usize, timestamp: u32): usize {
  store<u32>(message, timestamp, 4);
  store<u64>(message, (<u64>(<u32>h0) << 32) | <u64>(<u32>h1), 8);
  store<u64>(message, (<u64>(<u32>h2) << 32) | <u64>(<u32>h3), 16);
  store<u32>(message, <u32>(userEnd - userStart), 24);
  return writeText(message + 32, userStart, userEnd);
}

// @ts-ignore: a decorator of the compiler
@inline
function writeText(to: usize, start: usize, end: usize): usize {
  // Words at a time: there is room behind it.
  for (; start < end; start += 8, to += 8) store<u64>(to, load<u64>(start));
  return to;
}

function addAttributes(idStart: usize, idEnd: usize, userStart: usize, userEnd: usize, timestamp: u32): i32 {
  beginIdentity();
  let bytes = 32 + padded(userEnd - userStart);
  const end = found + <usize>attributes * FOUND_BYTES;
  for (let at = found; at < end; at += FOUND_BYTES) {
    const nameStart = <usize>load<u32>(at);
    const nameEnd = <usize>load<u32>(at, 4);
    for (let other = found; other < at; other += FOUND_BYTES) {
      const start = <usize>load<u32>(other);
      if (<usize>load<u32>(other, 4) - start != nameEnd - nameStart) continue;
      if (memory.compare(start, nameStart, nameEnd - nameStart) == 0) return DECLINED;
    }
    const start = <usize>load<u32>(at, 8);
    const valueEnd = <usize>load<u32>(at, 12);
    addToIdentity(nameStart, nameEnd, start, valueEnd);
    bytes += 8 + padded(nameEnd - nameStart) + padded(valueBytes(start, valueEnd));
  }
  identifyEvent(idStart, idEnd);
  endIdentity(timestamp);
  const message = place(userStart, userEnd, bytes);
  store<u32>(message, <u32>bytes);
  store<u32>(message, ATTRIBUTES, 28);
  let to = writeHead(message, userStart, userEnd, timestamp);
  for (let at = found; at < end; at += FOUND_BYTES) {
    const nameStart = <usize>load<u32>(at);
    const nameEnd = <usize>load<u32>(at, 4);
    const start = <usize>load<u32>(at, 8);
    const length = valueBytes(start, <usize>load<u32>(at, 12));
    store<u32>(to, <u32>(nameEnd - nameStart));
    store<u32>(to, <u32>length, 4);
    to = writeText(writeText(to + 8, nameStart, nameEnd), start, start + length);
  }
  placed(message);
  return ADDED;
}
