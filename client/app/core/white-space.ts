/** A text with the white space at its ends apart. */
export interface Edged {
  readonly before: string;
  readonly core: string;
  /** Empty when there is nothing but white space: that is `before`. */
  readonly after: string;
}

/** Some characters that draw nothing are no white space to JavaScript. */
const WHITE = /[\s\u200b\u2060]/;

export function edgesOf(text: string): Edged {
  let [start, end] = [0, text.length];
  while (start < end && WHITE.test(text[start])) start++;
  while (end > start && WHITE.test(text[end - 1])) end--;
  return { before: text.slice(0, start), core: text.slice(start, end), after: text.slice(end) };
}

/** Whether there is white space at an end, or nothing else. */
export function isEdged(text: string): boolean {
  return text !== '' && (WHITE.test(text[0]) || WHITE.test(text[text.length - 1]));
}

/** White space in words: "3 spaces". */
export function whiteSpaceText(white: string): string {
  const breaks = white.replaceAll('\r\n', '\n');
  const count = breaks.length;
  if (/^ +$/.test(breaks)) return count === 1 ? $localize`1 space` : $localize`${count}:count: spaces`;
  if (/^\t+$/.test(breaks)) return count === 1 ? $localize`1 tab` : $localize`${count}:count: tabs`;
  if (/^[\n\r\u2028\u2029]+$/.test(breaks))
    return count === 1 ? $localize`1 line break` : $localize`${count}:count: line breaks`;
  return count === 1 ? $localize`1 invisible character` : $localize`${count}:count: invisible characters`;
}
