import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError } from '../../domain/errors.js';
import type { BatchBuilder } from './batch-builder.js';

/** Where a chunk of messages of one bucket is in a file. */
export interface SpooledChunk {
  readonly bucket: number;
  /** In bytes. */
  readonly offset: number;
  readonly bytes: number;
}

/**
 * Creates the file that takes the messages of a source on their way to the fold. It has no name any more when this returns,
 * so it is gone with the process, however that ends. Threads of this process share the descriptor.
 * @throws DomainError `storage_full` when there is no room for it
 */
export function openSpoolFile(folder: string): number {
  const path = join(folder, `.roster-spool-${randomUUID()}`);
  const fd = explained(() => openSync(path, 'wx+', 0o600));
  unlinkSync(path);
  return fd;
}

export function closeSpoolFile(fd: number): void {
  closeSync(fd);
}

/** Writes chunks one after the other. */
export class SpoolWriter {
  readonly chunks: SpooledChunk[] = [];

  /** @param offset where the first goes */
  constructor(
    private readonly fd: number,
    private offset = 0,
  ) {}

  /** @throws DomainError `storage_full` */
  write(bucket: number, chunk: Uint8Array): void {
    for (let done = 0; done < chunk.length;) {
      done += explained(() => writeSync(this.fd, chunk, done, chunk.length - done, this.offset + done));
    }
    this.chunks.push({ bucket, offset: this.offset, bytes: chunk.length });
    this.offset += chunk.length;
  }
}

/** Adds spooled messages to the part of a builder, in the order of the chunks. */
export function addChunks(builder: BatchBuilder, fd: number, chunks: readonly SpooledChunk[]): void {
  for (const { offset, bytes } of chunks) {
    builder.addChunk(bytes, (target) => {
      for (let done = 0; done < bytes;) {
        const read = readSync(fd, target, done, bytes - done, offset + done);
        if (read === 0) throw new Error('The spool file is shorter than what was written to it.');
        done += read;
      }
    });
  }
}

const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

function explained<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!NO_ROOM.has(code)) throw error;
    const message = `There is no room for what is read: ${(error as Error).message}. Make room and try again.`;
    throw new DomainError('storage_full', message, undefined, { cause: error });
  }
}
