import { DomainError, type ErrorCode } from '../../../domain/errors.js';
import type { DatabaseFile } from './database-file.js';

/** Result codes of SQLite: https://sqlite.org/rescode.html. */
const BUSY = 5;
const READONLY = 8;
const IOERR = 10;
const FULL = 13;
const CANTOPEN = 14;
const CONSTRAINT = 19;
const NOTADB = 26;
/** Result code of a write that a quota or a limit on file sizes refuses. */
const WRITE_FAILED = 778;

/** Explains why a file does not open. */
export function opening<T>(path: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (error instanceof DomainError) throw error;
    const code = resultCode(error) & 0xff;
    const isFile = (error as NodeJS.ErrnoException).syscall !== undefined || code === READONLY || code === CANTOPEN;
    if (!isFile && code !== NOTADB) throw error;
    const hint = isFile ? ' The user that runs Roster has to be allowed to write it and its folder.' : '';
    const message = `The database ${path} does not open: ${(error as Error).message}.${hint}`;
    throw new DomainError('storage_unavailable', message, undefined, { cause: error });
  }
}

/** True if a value exists already that has to be unique. */
export function isConflict(error: unknown): boolean {
  return (resultCode(error) & 0xff) === CONSTRAINT;
}

export function isBusy(error: unknown): boolean {
  return (resultCode(error) & 0xff) === BUSY;
}

/** The texts of SQLite for result codes. Errors of `all` and `iterate` have no code. A disk fails writes far more often than reads. */
const CODE_OF_TEXT: readonly (readonly [text: string, code: number])[] = [
  ['attempt to write a readonly database', READONLY],
  ['database or disk is full', FULL],
  ['database is locked', BUSY],
  ['disk I/O error', WRITE_FAILED],
  ['constraint failed', CONSTRAINT],
];

/** The extended result code of SQLite, or the plain one where it gives no other; 0 for any other error. */
function resultCode(error: unknown): number {
  // Not `instanceof Error`: errors of an addon may come from another realm.
  if (typeof error !== 'object' || error === null) return 0;
  if ('errcode' in error && error.errcode !== undefined) return Number(error.errcode);
  if (!('code' in error) || error.code !== 'ERR_SQLITE_ERROR') return 0;
  const text = 'message' in error ? String(error.message) : '';
  return CODE_OF_TEXT.find(([known]) => text.includes(known))?.[1] ?? 0;
}

/** Turns an error into a DomainError that says what to do about it; returns any other error unchanged. */
export function explained(error: unknown, file: DatabaseFile): unknown {
  if (!(error instanceof Error)) return error;
  const code = resultCode(error);
  const explain = (as: ErrorCode, message: string): DomainError =>
    new DomainError(as, message, undefined, { cause: error });
  if (code === FULL || code === WRITE_FAILED)
    return explain('storage_full', `The database cannot be written: ${error.message}. Make room and try again.`);
  switch (code & 0xff) {
    case READONLY: {
      // SQLite also refuses a file that was moved.
      const gone = file.isReadOnly ? undefined : file.problem();
      return gone === undefined ? explain('storage_read_only', file.readOnly) : explain('storage_unavailable', gone);
    }
    case IOERR:
      return explain('storage_unavailable', `The disk of the database fails: ${error.message}. Look at the disk.`);
    default:
      return error;
  }
}
