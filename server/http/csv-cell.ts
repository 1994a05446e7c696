const LINE_END = '\r\n';
/**
 * The beginning of what a spreadsheet may take for a formula (https://owasp.org/www-community/attacks/CSV_Injection): a sign, also in its
 * full-width or small form, after white space, controls and invisible characters, which spreadsheets drop.
 */
const FORMULA = /^[\s\p{C}]*[=+\-@＝＋－＠﹦﹢﹣﹫]/u;
const NEEDS_QUOTES = /[",\r\n]/;
/** A spreadsheet may also split a line at `;` and tabs, outside of quotes. */
const SPREADSHEET_NEEDS_QUOTES = /[",;\t\r\n]/;

/** Writes a text as a cell of CSV (RFC 4180): one with a comma, a quote or a line break stands in quotes. */
export function exactCell(text: string): string {
  return NEEDS_QUOTES.test(text) ? quoted(text) : text;
}

/** Writes a text as a cell for spreadsheets: one that they may take for a formula gets a tab before it, in quotes. */
export function spreadsheetCell(text: string): string {
  if (FORMULA.test(text)) return quoted(`\t${text}`);
  return SPREADSHEET_NEEDS_QUOTES.test(text) ? quoted(text) : text;
}

/** Writes a row of texts for spreadsheets. */
export function spreadsheetRow(texts: readonly string[]): string {
  return csvRow(texts.map(spreadsheetCell));
}

/** Joins cells to a row. */
export function csvRow(cells: readonly string[]): string {
  return cells.join(',') + LINE_END;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
