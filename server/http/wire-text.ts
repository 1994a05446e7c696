declare const wire: unique symbol;

/**
 * UTF-8 as it goes to a client, one character a byte. Node joins such a body to the head of its answer and hands both to the socket in one
 * piece; a buffer would go beside the head, and a text would be encoded once more.
 */
export type WireText = string & { readonly [wire]: true };

/** @param json text, or UTF-8 */
export function wireText(json: string | Uint8Array): WireText {
  if (typeof json !== 'string') {
    return Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString('latin1') as WireText;
  }
  // What is ASCII alone, as most is, is itself already.
  if (Buffer.byteLength(json) === json.length) return json as WireText;
  return Buffer.from(json).toString('latin1') as WireText;
}

/** @param opening ASCII alone @param closing ASCII alone */
export function wrap(opening: string, text: WireText, closing: string): WireText {
  return (opening + text + closing) as WireText;
}
