import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DomainError } from '../domain/errors.js';

/**
 * Writes texts to a file, or to standard output when there is none, no faster than they can be taken.
 * A reader of standard output who has had enough (`| head`) ends the writing, and that is no error.
 * @throws DomainError `source_unreadable` when it cannot be written
 */
export async function writeChunks(file: string | undefined, chunks: Iterable<string>): Promise<void> {
  // Of objects, so that an empty piece does not count as the end; a few at a time, as each may be large.
  const source = Readable.from(chunks, { objectMode: true, highWaterMark: 4 });
  try {
    if (file === undefined) await pipeline(source, process.stdout, { end: false });
    else await pipeline(source, createWriteStream(file));
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    if (file === undefined && cause.code === 'EPIPE') return;
    const target = file ?? 'standard output';
    throw new DomainError('source_unreadable', `Cannot write ${target}: ${cause.message}.`, undefined, { cause });
  }
}

/** Of the file system, in contrast to a fault of the program. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return typeof error === 'object' && error !== null && 'syscall' in error;
}
