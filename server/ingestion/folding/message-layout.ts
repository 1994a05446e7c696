/*
 * The layout of a message on its way from the scanner to the fold, in memory and in the spool file. Numbers are unsigned and
 * little endian. The compilers of TypeScript and of AssemblyScript both read this file: it holds nothing but constants without a
 * type.
 *
 * A message begins at a multiple of 8 with a header, then the user id. An event has its name next, an attributes message its pairs
 * of name and value. Every text is filled up to a multiple of 8 bytes. If a log is kept, the entry of the message follows, laid out as
 * domain/log/entry-layout.ts describes.
 */

/** Bytes of the message, up to its entry, or to the next message. */
export const MESSAGE_SIZE = 0;
/** The low 32 bits of the timestamp, in ms since the Unix epoch. */
export const MESSAGE_TIME = 4;
/** Two words of 64 bits, the most significant first. */
export const MESSAGE_IDENTITY = 8;
export const MESSAGE_IDENTITY_LOW = 16;
/** 16 bits, like the next field. */
export const MESSAGE_USER_BYTES = 24;
/** The bits of the timestamp above the low 32. */
export const MESSAGE_TIME_HIGH = 26;
/** Bytes of the event's name; {@link IS_ATTRIBUTES} for an attributes message. */
export const MESSAGE_NAME_BYTES = 28;
export const MESSAGE_HEADER_BYTES = 32;
export const IS_ATTRIBUTES = 0xffffffff;

/* A pair: a header, the name of the attribute, and the value as JSON text. */

export const PAIR_NAME_BYTES = 0;
/** Bytes of the value; 0 if the attribute is removed. */
export const PAIR_VALUE_BYTES = 4;
export const PAIR_HEADER_BYTES = 8;

/* When a batch takes a message, it looks up the customer and the names, and overwrites four fields with what it found. */

/** In place of {@link MESSAGE_USER_BYTES}, 16 bits: offset of the name or of the first pair from the beginning of the message. */
export const TAKEN_CONTENT = 24;
/** In place of {@link MESSAGE_NAME_BYTES}: index of the event's name in the table of names; {@link IS_ATTRIBUTES} stays. */
export const TAKEN_NAME = 28;
/** In place of {@link PAIR_NAME_BYTES}: offset of the value from the beginning of the pair. */
export const TAKEN_PAIR_VALUE = 0;
/** In place of the first bytes of a pair's name: its index in the table of names. */
export const TAKEN_PAIR_NAME = 8;
