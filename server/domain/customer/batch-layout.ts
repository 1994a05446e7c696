/*
 * The layout of a folded batch: offsets of its fields, in bytes. Numbers are unsigned and little endian.
 *
 * Two compilers read this file: that of TypeScript for the domain, which reads batches, and that of AssemblyScript for
 * ingestion/folding/wasm/, which writes them. So it holds nothing but constants without a type.
 */

/*
 * A row says what the batch knows of one customer. It begins at a multiple of 8 with a header of 32-bit words. Then follow:
 * 1. the messages in the order of their lines, or none if the batch has no messages
 * 2. if a log is kept, the entries of the distinct messages in the order of their lines, packed as domain/log/entry-layout.ts describes
 * 3. the distinct identities in ascending order, 16 bytes each, most significant byte first
 * 4. four texts in UTF-8: the user id, and the JSON objects of events, attributes and attribute times
 */

/** Bytes of the row, up to the next one. */
export const ROW_SIZE = 0;
/** Messages of the customer, duplicates included. */
export const ROW_MESSAGES = 4;
/** Bytes of the messages in this row. */
export const ROW_MESSAGES_BYTES = 8;
/** Distinct identities. */
export const ROW_IDENTITIES = 12;
export const ROW_ID_BYTES = 16;
/** Bytes of {"name":count,…}. */
export const ROW_EVENTS_BYTES = 20;
/** Bytes of {"name":value,…}, without the attributes that were removed. */
export const ROW_ATTRIBUTES_BYTES = 24;
/** Bytes of {"name":timestamp,…}, with the attributes that were removed. */
export const ROW_TIMES_BYTES = 28;
/** Distinct events. */
export const ROW_EVENT_COUNT = 32;
/** Distinct attributes messages. */
export const ROW_ATTRIBUTES_COUNT = 36;
/** Messages whose identity came before in this batch. */
export const ROW_DUPLICATE_COUNT = 40;
/** The low and the high word of a numeric user id; {@link NOT_NUMERIC} in both for any other id. */
export const ROW_NUMBER_LOW = 44;
export const ROW_NUMBER_HIGH = 48;
/** The latest timestamp, in ms since the Unix epoch: 64 bits, the low word first. */
export const ROW_LAST_UPDATED = 52;
/** Bytes of the entries of the log; 0 without a log. */
export const ROW_LOG_BYTES = 60;
/** The earliest timestamp of the entries, in ms since the Unix epoch: 64 bits, the low word first. 0 without a log. */
export const ROW_LOG_FIRST_TIME = 64;
export const ROW_HEADER_BYTES = 72;
export const NOT_NUMERIC = 0xffffffff;

/* A message of a row. */

/** Bytes of the message, up to the next one. */
export const ROW_MESSAGE_SIZE = 0;
/** In ms since the Unix epoch: 64 bits, the low word first. */
export const ROW_MESSAGE_TIME = 4;
/** Index of the event's name in the table of names; {@link NO_NAME} for an attributes message. */
export const ROW_MESSAGE_NAME = 12;
/** Two words of 64 bits, the most significant first. */
export const ROW_MESSAGE_IDENTITY = 16;
/** Bytes of an event. */
export const ROW_EVENT_BYTES = 32;
/** Number of attributes that an attributes message changes. */
export const ROW_MESSAGE_CHANGES = 32;
/** The first change of an attributes message. */
export const ROW_CHANGES_START = 40;
export const NO_NAME = 0xffffffff;

/* A change of one attribute: a header, and the value as JSON text, filled up to a multiple of 8 bytes. */

/** Index of the attribute in the table of names. */
export const CHANGE_NAME = 0;
/** Bytes of the value; 0 if the attribute is removed. */
export const CHANGE_VALUE_BYTES = 4;
export const CHANGE_HEADER_BYTES = 8;

/*
 * The table of names of events and attributes: an entry for each name, then the texts of all names one after the other. The
 * counts are those of the batch by itself, as if no customer had been known before.
 */

/** End of the text, counted from the end of the last entry. */
export const NAME_END = 0;
/** Customers that have the attribute. */
export const NAME_ATTRIBUTE_CUSTOMERS = 4;
/** Customers that have the event. */
export const NAME_EVENT_CUSTOMERS = 8;
/** Events of this name, each once. */
export const NAME_EVENTS = 12;
export const NAME_ENTRY_BYTES = 16;
