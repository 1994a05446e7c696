import { guarded, looksLikeFormula } from '../domain/import/formula-guard.js';

const LINE_END = '\r\n';
const NEEDS_QUOTES = /[",\r\n]/;
/** A spreadsheet may also split a line at `;` and tabs, outside of quotes. */
const SPREADSHEET_NEEDS_QUOTES = /[",;\t\r\n]/;

/** Writes a text as a cell of CSV (RFC 4180): one with a delimiter, a comma, a quote or a line break stands in quotes. */
export function exactCell(text: string, delimiter = ','): string {
  return NEEDS_QUOTES.test(text) || text.includes(delimiter) ? quoted(text) : text;
}

/** Writes a text as a cell for spreadsheets: one that they may take for a formula gets a tab before it, in quotes. */
export function spreadsheetCell(text: string): string {
  if (looksLikeFormula(text)) return quoted(guarded(text));
  return SPREADSHEET_NEEDS_QUOTES.test(text) ? quoted(text) : text;
}

/** Writes a row of texts for spreadsheets. */
export function spreadsheetRow(texts: readonly string[]): string {
  return csvRow(texts.map(spreadsheetCell));
}

/** Joins cells to a row. */
export function csvRow(cells: readonly string[], delimiter = ','): string {
  return cells.join(delimiter) + LINE_END;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
