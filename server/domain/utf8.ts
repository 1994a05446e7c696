const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Decodes UTF-8. Keeps a leading U+FEFF, which may be the first character of an id. */
export function utf8Text(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
