const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes of UTF-8 as text. Every character stays, a leading U+FEFF as well: it may be the first of an id. */
export function utf8Text(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
