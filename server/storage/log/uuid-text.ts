/** Characters of a UUID. */
export const UUID_LENGTH = 36;
export const UUID_BYTES = 16;

const HYPHEN = 0x2d;
/** The place of the two digits of each byte. */
const PAIRS = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34] as const;
const HYPHENS = [8, 13, 18, 23] as const;
/** The value of a digit by its character; 16 for every other one. Only small letters count: the text must come out as it was. */
const VALUES = new Uint8Array(256).fill(16);
const DIGITS = Buffer.from('0123456789abcdef');
DIGITS.forEach((character, value) => (VALUES[character] = value));

/**
 * Reads the UUID that stands at `at`, in ASCII.
 * @param into gets its bytes
 * @returns false if there is none
 */
export function readUuid(text: Uint8Array, at: number, into: Uint8Array): boolean {
  for (const hyphen of HYPHENS) if (text[at + hyphen] !== HYPHEN) return false;
  for (let i = 0; i < UUID_BYTES; i++) {
    const high = VALUES[text[at + PAIRS[i]]];
    const low = VALUES[text[at + PAIRS[i] + 1]];
    if ((high | low) > 15) return false;
    into[i] = (high << 4) | low;
  }
  return true;
}

/** Writes what {@link readUuid} read. */
export function writeUuid(bytes: Uint8Array, from: number, into: Uint8Array, at: number): void {
  for (const hyphen of HYPHENS) into[at + hyphen] = HYPHEN;
  for (let i = 0; i < UUID_BYTES; i++) {
    const byte = bytes[from + i];
    into[at + PAIRS[i]] = DIGITS[byte >> 4];
    into[at + PAIRS[i] + 1] = DIGITS[byte & 15];
  }
}
