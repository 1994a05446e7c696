import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError } from '../../domain/errors.js';
import { failPoint } from '../../domain/fail-point.js';
import type { BatchBuilder } from './batch-builder.js';

/** The place of a chunk of messages of one bucket in a spool file. */
export interface SpooledChunk {
  readonly bucket: number;
  /** Bytes before the chunk. */
  readonly offset: number;
  /** Size of the chunk. */
  readonly bytes: number;
}

/** The messages of a bucket that come from one range of a source. */
export interface SpooledRange {
  /** The descriptor of the spool file. */
  readonly spool: number;
  /** Lines of the source before the line from which the range counts. */
  readonly linesBefore: number;
  readonly chunks: readonly SpooledChunk[];
}

/**
 * Creates a spool file, which takes messages on their way to the fold. Its name is removed before this returns, so the file is gone
 * when the process ends, in whatever way. Threads of this process share the descriptor.
 * @returns the descriptor
 * @throws DomainError `storage_full` if there is no room for it
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

/** Writes chunks of messages to a spool file, one after the other. */
export class SpoolWriter {
  readonly chunks: SpooledChunk[] = [];
  /** True when a bucket has as many bytes as it may have. */
  isFull = false;
  private readonly bytesOfBuckets: number[] = [];

  /**
   * @param bucketBytes the most bytes of a bucket
   * @param offset of the first chunk, in bytes
   */
  constructor(
    private readonly fd: number,
    private readonly bucketBytes: number,
    private offset = 0,
  ) {}

  /** @throws DomainError `storage_full` */
  write(bucket: number, chunk: Uint8Array): void {
    for (let done = 0; done < chunk.length;) {
      done += explained(() => writeSync(this.fd, chunk, done, chunk.length - done, this.offset + done));
    }
    failPoint('spool:chunk-written');
    this.chunks.push({ bucket, offset: this.offset, bytes: chunk.length });
    this.offset += chunk.length;
    const bytes = (this.bytesOfBuckets[bucket] ?? 0) + chunk.length;
    this.bytesOfBuckets[bucket] = bytes;
    this.isFull ||= bytes >= this.bucketBytes;
  }
}

/** Adds spooled messages to the batch of a builder, in the order of the chunks. */
export function addChunks(builder: BatchBuilder, { spool, linesBefore, chunks }: SpooledRange): void {
  for (const { offset, bytes } of chunks) {
    const read = (target: Uint8Array): void => {
      for (let done = 0; done < bytes;) {
        const read = readSync(spool, target, done, bytes - done, offset + done);
        if (read === 0) throw new Error('The spool file is shorter than what was written to it.');
        done += read;
      }
    };
    builder.addChunk(bytes, read, linesBefore);
  }
}

const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

function explained<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!NO_ROOM.has(code)) throw error;
    const message = `There is no room for the messages that were read: ${(error as Error).message}. Make room and try again.`;
    throw new DomainError('storage_full', message, undefined, { cause: error });
  }
}
