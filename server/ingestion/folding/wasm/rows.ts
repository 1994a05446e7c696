import {
  NOT_NUMERIC,
  ROW_ATTRIBUTES_BYTES,
  ROW_ATTRIBUTES_COUNT,
  ROW_DUPLICATE_COUNT,
  ROW_EVENT_COUNT,
  ROW_EVENTS_BYTES,
  ROW_HEADER_BYTES,
  ROW_ID_BYTES,
  ROW_IDENTITIES,
  ROW_LAST_UPDATED,
  ROW_LOG_BYTES,
  ROW_LOG_FIRST_TIME,
  ROW_MESSAGES,
  ROW_MESSAGES_BYTES,
  ROW_NUMBER_HIGH,
  ROW_NUMBER_LOW,
  ROW_SIZE,
  ROW_TIMES_BYTES,
} from '../../../domain/customer/batch-layout';
import { ENTRY_SIZE } from '../../../domain/log/entry-layout';
import { padded } from '../../wasm/bytes';
import { copyRoughly, ensure, take, top } from '../../wasm/memory';
import {
  CUSTOMER_LOG_BYTES,
  CUSTOMER_MESSAGES,
  CUSTOMER_MESSAGES_BYTES,
  CUSTOMER_TEXTS_BYTES,
  customers,
  listMessages,
  timeOf,
  writeMessage,
} from './batch';
import { eventCount, lastUpdated, resetMarks, writeAttributes, writeEvents, writeTimes } from './customer-texts';
import { entryOf, isLogged } from './log-entries';
import { writeOrderKey } from './order-key';
import { ENTRY_BYTES, ENTRY_HIGH, ENTRY_LOW, ENTRY_VALUE, sortEntries } from './sort';
import { TEXT_BYTES, TEXT_START } from './text-table';
import { entries, messages, sortIdentities, spare, takeWorkspace } from './workspace';

/*
 * Folds the messages of a batch, customer by customer in the order of user ids, as if no customer had been known before. The rows
 * are laid out as domain/customer/batch-layout.ts describes.
 */

const IDENTITY_BYTES: usize = 16;
/** The least bytes of rows that are handed out at a time, if there are that many. */
const PORTION_BYTES: usize = 1 << 20;

/** The customers in order, as entries. */
let ordered: usize = 0;
let withMessages: bool = false;
let next: u32 = 0;
/** Start and end of the most recent portion of rows. */
export let portionStart: usize = 0;
export let portionEnd: usize = 0;

/**
 * Begins the rows. Has to be called once, when all messages of the batch were added.
 * @param keep whether the rows hold the messages, too
 */
export function beginRows(keep: bool): void {
  withMessages = keep;
  const count = customers.count;
  ordered = take(<usize>count * ENTRY_BYTES + 8);
  takeWorkspace();
  for (let i: u32 = 0; i < count; i++) setCustomerEntry(ordered + <usize>i * ENTRY_BYTES, customers.record(i));
  sortEntries(ordered, count, spare, true);
  next = 0;
  resetMarks();
  portionStart = top;
}

/** Folds the next customers; returns how many. The portion before is overwritten. */
export function nextRows(): u32 {
  const first = next;
  let to = top;
  const count = customers.count;
  for (; next < count && to - top < PORTION_BYTES; next++) {
    const entry = ordered + <usize>next * ENTRY_BYTES;
    to = foldCustomer(to, entry, <usize>load<u32>(entry, ENTRY_VALUE));
  }
  portionStart = top;
  portionEnd = to;
  return next - first;
}

