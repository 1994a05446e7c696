/** Bytes of a page of SQLite for rows, and of a row beside its bytes, about. */
const PAGE_BYTES = 16_370;
const ROW_BYTES = 12;

/**
 * Sorts rows so that they fill pages when they are appended: each next one is the largest that has room on the page, as long as there is one.
 * Without it a page stays empty for half of a row.
 */
export function* inPageOrder<Row>(rows: readonly Row[], bytesOf: (row: Row) => number): Generator<Row> {
  const largestFirst = [...rows].sort((a, b) => bytesOf(b) - bytesOf(a));
  let room = PAGE_BYTES;
  while (largestFirst.length > 0) {
    const at = largestFirst.findIndex((row) => bytesOf(row) + ROW_BYTES <= room);
    const [row] = largestFirst.splice(Math.max(at, 0), 1);
    room = (at < 0 ? PAGE_BYTES : room) - bytesOf(row) - ROW_BYTES;
    yield row;
  }
}
