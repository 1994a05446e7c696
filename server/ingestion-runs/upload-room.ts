import { randomUUID } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { DomainError } from '../domain/errors.js';
import type { HttpLimits } from '../http/limits.js';

/** Bytes of a read from a spooled upload. */
const READ_BYTES = 64 * 1024;
const OWNER_ONLY = 0o600;

/** Limits of uploads, with the time in milliseconds that an upload may be without a byte. */
export type UploadLimits = HttpLimits['uploads'] & Pick<HttpLimits['bodies'], 'idleMs'>;

/** An upload that may be ingested now. */
export interface AdmittedUpload {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Gives the room back. Must be called when the ingestion has ended. */
  readonly leave: () => void;
}

/** An upload on its way into a spool file. */
interface Arrival {
  readonly began: number;
  /** Bytes that have arrived. */
  length: number;
  readonly cut: AbortController;
}

/**
 * Gives uploads room. A few are ingested while they arrive. Any other one is written to a spool file first, and ingested when it has
 * arrived: a slow one then keeps nobody out. When that room is taken as well, the slowest of the older ones is cut.
 */
export class UploadRoom {
  private direct = 0;
  private spooledBytes = 0;
  private readonly arrivals = new Set<Arrival>();

  /** @param folder where spool files are; they have no name, and disappear with the process */
  constructor(private readonly folder: string) {}

  /**
   * Resolves when the upload may be ingested: at once, or when it has arrived.
   * @throws DomainError `busy`; `request_timeout`; `source_unreadable` if it breaks off
   */
  async admit(body: IncomingMessage, limits: UploadLimits): Promise<AdmittedUpload> {
    if (this.direct >= limits.direct) return this.spool(body, limits);
    this.direct++;
    return { bytes: arriving(body, limits.idleMs), leave: () => this.direct-- };
  }

  private async spool(body: IncomingMessage, limits: UploadLimits): Promise<AdmittedUpload> {
    if (this.arrivals.size >= limits.spooled) this.makeRoom(limits);
    const arrival: Arrival = { began: performance.now(), length: 0, cut: new AbortController() };
    this.arrivals.add(arrival);
    let file: FileHandle | undefined;
    try {
      file = await openUnnamed(this.folder);
      for await (const chunk of arriving(body, limits.idleMs, arrival.cut.signal)) {
        this.spooledBytes += chunk.length;
        arrival.length += chunk.length;
        if (this.spooledBytes > limits.spooledBytes) throw busy();
        await file.writeFile(chunk);
      }
    } catch (error) {
      this.free(arrival, file);
      throw failureOf(error, body);
    } finally {
      this.arrivals.delete(arrival);
    }
    const spooled = file;
    return { bytes: read(spooled), leave: () => this.free(arrival, spooled) };
  }

  /** Cuts the slowest upload that is old enough. @throws DomainError `busy` if there is none */
  private makeRoom({ yieldsAfterMs }: UploadLimits): void {
    const now = performance.now();
    const rate = ({ began, length }: Arrival): number => length / (now - began);
    const slowest = [...this.arrivals]
      .filter(({ began, cut }) => now - began >= yieldsAfterMs && !cut.signal.aborted)
      .sort((a, b) => rate(a) - rate(b))
      .at(0);
    if (!slowest) throw busy();
    slowest.cut.abort();
  }

  private free({ length }: Arrival, file: FileHandle | undefined): void {
    this.spooledBytes -= length;
    file?.close().catch(() => undefined);
  }
}

/**
 * Yields the bytes of a body while they arrive.
 * @param cut ends it with `busy`
 * @throws DomainError `request_timeout` after a time without a byte, `busy`; the error of the stream when it breaks off
 */
async function* arriving(body: IncomingMessage, idleMs: number, cut?: AbortSignal): AsyncGenerator<Buffer> {
  // The connection still has to carry the answer.
  const chunks = body.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>; // safe: the body has no encoding
  for (;;) {
    const next = await within(chunks.next(), idleMs, cut);
    if (next.done === true) return;
    yield next.value;
  }
}

function within<T>(work: Promise<T>, idleMs: number, cut: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      cut?.removeEventListener('abort', stop);
    };
    const stop = (): void => {
      settle();
      reject(busy());
    };
    const timer = setTimeout(() => {
      settle();
      reject(new DomainError('request_timeout', 'The upload stalled: no byte came for too long.'));
    }, idleMs);
    cut?.addEventListener('abort', stop);
    work.then(resolve, reject).finally(settle);
  });
}

async function openUnnamed(folder: string): Promise<FileHandle> {
  const path = join(folder, `.roster-upload-${randomUUID()}`);
  const file = await open(path, 'wx+', OWNER_ONLY);
  await unlink(path);
  return file;
}

async function* read(file: FileHandle): AsyncGenerator<Uint8Array> {
  for (let at = 0; ;) {
    // Each chunk has memory of its own, as its reader passes it on to a thread.
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(READ_BYTES), 0, READ_BYTES, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** Explains why an upload did not get into its spool file. */
function failureOf(error: unknown, body: IncomingMessage): unknown {
  if (error instanceof DomainError) return error;
  if (body.errored) return new DomainError('source_unreadable', 'The upload broke off.', undefined, { cause: error });
  const isFull = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
  return isFull
    ? new DomainError('storage_full', 'The disk has no room for the upload.', undefined, { cause: error })
    : error;
}

function busy(): DomainError {
  return new DomainError('busy', 'As many uploads as there is room for are under way. Send this one again later.');
}
