/*
 * The place of a chunk of a source in the memory of the scanner. The compilers of TypeScript and of AssemblyScript both read this
 * file: it holds nothing but constants without a type.
 */

/** The most bytes of a chunk. */
export const CHUNK_BYTES = 65_536;
/** Before a chunk is room for the beginning of a line that came with earlier chunks: the longest line, and this many bytes. */
export const CARRIED_MARGIN_BYTES = 64;
