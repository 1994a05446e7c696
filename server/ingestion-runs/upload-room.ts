import { randomUUID } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Arrivals, arriving, uploadFailure, uploadsBusy, type Arrival, type UploadLimits } from '../http/arriving.js';

/** Bytes of a read from a spooled upload. */
const READ_BYTES = 64 * 1024;
const OWNER_ONLY = 0o600;

/** An upload that may be ingested now. */
export interface AdmittedUpload {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Gives the room back. Must be called when the ingestion has ended. */
  readonly leave: () => void;
}

/**
 * Gives uploads room. A few are ingested while they arrive. Any other one is written to a spool file first, and ingested when it has
 * arrived: a slow one then keeps nobody out. When that room is taken as well, the slowest of the older ones is cut.
 */
export class UploadRoom {
  private direct = 0;
  private spooledBytes = 0;
  private readonly arrivals = new Arrivals();

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
    const arrival = this.arrivals.begin(limits);
    let file: FileHandle | undefined;
    try {
      file = await openUnnamed(this.folder);
      for await (const chunk of arriving(body, limits.idleMs, arrival.cut.signal)) {
        this.spooledBytes += chunk.length;
        arrival.length += chunk.length;
        if (this.spooledBytes > limits.spooledBytes) throw uploadsBusy();
        await file.writeFile(chunk);
      }
    } catch (error) {
      this.free(arrival, file);
      throw uploadFailure(error, body);
    } finally {
      this.arrivals.end(arrival);
    }
    const spooled = file;
    return { bytes: read(spooled), leave: () => this.free(arrival, spooled) };
  }

  private free({ length }: Arrival, file: FileHandle | undefined): void {
    this.spooledBytes -= length;
    file?.close().catch(() => undefined);
  }
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
