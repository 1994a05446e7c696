import type { KnownCustomer } from '../customer/customer-change.js';
import type { AttributesMessage } from '../message/message.js';
import type { SheetRow } from './sheet.js';

/** The reasons for rejecting a row, in the order of the checks. */
export const ROW_REASONS = [
  'row_too_long',
  'unclosed_quote',
  'too_many_cells',
  'missing_id',
  'invalid_user_id',
  'unknown_customer',
  'ambiguous_email',
  'damaged_id',
  'missing_time',
  'invalid_timestamp',
  'ambiguous_time',
  'invalid_number',
  'invalid_boolean',
  'invalid_json',
  'invalid_attribute_value',
  'unsupported_character',
  'too_many_attributes',
  'suppressed',
  'stale',
] as const;
export type RowReason = (typeof ROW_REASONS)[number];

/** The column that rejected rows have beside those of their sheet. */
export const REASON_COLUMN = 'reason';

/** A row of which nothing is taken. */
export interface RejectedRow {
  readonly kind: 'rejected';
  readonly reason: RowReason;
  /** The name of the column whose cell is wrong; undefined if it is the row. */
  readonly column: string | undefined;
  /** A sentence or two: the fault, and what to do about it. */
  readonly message: string;
}

/** The ways in which a spreadsheet damages a cell when it saves a file. */
export type Damage =
  | 'zeros_lost'
  | 'digits_lost'
  | 'scientific_notation'
  | 'taken_for_number'
  | 'taken_for_date'
  | 'characters_lost'
  | 'case_changed'
  | 'spaces_lost'
  | 'error_value';

/** A cell that differs from the record. */
export interface CellDifference {
  /** The name of the column. */
  readonly column: string;
  readonly attribute: string;
  /** JSON; null if the customer has no such attribute. */
  readonly before: string | null;
  /** JSON; null if the cell removes the attribute. */
  readonly after: string | null;
  /** The damage that the cell shows. Absent: none. */
  readonly damage?: Damage;
}

/**
 * The effect of a row on the record as it is when the row comes. `damaged` are the cells that are left alone for their damage. `differences`
 * are those that the message holds; some of them are damaged if the mapping takes such cells.
 */
export type RowPlan =
  | {
      readonly kind: 'message';
      readonly message: AttributesMessage;
      readonly differences: readonly CellDifference[];
      readonly damaged: readonly CellDifference[];
    }
  | { readonly kind: 'unchanged'; readonly damaged: readonly CellDifference[] }
  | RejectedRow;

/** The customer that a row names. */
export type RowCustomer =
  { readonly kind: 'id'; readonly id: string } | { readonly kind: 'email'; readonly email: string } | RejectedRow;

/** The import to which rows belong. */
export interface ImportFacts {
  readonly importId: string;
  /** The time of the confirmation in ms since the Unix epoch; for a dry run its own. */
  readonly time: number;
}

/** Turns the rows of a sheet into messages. */
export interface RowPlanner {
  /** True if the time of each message comes from a column. Then the identity of a row is its customer, time and data, else its number. */
  readonly hasTimes: boolean;

  /** The customer of a row, or the reason for which it has none. */
  customerOf(row: SheetRow): RowCustomer;

  /** The customer of a row that names an email. @param ids of the customers with exactly this email; two are enough */
  customerWithEmail(row: SheetRow, email: string, ids: readonly string[]): RowCustomer;

  /** The message of a row. @param current its customer as the rows before have left it */
  plan(row: SheetRow, current: KnownCustomer): RowPlan;
}
