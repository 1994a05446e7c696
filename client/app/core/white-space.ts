/** A text, with the white space at its ends split off. */
export interface Edged {
  readonly before: string;
  readonly core: string;
  /** Empty for a text of white space alone, which is all in `before`. */
  readonly after: string;
}

/**
 * Characters inside a text that draw nothing: marks that turn the direction, breaks of lines that browsers ignore, and spaces without
 * width. Joiners are left out, because emoji and scripts such as Persian need them.
 */
const HIDDEN = '\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff';
const HIDDEN_RUN = new RegExp(`([${HIDDEN}]+)`);
/** White space, and characters that draw nothing but are no white space to JavaScript. */
const WHITE = new RegExp(`[\\s${HIDDEN}]`);

/** Splits a text before and after hidden characters; these are the parts at odd places. */
export function splitHidden(text: string): string[] {
  return text.split(HIDDEN_RUN);
}

export function edgesOf(text: string): Edged {
  let [start, end] = [0, text.length];
  while (start < end && WHITE.test(text[start])) start++;
  while (end > start && WHITE.test(text[end - 1])) end--;
  return { before: text.slice(0, start), core: text.slice(start, end), after: text.slice(end) };
}

/** Tells whether a text begins or ends with white space, or holds hidden characters. */
export function isEdged(text: string): boolean {
  return text !== '' && (WHITE.test(text[0]) || WHITE.test(text[text.length - 1]) || HIDDEN_RUN.test(text));
}

/** Describes white space: "3 spaces". */
export function whiteSpaceText(white: string): string {
  const breaks = white.replaceAll('\r\n', '\n');
  const count = breaks.length;
  if (/^ +$/.test(breaks)) return count === 1 ? $localize`1 space` : $localize`${count}:count: spaces`;
  if (/^\t+$/.test(breaks)) return count === 1 ? $localize`1 tab` : $localize`${count}:count: tabs`;
  if (/^[\n\r\u2028\u2029]+$/.test(breaks))
    return count === 1 ? $localize`1 line break` : $localize`${count}:count: line breaks`;
  return count === 1 ? $localize`1 invisible character` : $localize`${count}:count: invisible characters`;
}
