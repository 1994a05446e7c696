const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const LINE_FEED = 10;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN = 123;
const CLOSE = 125;

/**
 * Finds what would make JSON costly to parse, before it is parsed: `JSON.parse` takes 2 µs for each open list or object, 10 s for 10 MiB of
 * brackets. The bytes need not be valid JSON; then the answer is right up to the byte at which it is not.
 * @param most levels of lists and objects, and members and elements in all, that are allowed
 * @returns undefined when both are within the limits
 */
export function excessIn(
  bytes: Uint8Array,
  most: { readonly depth: number; readonly values?: number },
): 'depth' | 'values' | undefined {
  const { depth: mostDepth, values: mostValues = Infinity } = most;
  // Each level and each value takes a byte.
  if (bytes.length <= Math.min(mostDepth, mostValues)) return undefined;
  let depth = 0;
  let values = 0;
  let isInText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    // No text goes on behind the end of its line.
    if (byte === LINE_FEED) isInText = false;
    else if (byte === QUOTE) isInText = !isInText;
    else if (isInText) at += byte === BACKSLASH ? 1 : 0;
    else if (byte === COMMA) {
      // One value is before the first comma, of a list or an object: it counts where that opens.
      if (++values > mostValues) return 'values';
    } else if (byte === OPEN || byte === OPEN_LIST) {
      if (++depth > mostDepth) return 'depth';
      if (++values > mostValues) return 'values';
    } else if (byte === CLOSE || byte === CLOSE_LIST) depth--;
  }
  return undefined;
}
