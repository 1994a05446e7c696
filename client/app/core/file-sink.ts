/** Writes a file chunk by chunk. Until `close` no file looks complete. */
export interface FileSink {
  /** @throws FileFailure when the chunk can not be written: the disk is full, or the file was removed */
  write(chunk: Uint8Array<ArrayBuffer>): Promise<void>;
  /** @throws FileFailure as `write` does */
  close(): Promise<void>;
  /** Removes what was written. Never throws. */
  discard(): Promise<void>;
}

/** A file could not be written; the message says why and is shown to the user. */
export class FileFailure extends Error {}

/** Chromium only: https://wicg.github.io/file-system-access/#api-showsavefilepicker. */
type Picker = (options: { readonly suggestedName: string }) => Promise<PickedFile>;
type PickedFile = FileSystemFileHandle & { remove?(): Promise<void> };

/** Size of the blobs that collect chunks (bytes). A browser moves many blobs to the disk. */
const BLOB_BYTES = 4 * 1024 * 1024;

/**
 * Asks where to save, if the browser can write to the disk; else collects the file in memory and downloads it at the end. Call
 * it only in the handler of a click or a key.
 * @param type media type, such as `text/csv`
 * @returns null when the user cancelled
 * @throws FileFailure when no file can be created at that place
 */
export async function openFile(name: string, type: string): Promise<FileSink | null> {
  const { showSaveFilePicker: pick } = globalThis as { readonly showSaveFilePicker?: Picker };
  if (!pick) return new DownloadedFile(name, type);
  let file: PickedFile;
  try {
    file = await pick({ suggestedName: name });
  } catch (error) {
    // The browser forbids it, such as in a frame, and the user can not change that.
    return error instanceof DOMException && error.name === 'AbortError' ? null : new DownloadedFile(name, type);
  }
  return DiskFile.open(file);
}

/** Writes through the browser, which keeps the data beside the chosen file and replaces the file when it is closed. */
class DiskFile implements FileSink {
  private constructor(
    private readonly file: PickedFile,
    private readonly stream: FileSystemWritableFileStream,
  ) {}

  static async open(file: PickedFile): Promise<DiskFile> {
    try {
      return new DiskFile(file, await orFailure(file.createWritable()));
    } catch (error) {
      await removeFile(file);
      throw error;
    }
  }

  write(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    return orFailure(this.stream.write(chunk));
  }

  close(): Promise<void> {
    return orFailure(this.stream.close());
  }

  async discard(): Promise<void> {
    await this.stream.abort().catch(() => undefined);
    await removeFile(this.file);
  }
}

class DownloadedFile implements FileSink {
  private readonly blobs: Blob[] = [];
  private chunks: Uint8Array<ArrayBuffer>[] = [];
  private waiting = 0;

  constructor(
    private readonly name: string,
    private readonly type: string,
  ) {}

  write(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    this.chunks.push(chunk);
    this.waiting += chunk.length;
    if (this.waiting >= BLOB_BYTES) {
      this.blobs.push(new Blob(this.chunks));
      [this.chunks, this.waiting] = [[], 0];
    }
    return Promise.resolve();
  }

  close(): Promise<void> {
    const url = URL.createObjectURL(new Blob([...this.blobs, ...this.chunks], { type: this.type }));
    const link = document.createElement('a');
    link.href = url;
    link.download = this.name;
    link.click();
    // The browser has read the URL by the next turn of the event loop.
    setTimeout(() => URL.revokeObjectURL(url));
    return Promise.resolve();
  }

  discard(): Promise<void> {
    return Promise.resolve();
  }
}

/** Removes the empty file that choosing a place has left there. */
async function removeFile(file: PickedFile): Promise<void> {
  await file.remove?.().catch(() => undefined);
}

async function orFailure<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw new FileFailure($localize`The file could not be written. Is there room, and may you write there?`, { cause });
  }
}
