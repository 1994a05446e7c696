import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { DomainError } from '../../domain/errors.js';
import type { Source } from '../../domain/ingestion/ingestion.js';
import { gunzip } from './gunzip.js';

/** A source that can be read. */
export interface ReadableSource extends Source {
  /** True for a plain file, where an offset is a position in the file; false for a compressed file or a stream. */
  readonly seekable: boolean;
  /**
   * Yields the decompressed bytes from `offset` on.
   * @throws DomainError `source_unreadable`, after the last readable byte, when the source is damaged or cannot be read to its end
   */
  read(offset: number): AsyncIterable<Uint8Array>;
  /** Gives up the rest of the source. */
  close(): void;
}

/** Bytes at each end of a file that its fingerprint covers. */
const FINGERPRINT_BYTES = 64 * 1024;
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

/**
 * Opens a file as a source. A gzip file is recognised by its first bytes and decompressed.
 * @throws DomainError `source_unreadable` with the reason
 */
export async function openFile(path: string): Promise<ReadableSource> {
  const absolute = resolve(path);
  const stats = await stat(absolute).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (!stats.isFile()) {
    const kind = stats.isDirectory()
      ? 'a folder; name the files in it'
      : 'no regular file; use - to read standard input';
    throw new DomainError('source_unreadable', `${path} is ${kind}.`);
  }
  const { fingerprint, compressed } = await inspect(absolute, stats).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  return {
    name: path,
    path: absolute,
    size: stats.size,
    fingerprint,
    seekable: !compressed,
    // If the file grows meanwhile, it is read up to its size at the start. The next time it is another source.
    read: (offset) => decoded(path, fileBytes(absolute, compressed ? 0 : offset, stats.size), compressed ? offset : 0),
    close: () => undefined,
  };
}

/**
 * Opens a stream as a source: standard input or an upload. It can be read once, and may be compressed with gzip.
 * @param close gives the stream up, if its reader has to do that
 */
export function openStream(
  name: string,
  stream: AsyncIterable<Uint8Array>,
  close = (): void => undefined,
): ReadableSource {
  // A failed read must not destroy the stream: the connection of an upload still has to carry the answer.
  const chunks: AsyncIterable<Uint8Array> =
    stream instanceof Readable ? stream.iterator({ destroyOnReturn: false }) : stream;
  return {
    name,
    path: undefined,
    size: undefined,
    fingerprint: undefined,
    seekable: false,
    read: (offset) => decoded(name, chunks, offset),
    close,
  };
}

function fileBytes(path: string, start: number, size: number): Readable {
  if (start >= size) return Readable.from([]);
  return createReadStream(path, { start, end: size - 1 });
}

/** Makes a fingerprint from the size, the modification time and the bytes at both ends, and detects gzip. */
async function inspect(path: string, stats: Stats): Promise<{ fingerprint: string; compressed: boolean }> {
  const hash = createHash('sha1').update(`${stats.size} ${Math.floor(stats.mtimeMs)} `);
  const file = await open(path);
  let compressed = false;
  try {
    const buffer = Buffer.alloc(FINGERPRINT_BYTES);
    for (const position of [0, Math.max(0, stats.size - FINGERPRINT_BYTES)]) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
      hash.update(buffer.subarray(0, bytesRead));
      if (position === 0) compressed = beginsLikeGzip(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
  return { fingerprint: hash.digest('base64url'), compressed };
}

/** Yields the bytes of a source without the first `skip`. Decompresses them if they begin like gzip. */
async function* decoded(name: string, stream: AsyncIterable<Uint8Array>, skip: number): AsyncGenerator<Uint8Array> {
  let toSkip = skip;
  try {
    for await (const chunk of await gunzipped(stream)) {
      if (chunk.length > toSkip) yield chunk.subarray(toSkip);
      toSkip = Math.max(0, toSkip - chunk.length);
    }
  } catch (error) {
    throw unreadable(name, error);
  }
}

function beginsLikeGzip(bytes: Buffer): boolean {
  return bytes.subarray(0, GZIP_MAGIC.length).equals(GZIP_MAGIC);
}

async function gunzipped(stream: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const chunks = stream[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let length = 0;
  while (length < GZIP_MAGIC.length) {
    const next = await chunks.next();
    if (next.done === true) break;
    head.push(next.value);
    length += next.value.length;
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      yield* head;
      for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
    } finally {
      await chunks.return?.();
    }
  }
  return beginsLikeGzip(Buffer.concat(head)) ? gunzip(all()) : all();
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'cannot be read: permission denied',
  EPERM: 'cannot be read: permission denied',
  Z_BUF_ERROR: 'is a truncated gzip file',
  Z_DATA_ERROR: 'is a damaged gzip file',
};

/** @returns DomainError `source_unreadable` with the reason in words */
export function unreadable(name: string, error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const reason = REASONS[code] ?? `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  return new DomainError('source_unreadable', `${name === '-' ? 'Standard input' : name} ${reason}.`, undefined, {
    cause: error,
  });
}

/** True for a file of the data folder that is ingested at the start, by its name. */
export function isDataFile(path: string): boolean {
  return /\.(?:data|jsonl|ndjson)(?:\.gz)?$/.test(basename(path));
}
