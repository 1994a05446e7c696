/** The moments of a write at which a test may end the process. */
export const FAIL_POINTS = [
  /** An ingestion is in the database, and nothing of its source was read. */
  'ingestion:begun',
  /** A chunk of a bucket was written to a spool file. */
  'spool:chunk-written',
  /** A thread has read its range of a file to the end. */
  'parser:range-read',
  /** A batch of a stretch was written, and more may come. */
  'apply:batch-written',
  /** A part of a stretch is committed, because live messages come, and the next one is not begun. */
  'apply:part-committed',
  /** A transaction is open, and nothing was written in it. */
  'transaction:begun',
  /** The next statement of a transaction is its COMMIT. */
  'transaction:before-commit',
  /** A transaction is committed, and its caller was not told. */
  'transaction:after-commit',
  /** A stretch was applied, and the next one was not asked for. */
  'ingestion:stretch-applied',
  /** All of a source was applied, and the ingestion is not marked as done. */
  'ingestion:before-done',
  /** The ingestion is marked as done, and its report was not written. */
  'ingestion:after-done',
] as const;

export type FailPoint = (typeof FAIL_POINTS)[number];

/** The property of the global object in which a test puts a handler of fail points. */
export const FAIL_POINT_HANDLER = Symbol.for('roster.fail-point');

/** Does nothing, unless a test has set a handler. */
export function failPoint(point: FailPoint): void {
  (globalThis as { [FAIL_POINT_HANDLER]?: (point: FailPoint) => void })[FAIL_POINT_HANDLER]?.(point);
}
