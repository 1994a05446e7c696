/** The characters of the bytes 0x80 to 0x9F, five of which stand for themselves. Every other byte is the character of the same number. */
const SPECIAL = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
const FIRST_SPECIAL = 0x80;
const SPECIAL_BYTES = /[\u0080-\u009f]/g;

const BYTES: ReadonlyMap<number, number> = new Map(
  SPECIAL.split('').map((character, at) => [character.charCodeAt(0), FIRST_SPECIAL + at]),
);

/** Decodes Windows-1252. TextDecoder takes it for Latin-1 in some versions of Node. */
export function decodeWindows1252(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return text.replace(SPECIAL_BYTES, (character) => SPECIAL.charAt(character.charCodeAt(0) - FIRST_SPECIAL));
}

/** The byte of a character in Windows-1252; undefined if it has none. @param unit of UTF-16 */
export function byteOf(unit: number): number | undefined {
  if (unit < FIRST_SPECIAL || (unit > 0x9f && unit <= 0xff)) return unit;
  return BYTES.get(unit);
}
