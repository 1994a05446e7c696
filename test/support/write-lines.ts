import { closeSync, openSync, writeSync } from 'node:fs';

const WRITE_CHARACTERS = 1024 * 1024;

/** Writes lines in pieces of a megabyte, without a line end behind the last. @returns how many bytes there are */
export function writeLines(path: string, lines: Iterable<string>): number {
  const file = openSync(path, 'w');
  let bytes = 0;
  let text = '';
  let separator = '';
  for (const line of lines) {
    text += separator + line;
    separator = '\n';
    if (text.length < WRITE_CHARACTERS) continue;
    bytes += writeSync(file, text);
    text = '';
  }
  bytes += writeSync(file, text);
  closeSync(file);
  return bytes;
}
