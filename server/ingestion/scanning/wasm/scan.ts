import { EVENT_NAME_BYTES, MESSAGE_ID_BYTES, USER_ID_BYTES } from '../../../domain/message/message-limits';
import { place, placed } from '../../folding/wasm/buckets';
import { entryBytes, entryOf, isLogged, writeEntryHead, writeEntryTexts } from '../../folding/wasm/log-entries';
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
} from '../../folding/message-layout';
import { byteAt, CLOSE, COLON, COMMA, OPEN, padded, QUOTE } from '../../wasm/bytes';
import { h0, h1, h2, h3 } from '../../wasm/hash';
import { hasGrown } from '../../wasm/memory';
import { ADDED, ANONYMOUS, DECLINED, GROWN } from '../scan-result';
import {
  attributes,
  found,
  FOUND_BYTES,
  FOUND_NAME_END,
  FOUND_NAME_START,
  FOUND_VALUE_END,
  FOUND_VALUE_START,
  readAttributes,
  valueBytes,
} from './attributes';
import { beginDecoding, decodedEnd, decodedStart, decodeString } from './decode';
import { addToIdentity, beginIdentity, endIdentity, identifyEvent } from './identity';
import { digits, literal, plainString, skipValue, space } from './json';
import { readTime, time } from './time';
import { member, SEEN_DATA, SEEN_ID, SEEN_NAME, SEEN_TIMESTAMP, SEEN_TYPE, SEEN_USER } from './members';

/** Start and end of the `data` of the event that was added last; both 0 if it has none, or an attributes message was added. */
export let dataStart: usize = 0;
export let dataEnd: usize = 0;
/** The number and the offset of the line under way, for its entry. */
let line: u64 = 0;
let offset: u64 = 0;

/**
 * Scans a line. It is either read as `JSON.parse` and the checks of the contract would read it, or declined: it has an escape in the
 * name of a member, a nested attribute or a repeated member, or is invalid.
 * @param length in bytes; the byte behind the line is overwritten
 * @param latest the latest timestamp that is accepted, in ms since the Unix epoch
 * @param number of the line, counted from 1
 * @param before bytes before the line in the source
 * @returns a result of scan-result.ts
 */
export function scan(start: usize, length: usize, latest: f64, number: f64, before: f64): i32 {
  line = <u64>number;
  offset = <u64>before;
  const result = scanLine(start, length, <u64>latest);
  return hasGrown ? result | GROWN : result;
}

function scanLine(start: usize, length: usize, latest: u64): i32 {
  const end = start + length;
  // A 0 ends every loop over the bytes of the line.
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
  let valueStart: usize = 0;
  let valueEnd: usize = 0;

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
        if (idEnd <= idStart || idEnd - idStart > <usize>MESSAGE_ID_BYTES) return DECLINED;
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
          if (userEnd == 0 || userEnd - userStart > <usize>USER_ID_BYTES) return DECLINED;
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
        at = readTime(at);
        if (at == 0) return DECLINED;
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
        valueStart = at;
        if (!isEvent) {
          at = readAttributes(at);
          isData = at != 0;
        }
        if (!isData) at = skipValue(valueStart, 0);
        if (at == 0) return DECLINED;
        valueEnd = at;
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
  if ((seen & SEEN_TIMESTAMP) == 0 || time > latest) return DECLINED;
  if (isEvent) {
    if (nameEnd <= nameStart || nameEnd - nameStart > <usize>EVENT_NAME_BYTES) return DECLINED;
    identifyEvent(idStart, idEnd);
    const bytes = MESSAGE_HEADER_BYTES + padded(userEnd - userStart) + padded(nameEnd - nameStart);
    const texts = idEnd - idStart + (nameEnd - nameStart) + (valueEnd - valueStart);
    const message = place(userStart, userEnd, bytes + entryBytes(texts));
    store<u32>(message, <u32>bytes, MESSAGE_SIZE);
    store<u32>(message, <u32>(nameEnd - nameStart), MESSAGE_NAME_BYTES);
    writeText(writeHead(message, userStart, userEnd), nameStart, nameEnd);
    if (isLogged) {
      const entry = entryOf(message);
      writeEntryHead(entry, true, time, line, offset);
      writeEntryTexts(entry, idStart, idEnd, nameStart, nameEnd, valueStart, valueEnd);
    }
    placed(message);
    dataStart = valueStart;
    dataEnd = valueEnd;
    return ADDED;
  }
  return isData ? addAttributes(idStart, idEnd, userStart, userEnd, valueStart, valueEnd) : DECLINED;
}

