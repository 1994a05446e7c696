import { REASON_COLUMN, type RowReason } from '../domain/import/row-plan.js';
import type { SheetColumn, SheetDelimiter, SheetRow } from '../domain/import/sheet.js';
import type { Reject } from '../domain/ingestion/reject.js';
import { LIMITS } from '../domain/limits.js';
import { utf8Text } from '../domain/utf8.js';

const BYTE_ORDER_MARK = '\uFEFF';
const LINE_END = '\r\n';
const CUT_OFF = ' [cut off here: the rest of this cell was not kept]';

const encoder = new TextEncoder();

/** The bytes of a rejected row as they are kept: JSON with the id of its customer, by which an erasure finds it. */
interface KeptRow {
  readonly user_id?: string;
  readonly row: number;
  readonly cells: readonly string[];
}

/** A rejected row as it is kept with an ingestion. @param customer its id, if the row names it */
export function rejectOfRow(row: SheetRow, customer: string | undefined, reason: RowReason, message: string): Reject {
  const whole = packed(row, customer, row.cells);
  const isTruncated = whole.length > LIMITS.rejectedLineBytes;
  const bytes = isTruncated ? packed(row, customer, cutCells(row.cells)) : whole;
  return { line: row.line, offset: 0, reason, hint: message, bytes, isTruncated };
}

/** Reads what {@link rejectOfRow} has written. */
export function cellsOfReject({ bytes }: Pick<Reject, 'bytes'>): readonly string[] {
  // Safe: only rejects of imports are read.
  return (JSON.parse(utf8Text(bytes)) as KeptRow).cells;
}

function packed({ number }: SheetRow, customer: string | undefined, cells: readonly string[]): Uint8Array {
  const kept: KeptRow = { ...(customer !== undefined && { user_id: customer }), row: number, cells };
  return encoder.encode(JSON.stringify(kept));
}

/** Cuts cells so that all of them take less room than a reject may: a character takes 6 bytes at most. */
function cutCells(cells: readonly string[]): readonly string[] {
  const room = LIMITS.rejectedLineBytes - 1_024;
  const most = Math.floor(room / cells.length / 6) - CUT_OFF.length;
  if (most <= 0) return cells.slice(0, 100).map((cell) => cell.slice(0, 50) + CUT_OFF);
  return cells.map((cell) => (cell.length > most ? cell.slice(0, most) + CUT_OFF : cell));
}

/** The beginning of a file of rejected rows. */
export function rejectsHead(columns: readonly SheetColumn[], delimiter: SheetDelimiter): string {
  return BYTE_ORDER_MARK + sheetLine([...columns.map(({ header }) => header), REASON_COLUMN], delimiter);
}

/** A rejected row with its reason, below the columns of the sheet. */
export function rejectsLine(
  cells: readonly string[],
  columns: number,
  reason: string,
  delimiter: SheetDelimiter,
): string {
  const padded = Array.from({ length: Math.max(columns, cells.length) }, (_, at) => cells[at] ?? '');
  return sheetLine([...padded, reason], delimiter);
}

function sheetLine(cells: readonly string[], delimiter: SheetDelimiter): string {
  return cells.map((cell) => sheetCell(cell, delimiter)).join(delimiter) + LINE_END;
}

function sheetCell(cell: string, delimiter: SheetDelimiter): string {
  const isPlain = !/["\r\n\t]/.test(cell) && !cell.includes(delimiter);
  return isPlain ? cell : `"${cell.replaceAll('"', '""')}"`;
}