function foldCustomer(row: usize, entry: usize, customer: usize): usize {
  const count = load<u32>(customer, CUSTOMER_MESSAGES);
  const messagesBytes = withMessages ? <usize>load<u32>(customer, CUSTOMER_MESSAGES_BYTES) : 0;
  const idBytes = <usize>load<u32>(customer, TEXT_BYTES);
  const restBytes = idBytes + <usize>load<u32>(customer, CUSTOMER_TEXTS_BYTES) + 64;
  const logBytes = <usize>load<u32>(customer, CUSTOMER_LOG_BYTES);
  ensure(row - top + ROW_HEADER_BYTES + messagesBytes + logBytes + <usize>count * IDENTITY_BYTES + restBytes);
  listMessages(messages, customer);

  let to = row + ROW_HEADER_BYTES;
  for (let i: u32 = 0; withMessages && i < count; i++) to = writeMessage(to, <usize>load<u32>(messages + <usize>i * 4));
  const distinct = sortIdentities(count);
  const entriesStart = to;
  firstTime = 0;
  if (isLogged) to = writeEntries(to, count);
  store<u32>(row, <u32>(to - entriesStart), ROW_LOG_BYTES);
  store<u64>(row, firstTime, ROW_LOG_FIRST_TIME);
  for (let i: u32 = 0; i < distinct; i++) {
    const identity = entries + <usize>i * ENTRY_BYTES;
    store<u64>(to, bswap<u64>(load<u64>(identity, ENTRY_HIGH)));
    store<u64>(to, bswap<u64>(load<u64>(identity, ENTRY_LOW)), 8);
    to += IDENTITY_BYTES;
  }

  copyRoughly(to, <usize>load<u32>(customer, TEXT_START), idBytes);
  const events = to + idBytes;
  const attributes = writeEvents(events, count);
  const times = writeAttributes(attributes, count);
  const end = writeTimes(times);
  const rowEnd = padded(end);

  store<u32>(row, <u32>(rowEnd - row), ROW_SIZE);
  store<u32>(row, count, ROW_MESSAGES);
  store<u32>(row, <u32>messagesBytes, ROW_MESSAGES_BYTES);
  store<u32>(row, distinct, ROW_IDENTITIES);
  store<u32>(row, <u32>idBytes, ROW_ID_BYTES);
  store<u32>(row, <u32>(attributes - events), ROW_EVENTS_BYTES);
  store<u32>(row, <u32>(times - attributes), ROW_ATTRIBUTES_BYTES);
  store<u32>(row, <u32>(end - times), ROW_TIMES_BYTES);
  store<u32>(row, eventCount, ROW_EVENT_COUNT);
  store<u32>(row, distinct - eventCount, ROW_ATTRIBUTES_COUNT);
  store<u32>(row, count - distinct, ROW_DUPLICATE_COUNT);
  store<u64>(row, lastUpdated, ROW_LAST_UPDATED);
  const isNumber = load<u64>(entry, ENTRY_HIGH) == 0;
  const number = load<u64>(entry, ENTRY_LOW);
  store<u32>(row, isNumber ? <u32>number : NOT_NUMERIC, ROW_NUMBER_LOW);
  store<u32>(row, isNumber ? <u32>(number >>> 32) : NOT_NUMERIC, ROW_NUMBER_HIGH);
  return rowEnd;
}

/** The earliest timestamp of the entries that were written last, in ms since the Unix epoch; 0 without a log. */
let firstTime: u64 = 0;

/** Writes the entries of the distinct messages, in the order of their lines; returns the place behind them. */
function writeEntries(to: usize, count: u32): usize {
  firstTime = u64.MAX_VALUE;
  for (let i: u32 = 0; i < count; i++) {
    const message = <usize>load<u32>(messages + <usize>i * 4);
    if (message == 0) continue;
    firstTime = min(firstTime, timeOf(message));
    const entry = entryOf(message);
    const bytes = <usize>load<u32>(entry, ENTRY_SIZE);
    copyRoughly(to, entry, bytes);
    to += bytes;
  }
  return to;
}

function setCustomerEntry(entry: usize, customer: usize): void {
  const start = <usize>load<u32>(customer, TEXT_START);
  writeOrderKey(entry, start, start + <usize>load<u32>(customer, TEXT_BYTES));
  store<u64>(entry, customer, ENTRY_VALUE);
}
