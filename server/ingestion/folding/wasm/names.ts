import {
  NAME_ATTRIBUTE_CUSTOMERS,
  NAME_END,
  NAME_ENTRY_BYTES,
  NAME_EVENT_CUSTOMERS,
  NAME_EVENTS,
} from '../../../domain/customer/batch-layout';
import { BACKSLASH, byteAt, COLON, QUOTE } from '../../wasm/bytes';
import { copyRoughly, ensure, top } from '../../wasm/memory';
import { writeByte, writeEscaped } from '../../wasm/write';
import { TEXT_BYTES, TEXT_START, TextTable } from './text-table';

/* The names of events and attributes in a batch. */

/* The fields of a name's record, behind those of its text. Those up to RECORD_VALUE_TIME are of the customer under way. */
/** The step of the fold that used the name last. The next three fields are valid in that step only. */
export const RECORD_MARK: usize = 16;
/** Number of events of this name that the customer has. */
export const RECORD_EVENT_COUNT: usize = 20;
/** The place of the attribute's value, which is JSON text. */
export const RECORD_VALUE: usize = 20;
/** Bytes of the value; 0 if the attribute was removed. */
export const RECORD_VALUE_BYTES: usize = 24;
/** When the value was set, in ms since the Unix epoch: 64 bits. */
export const RECORD_VALUE_TIME: usize = 28;
/** Customers of the batch that have the attribute. */
export const RECORD_ATTRIBUTE_CUSTOMERS: usize = 36;
/** Customers of the batch that have the event. */
export const RECORD_EVENT_CUSTOMERS: usize = 40;
export const RECORD_EVENTS: usize = 44;

export const names = new TextTable(48);

/** The most bytes of a name as the name of a JSON member: every byte escaped, quotes, a comma and a colon. */
export function mostNameBytes(length: u32): usize {
  return <usize>length * 6 + 4;
}

/** Writes a name as `JSON.stringify` does, and a colon; returns the place behind it. */
export function writeName(to: usize, name: usize): usize {
  const start = <usize>load<u32>(name, TEXT_START);
  const length = <usize>load<u32>(name, TEXT_BYTES);
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

/** Writes the table of names behind the top of the arena, as domain/customer/batch-layout.ts describes it; returns where it is. */
export function writeNames(): usize {
  const count = names.count;
  let bytes: usize = 0;
  for (let i: u32 = 0; i < count; i++) bytes += <usize>load<u32>(names.record(i), TEXT_BYTES);
  ensure(bytes + <usize>count * NAME_ENTRY_BYTES);
  const first = top + <usize>count * NAME_ENTRY_BYTES;
  let end = first;
  for (let i: u32 = 0; i < count; i++) {
    const name = names.record(i);
    const length = <usize>load<u32>(name, TEXT_BYTES);
    memory.copy(end, <usize>load<u32>(name, TEXT_START), length);
    end += length;
    const entry = top + <usize>i * NAME_ENTRY_BYTES;
    store<u32>(entry, <u32>(end - first), NAME_END);
    store<u32>(entry, load<u32>(name, RECORD_ATTRIBUTE_CUSTOMERS), NAME_ATTRIBUTE_CUSTOMERS);
    store<u32>(entry, load<u32>(name, RECORD_EVENT_CUSTOMERS), NAME_EVENT_CUSTOMERS);
    store<u32>(entry, load<u32>(name, RECORD_EVENTS), NAME_EVENTS);
  }
  return top;
}
