/** The types that a changed cell may take. `auto` is that of the current value if the cell fits it, else text. */
export const CELL_TYPES = ['auto', 'text', 'number', 'boolean', 'time', 'json'] as const;
export type CellType = (typeof CELL_TYPES)[number];

/**
 * The forms of a date in a text, each also with a time behind it. `auto` reads RFC 3339, year-month-day, day.month.year, Unix times, and what
 * stands between slashes or dashes if only one order of day and month is possible.
 */
export const DATE_FORMS = ['auto', 'ymd', 'dmy', 'mdy'] as const;
export type DateForm = (typeof DATE_FORMS)[number];

/** The reading of times in a column. */
export interface TimeReading {
  readonly dateForm: DateForm;
  /** A name of the IANA database, for texts without an offset. */
  readonly zone: string;
}

/**
 * The use of a column: the id of the customer, the email of exactly one customer, the value of an attribute, the time of the row's message,
 * or none.
 */
export type ColumnUse =
  | { readonly use: 'id' }
  | { readonly use: 'email' }
  | ({ readonly use: 'attribute'; readonly attribute: string; readonly type: CellType } & TimeReading)
  | ({ readonly use: 'time' } & TimeReading)
  | { readonly use: 'ignore' };

/** A column by its name, as `SheetColumn.name` gives it, and its use. */
export type MappedColumn = { readonly column: string } & ColumnUse;

/** The meaning of the columns of a sheet. A column that it does not name is ignored. */
export interface SheetMapping {
  readonly columns: readonly MappedColumn[];
  /** Whether an empty cell says nothing, or removes its attribute. */
  readonly empty: 'keep' | 'remove';
  /** Whether a value stays that a spreadsheet has damaged, or becomes what the cell says. */
  readonly damaged: 'keep' | 'take';
}
