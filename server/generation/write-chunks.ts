import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DomainError } from '../domain/errors.js';

/**
 * Writes texts to a file, whose folder is made when missing, or to standard output if none is given, with back-pressure. If the reader of standard output closes it
 * (`| head`), writing ends without an error.
 * @throws DomainError `source_unreadable` when the target cannot be written
 */
export async function writeChunks(file: string | undefined, chunks: Iterable<string>): Promise<void> {
  // Object mode, because an empty piece would end a byte stream. Few pieces are buffered, because each may be large.
  const source = Readable.from(chunks, { objectMode: true, highWaterMark: 4 });
  try {
    if (file === undefined) {
      await pipeline(source, process.stdout, { end: false });
    } else {
      await mkdir(dirname(file), { recursive: true });
      await pipeline(source, createWriteStream(file));
    }
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    if (file === undefined && cause.code === 'EPIPE') return;
    const target = file ?? 'standard output';
    throw new DomainError('source_unreadable', `Cannot write ${target}: ${cause.message}.`, undefined, { cause });
  }
}

/** True for an error of a system call, as opposed to a fault of the program. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return typeof error === 'object' && error !== null && 'syscall' in error;
}
