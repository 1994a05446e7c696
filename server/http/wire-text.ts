declare const wire: unique symbol;

/**
 * UTF-8 as a string with one character for each byte. Node joins such a body to the head of the answer and hands both to the socket in
 * one piece. It would write a buffer in a second piece, and encode any other string once more.
 */
export type WireText = string & { readonly [wire]: true };

/** Converts JSON. @param json as text or as UTF-8 */
export function wireText(json: string | Uint8Array): WireText {
  if (typeof json !== 'string') {
    return Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString('latin1') as WireText;
  }
  // ASCII, the usual case, needs no conversion.
  if (Buffer.byteLength(json) === json.length) return json as WireText;
  return Buffer.from(json).toString('latin1') as WireText;
}

/** Puts a body between two texts, both of which must be ASCII. */
export function wrap(opening: string, text: WireText, closing: string): WireText {
  return (opening + text + closing) as WireText;
}

/** The bytes of a text, in pieces of at most `bytes`. */
export function* piecesOf(text: WireText, bytes: number): Generator<Buffer> {
  for (let at = 0; at < text.length; at += bytes) yield Buffer.from(text.slice(at, at + bytes), 'latin1');
}
