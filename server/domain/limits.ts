import {
  ATTRIBUTE_NAME_BYTES,
  ATTRIBUTE_VALUE_BYTES,
  EVENT_NAME_BYTES,
  LINE_BYTES,
  MESSAGE_ID_BYTES,
  USER_ID_BYTES,
} from './message/message-limits.js';

/** Every limit of the contract, section 1. Sizes are bytes of UTF-8. */
export const LIMITS = {
  /** A line without its line end. */
  lineBytes: LINE_BYTES,
  messageIdBytes: MESSAGE_ID_BYTES,
  userIdBytes: USER_ID_BYTES,
  eventNameBytes: EVENT_NAME_BYTES,
  attributeNameBytes: ATTRIBUTE_NAME_BYTES,
  /** An attribute value, serialised as JSON. */
  attributeValueBytes: ATTRIBUTE_VALUE_BYTES,
  /** The most attributes of a message or of a body. */
  attributes: 10_000,
  /** The most digits of a number before its point, and after it. */
  numberDigits: 400,
  /** The most bytes of a rejected line that are kept. */
  rejectedLineBytes: 65_536,
  /** The most bytes of the rejects of a source that are kept, with what is noted beside each line. */
  rejectBytes: 67_108_864,
  /** The name of an ingestion. */
  ingestionNameBytes: 255,
  /** The most customers of one page. */
  perPage: 10_000,
  /** The most filters of a query, and the most ids. */
  filters: 50,
  selectedIds: 1_000,
  /** The most levels of groups of filters. */
  filterDepth: 5,
  /** The most values of a filter that takes several. */
  filterValues: 100,
  /** The most words and phrases of a search. */
  searchTerms: 50,
  searchBytes: 10_000,
  /** The most characters of the name of a segment. */
  segmentName: 100,
  segments: 1_000,
  /** A label of a customer, and the most labels of one. */
  labelBytes: 100,
  labels: 100,
  /** A note on a customer, and the most notes of a page. */
  noteBytes: 10_000,
  notes: 500,
  /** The most entries of a page of history. */
  historyEntries: 500,
  /** The most customers of a page of the trash. */
  trashEntries: 500,
  /** The most customers that one bulk edit may name. */
  bulkIds: 100_000,
  /** The most columns of a CSV export, which is the limit of a spreadsheet. */
  csvColumns: 16_384,
  /** The most names of attributes or events that are suggested. */
  names: 1_000,
  /** The most values of an attribute that are suggested. */
  values: 50,
  /** The most bytes of a body of live messages, inflated, and the most messages in it. */
  liveBodyBytes: 10_485_760,
  liveMessages: 200_000,
  /** The most levels of lists and objects in a body. An attribute value of the greatest size has 5 000. */
  depth: 10_000,
  /** The most members and elements in a body that selects customers: the ids, and those of an attribute value of the greatest size. */
  selectionValues: 110_000,
} as const;

const encoder = new TextEncoder();
const scratch = new Uint8Array(4 * 1024);

/** The length of a text in bytes of UTF-8; a lone surrogate counts as the three bytes of its replacement. */
export function utf8Length(text: string): number {
  if (text.length * 3 <= scratch.length) return encoder.encodeInto(text, scratch).written;
  return encoder.encode(text).length;
}
