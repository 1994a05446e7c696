/** The encodings of a sheet. */
export const SHEET_ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type SheetEncoding = (typeof SHEET_ENCODINGS)[number];

/** The characters between two cells. */
export const SHEET_DELIMITERS = [',', ';', '\t'] as const;
export type SheetDelimiter = (typeof SHEET_DELIMITERS)[number];

/** The form of a file of rows and columns. */
export interface SheetFormat {
  readonly encoding: SheetEncoding;
  readonly delimiter: SheetDelimiter;
}

/** The form of a file as it is found out. */
export interface FoundFormat extends SheetFormat {
  readonly hasByteOrderMark: boolean;
}

/** A column of a sheet. */
export interface SheetColumn {
  /** Counted from 0. */
  readonly index: number;
  /** Each name once: the header; with a number behind it if an earlier column has it; `Column 3` if it is empty. */
  readonly name: string;
  /** The header as it stands in the file, without the tab that guards it. */
  readonly header: string;
}

/**
 * A row of a sheet. `number` counts all rows after the header from 1, blank ones included, which are left out. `line` is the line of the file
 * at which it begins, from 1. The cells are as they stand in the file; there may be fewer or more than columns.
 */
export type SheetRow = {
  readonly number: number;
  readonly line: number;
  readonly cells: readonly string[];
} & ({ readonly kind: 'cells' } | { readonly kind: 'rejected'; readonly reason: UnreadableRow });

/** The reasons for which a row cannot be read: it exceeds a limit, or a quote in it has no end. */
export type UnreadableRow = 'row_too_long' | 'unclosed_quote';

/** A sheet that is read once, from its beginning. */
export interface OpenSheet {
  readonly format: SheetFormat;
  /** Empty if the file is. */
  readonly columns: readonly SheetColumn[];
  /** The rows after the header in groups of some hundred. To leave the iteration closes the stream. */
  readonly rows: AsyncIterable<readonly SheetRow[]>;
  /** Bytes of the stream that were read so far. */
  readonly bytesRead: number;
  /** Characters so far that the encoding cannot give, which became U+FFFD. */
  readonly damagedCharacters: number;
}
