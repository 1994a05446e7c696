/**
 * The beginning of what a spreadsheet may take for a formula (https://owasp.org/www-community/attacks/CSV_Injection): a sign, also in its
 * full-width or small form, after white space, controls and invisible characters, which spreadsheets drop.
 */
const FORMULA = /^[\s\p{C}]*[=+\-@＝＋－＠﹦﹢﹣﹫]/u;
const GUARD = '\t';

/** True for a text that a spreadsheet may take for a formula. */
export function looksLikeFormula(text: string): boolean {
  return FORMULA.test(text);
}

/** Puts a tab before a text that a spreadsheet may take for a formula. */
export function guarded(text: string): string {
  return looksLikeFormula(text) ? GUARD + text : text;
}

/** Removes the tab that {@link guarded} adds. */
export function unguarded(text: string): string {
  return text.startsWith(GUARD) && looksLikeFormula(text.slice(GUARD.length)) ? text.slice(GUARD.length) : text;
}
