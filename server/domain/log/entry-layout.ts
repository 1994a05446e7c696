/*
 * The layout of the entries of the log as a fold writes them: offsets of fields, in bytes. Numbers are unsigned and little endian.
 *
 * Two compilers read this file: that of TypeScript, and that of AssemblyScript for ingestion/folding/wasm/, which writes entries of
 * files. So it holds nothing but constants without a type.
 *
 * Packed entries follow one another in the order of their arrival. An entry begins at a multiple of 8 with a header. Then follow the
 * texts in UTF-8, one directly behind the other: the message id, the name of an event, and `data` as it came. The entry is filled up to
 * a multiple of 8 bytes.
 */

/** Bytes of the entry, up to the next one. */
export const ENTRY_SIZE = 0;
/** The low 32 bits of the timestamp, in ms since the Unix epoch. */
export const ENTRY_TIME = 4;
/** The bits of the timestamp above the low 32: 16 bits. */
export const ENTRY_TIME_HIGH = 8;
/** 8 bits: see {@link IS_ATTRIBUTES_ENTRY}, {@link KEEPS_EMPTY_TEXT} and {@link IS_STAMPED_HERE}. */
export const ENTRY_FLAGS = 10;
/** 8 bits: {@link FROM_FILE}, {@link FROM_LIVE_SOURCE} or {@link FROM_IMPORT}. */
export const ENTRY_SOURCE_KIND = 11;
/** The id of the ingestion, of the live source or of the import: 32 bits. */
export const ENTRY_SOURCE = 12;
/** The number of the line, or of the row of an import, counted from 1: 64 bits; 0 for a live message. */
export const ENTRY_LINE = 16;
/** The bytes before the line, in the unpacked source: 64 bits; 0 for all others. */
export const ENTRY_OFFSET = 24;
/** 16 bits, like the next field. */
export const ENTRY_ID_BYTES = 32;
/** 0 for an attributes message. */
export const ENTRY_NAME_BYTES = 34;
/** 32 bits; 0 for an event without data. */
export const ENTRY_DATA_BYTES = 36;
export const ENTRY_HEADER_BYTES = 40;

/* Flags. */
export const IS_ATTRIBUTES_ENTRY = 1;
/** An attribute that is "" was kept, and not removed. */
export const KEEPS_EMPTY_TEXT = 2;
/** The server set the id or the timestamp of the message. */
export const IS_STAMPED_HERE = 4;

/* Kinds of sources. */
export const FROM_FILE = 0;
export const FROM_LIVE_SOURCE = 1;
export const FROM_IMPORT = 2;