/** Writes what all messages have: timestamp, identity and user id. Returns the place behind it. */
function writeHead(message: usize, userStart: usize, userEnd: usize): usize {
  store<u32>(message, <u32>time, MESSAGE_TIME);
  store<u16>(message, <u16>(time >>> 32), MESSAGE_TIME_HIGH);
  store<u64>(message, ((<u64>(<u32>h0)) << 32) | (<u64>(<u32>h1)), MESSAGE_IDENTITY);
  store<u64>(message, ((<u64>(<u32>h2)) << 32) | (<u64>(<u32>h3)), MESSAGE_IDENTITY_LOW);
  store<u16>(message, <u16>(userEnd - userStart), MESSAGE_USER_BYTES);
  return writeText(message + MESSAGE_HEADER_BYTES, userStart, userEnd);
}

/** Writes a text, filled up to a multiple of 8 bytes; returns the place behind it. */
function writeText(to: usize, start: usize, end: usize): usize {
  for (; start < end; start += 8, to += 8) store<u64>(to, load<u64>(start));
  return to;
}

function addAttributes(
  idStart: usize,
  idEnd: usize,
  userStart: usize,
  userEnd: usize,
  textStart: usize,
  textEnd: usize,
): i32 {
  beginIdentity();
  let bytes = MESSAGE_HEADER_BYTES + padded(userEnd - userStart);
  const end = found + <usize>attributes * FOUND_BYTES;
  for (let at = found; at < end; at += FOUND_BYTES) {
    const nameStart = <usize>load<u32>(at, FOUND_NAME_START);
    const nameEnd = <usize>load<u32>(at, FOUND_NAME_END);
    for (let other = found; other < at; other += FOUND_BYTES) {
      const start = <usize>load<u32>(other, FOUND_NAME_START);
      if (<usize>load<u32>(other, FOUND_NAME_END) - start != nameEnd - nameStart) continue;
      if (memory.compare(start, nameStart, nameEnd - nameStart) == 0) return DECLINED;
    }
    const start = <usize>load<u32>(at, FOUND_VALUE_START);
    const valueEnd = <usize>load<u32>(at, FOUND_VALUE_END);
    addToIdentity(nameStart, nameEnd, start, valueEnd);
    bytes += PAIR_HEADER_BYTES + padded(nameEnd - nameStart) + padded(valueBytes(start, valueEnd));
  }
  identifyEvent(idStart, idEnd);
  endIdentity(time);
  const message = place(userStart, userEnd, bytes + entryBytes(idEnd - idStart + (textEnd - textStart)));
  store<u32>(message, <u32>bytes, MESSAGE_SIZE);
  store<u32>(message, IS_ATTRIBUTES, MESSAGE_NAME_BYTES);
  let to = writeHead(message, userStart, userEnd);
  for (let at = found; at < end; at += FOUND_BYTES) {
    const nameStart = <usize>load<u32>(at, FOUND_NAME_START);
    const nameEnd = <usize>load<u32>(at, FOUND_NAME_END);
    const start = <usize>load<u32>(at, FOUND_VALUE_START);
    const length = valueBytes(start, <usize>load<u32>(at, FOUND_VALUE_END));
    store<u32>(to, <u32>(nameEnd - nameStart), PAIR_NAME_BYTES);
    store<u32>(to, <u32>length, PAIR_VALUE_BYTES);
    to = writeText(writeText(to + PAIR_HEADER_BYTES, nameStart, nameEnd), start, start + length);
  }
  if (isLogged) {
    writeEntryHead(to, false, time, line, offset);
    writeEntryTexts(to, idStart, idEnd, idEnd, idEnd, textStart, textEnd);
  }
  placed(message);
  dataStart = 0;
  dataEnd = 0;
  return ADDED;
}
