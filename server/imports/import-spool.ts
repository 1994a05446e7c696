import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, rm, stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { DomainError } from '../domain/errors.js';
import type { FoundFormat } from '../domain/import/sheet.js';
import { IMPORT_KEPT_MS } from '../domain/import/stored-import.js';
import { gunzip } from '../ingestion/sources/gunzip.js';
import { SheetFormatFinder } from '../spreadsheets/find-format.js';
import { Arrivals, arriving, uploadFailure, type UploadLimits } from '../http/arriving.js';

/** The names of the files. What stands behind a dot belongs to the file without it. */
const NAME = /^\.roster-import-[0-9a-f-]{36}(?=$|\.)/;
const OWNER_ONLY = 0o600;

/** A file that has arrived. */
export interface Spooled {
  readonly format: FoundFormat;
  /** In the folder of the spool. */
  readonly name: string;
  readonly bytes: number;
}

/** Keeps uploaded spreadsheets in files until they are imported: they outlive the process. */
export class ImportSpool {
  private readonly arrivals = new Arrivals();
  /** The files that arrive. */
  private readonly underWay = new Set<string>();
  /** Size of all files, as far as it is known. */
  private used = 0;

  /** @param folder in which the files lie */
  constructor(private readonly folder: string) {}

  /**
   * Removes the files that belong to no import, and are older than an import may be: another database may have its files in the folder.
   * @param known the names of the files of imports
   */
  async tidy(known: ReadonlySet<string>): Promise<void> {
    let used = 0;
    for (const file of await readdir(this.folder).catch(() => [])) {
      const name = NAME.exec(file)?.[0];
      if (name === undefined) continue;
      const found = await stat(join(this.folder, file)).catch(() => undefined);
      if (!found) continue;
      const isOver = !known.has(name) && !this.underWay.has(name) && found.mtimeMs + IMPORT_KEPT_MS < Date.now();
      if (isOver) await rm(join(this.folder, file), { force: true });
      else used += found.size;
    }
    this.used = used;
  }

  /**
   * Writes a body into a file, and finds out its form.
   * @throws DomainError `storage_full` when the files take all the room that they may have, or the disk is full; `busy`, `request_timeout`,
   * `source_unreadable` if it breaks off, `source_refused` if it is no sheet
   */
  async receive(body: IncomingMessage, limits: UploadLimits): Promise<Spooled> {
    if (this.used + Number(body.headers['content-length'] ?? 0) > limits.sheetBytes) throw full(limits.sheetBytes);
    const arrival = this.arrivals.begin(limits);
    const name = `.roster-import-${randomUUID()}`;
    const finder = new SheetFormatFinder();
    this.underWay.add(name);
    try {
      const file = await open(join(this.folder, name), 'wx', OWNER_ONLY);
      try {
        for await (const chunk of unzipped(body, arriving(body, limits.idleMs, arrival.cut.signal))) {
          arrival.length += chunk.length;
          this.used += chunk.length;
          if (this.used > limits.sheetBytes) throw full(limits.sheetBytes);
          finder.add(chunk);
          await file.writeFile(chunk);
        }
      } finally {
        await file.close();
      }
      return { name, bytes: arrival.length, format: await finder.found() };
    } catch (error) {
      await this.remove(name);
      throw uploadFailure(error, body);
    } finally {
      this.underWay.delete(name);
      this.arrivals.end(arrival);
    }
  }

  /** The path of a file. @param suffix of a file that belongs to it @throws Error for a name that is none of a spool */
  path(name: string, suffix: '' | '.rejects' | '.tries' = ''): string {
    if (NAME.exec(name)?.[0] !== name) throw new Error('A file of the spool has an unknown name.');
    return join(this.folder, name + suffix);
  }

  read(name: string): Readable {
    return createReadStream(this.path(name));
  }

  async has(name: string): Promise<boolean> {
    return stat(this.path(name)).then(
      (found) => found.isFile(),
      () => false,
    );
  }

  /** Removes a file with those that belong to it. */
  async remove(name: string): Promise<void> {
    for (const path of [this.path(name), this.path(name, '.rejects'), this.path(name, '.tries')]) {
      const found = await stat(path).catch(() => undefined);
      await rm(path, { force: true });
      this.used -= found?.size ?? 0;
    }
  }
}

/** The bytes of a body that says that it is gzip, or of another one as they are. */
function unzipped(body: IncomingMessage, bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return /\bgzip\b/i.test(body.headers['content-encoding'] ?? '') ? gunzip(bytes) : bytes;
}

function full(bytes: number): DomainError {
  const message = `Spreadsheets that wait for their import may take ${bytes} bytes in all. Delete imports that are not needed, or send this one later.`;
  return new DomainError('storage_full', message);
}
