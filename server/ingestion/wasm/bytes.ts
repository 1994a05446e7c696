/* Characters of JSON, as bytes. */
export const QUOTE: u32 = 34;
export const COMMA: u32 = 44;
export const COLON: u32 = 58;
export const BACKSLASH: u32 = 92;
export const OPEN: u32 = 123;
export const CLOSE: u32 = 125;
export const OPEN_LIST: u32 = 91;
export const CLOSE_LIST: u32 = 93;

export function byteAt(at: usize): u32 {
  return <u32>load<u8>(at);
}

/** The first bytes of a word, fewer than 8; the others become 0. */
export function firstBytes(word: u64, bytes: usize): u64 {
  return word & (((<u64>1) << (<u64>bytes * 8)) - 1);
}

/** The eight bytes of a text from `at` on as a number that sorts like them; bytes behind the end of the text count as 0. */
export function wordOf(at: usize, end: usize): u64 {
  const word = load<u64>(at);
  return bswap<u64>(at + 8 <= end ? word : firstBytes(word, end - at));
}

/** The bytes of a text and of what fills it up to a multiple of 8. */
export function padded(bytes: usize): usize {
  return (bytes + 7) & ~7;
}
