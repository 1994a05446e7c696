import { randomUUID } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { DomainError } from '../domain/errors.js';
import { ByteBudget, type Release } from '../http/byte-budget.js';
import { SPOOL_LIMITS, type SpoolLimits } from '../http/limits.js';

const MIB = 1024 * 1024;
/** Room is taken in steps of this size, in bytes. */
const STEP = 8 * MIB;
const NO_ROOM = new Set<unknown>(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Takes the bytes of an export. */
export interface SpoolWriter {
  write(chunk: Uint8Array): Promise<void>;
  /** Drops what was written. */
  restart(): Promise<void>;
}

/** Keeps exports in files while they are sent. */
export class Spools {
  private readonly open = new Set<Spool>();
  private readonly writers: ByteBudget;
  private readonly room: ByteBudget;

  /** @param folder in which the files lie */
  constructor(
    private readonly folder: string,
    private readonly limits: SpoolLimits = SPOOL_LIMITS,
  ) {
    const { writers, waiting, patienceMs, bytes } = limits;
    this.writers = new ByteBudget({ bytes: writers, waiting, patienceMs }, BUSY);
    this.room = new ByteBudget({ bytes, waiting, patienceMs }, FULL);
  }

  /**
   * Writes a spool, when it is its turn.
   * @param signal is aborted when the client leaves
   * @throws DomainError `busy`, `storage_full`; the reason of the signal; anything that `fill` throws
   */
  async write(signal: AbortSignal, fill: (writer: SpoolWriter) => Promise<void>): Promise<Spool> {
    const release = await this.writers.take(1, signal);
    try {
      const onEnd = (ended: Spool): unknown => this.open.delete(ended);
      const spool = new Spool(await createUnnamed(this.folder), this.room, this.limits.bytes, signal, onEnd);
      this.open.add(spool);
      try {
        await fill(spool);
        return spool;
      } catch (error) {
        await spool.close();
        throw error;
      }
    } finally {
      release();
    }
  }

  /** Ends all exports that were begun, as they may hold a customer that was erased. */
  drop(): void {
    for (const spool of this.open) spool.drop();
  }
}

/** A file without a name, so it is gone when the process ends, in whatever way. */
export class Spool implements SpoolWriter {
  private written = 0;
  private readonly releases: Release[] = [];
  private isDropped = false;
  private reading: Readable | undefined;

  constructor(
    private readonly file: FileHandle,
    private readonly room: ByteBudget,
    private readonly most: number,
    private readonly signal: AbortSignal,
    private readonly onEnd: (spool: Spool) => unknown,
  ) {}

  /** Length of the export. */
  get bytes(): number {
    return this.written;
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (this.isDropped) throw new DomainError('busy', DROPPED);
    if (this.written + chunk.length > this.most) throw tooLong(this.most);
    while (this.written + chunk.length > this.releases.length * STEP) {
      this.releases.push(await this.room.take(STEP, this.signal));
    }
    for (let done = 0; done < chunk.length;) {
      const { bytesWritten } = await explained(this.file.write(chunk, done, chunk.length - done, this.written + done));
      done += bytesWritten;
    }
    this.written += chunk.length;
  }

  async restart(): Promise<void> {
    await this.file.truncate();
    this.written = 0;
  }

  /** Reads it from its start. The file is closed at the end, or when the stream is destroyed. */
  stream(): Readable {
    this.reading = this.file.createReadStream({ start: 0 }).once('close', () => this.release());
    // Its reader, if there is one yet, is told as well.
    this.reading.on('error', () => undefined);
    if (this.isDropped) this.reading.destroy(new Error(DROPPED));
    return this.reading;
  }

  /** Ends the export wherever it is: nothing more of it is sent. */
  drop(): void {
    this.isDropped = true;
    this.reading?.destroy(new Error(DROPPED));
  }

  async close(): Promise<void> {
    this.release();
    await this.file.close();
  }

  private release(): void {
    this.onEnd(this);
    for (const release of this.releases.splice(0)) release();
  }
}

async function createUnnamed(folder: string): Promise<FileHandle> {
  const path = join(folder, `.roster-spool-${randomUUID()}`);
  const file = await explained(open(path, 'wx+', 0o600));
  await unlink(path);
  return file;
}

const BUSY = 'The server is preparing as many exports as it can. Try again.';
const DROPPED = 'A customer was erased while the export was prepared or sent. Export again.';
const FULL = 'The exports under way take all the room that they may have. Try again.';

function tooLong(bytes: number): DomainError {
  const message = `An export has at most ${bytes / MIB} MiB. Select fewer customers.`;
  return new DomainError('invalid_request', message);
}

async function explained<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(typeof error === 'object' && error !== null && 'code' in error && NO_ROOM.has(error.code))) throw error;
    const message = 'There is no room for the export. Make room and try again.';
    throw new DomainError('storage_full', message, undefined, { cause: error });
  }
}
