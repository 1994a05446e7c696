/** Takes a file as it comes. Until `close` there is none that looks whole. */
export interface FileSink {
  /** @throws FileFailure when it cannot be kept: the disk is full, or the file was taken away */
  write(chunk: Uint8Array<ArrayBuffer>): Promise<void>;
  /** @throws FileFailure as `write` does */
  close(): Promise<void>;
  /** Leaves nothing behind. Never throws. */
  discard(): Promise<void>;
}

/** A file could not be made; the message says why, to a person. */
export class FileFailure extends Error {}

/** In Chromium alone: https://wicg.github.io/file-system-access/#api-showsavefilepicker. */
type Picker = (options: { readonly suggestedName: string }) => Promise<PickedFile>;
type PickedFile = FileSystemFileHandle & { remove?(): Promise<void> };

/** Chunks are put away in blobs of this size, which a browser keeps on disk when there are many. */
const BLOB_BYTES = 4 * 1024 * 1024;

/**
 * Asks where to save, if the browser can write to the disk; else the file is put together in memory, and then downloaded. Only where a
 * person has just clicked or pressed a key.
 * @param type such as `text/csv`
 * @returns null when the person thought better of it
 * @throws FileFailure when there cannot be a file at that place
 */
export async function openFile(name: string, type: string): Promise<FileSink | null> {
  const { showSaveFilePicker: pick } = globalThis as { readonly showSaveFilePicker?: Picker };
  if (!pick) return new DownloadedFile(name, type);
  let file: PickedFile;
  try {
    file = await pick({ suggestedName: name });
  } catch (error) {
    // What is forbidden here, such as in a frame, is not for the person to solve.
    return error instanceof DOMException && error.name === 'AbortError' ? null : new DownloadedFile(name, type);
  }
  return DiskFile.open(file);
}

/** The browser writes beside the place that was chosen, and puts the file there when it is closed. */
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
    // The browser has taken hold of it by the next turn.
    setTimeout(() => URL.revokeObjectURL(url));
    return Promise.resolve();
  }

  discard(): Promise<void> {
    return Promise.resolve();
  }
}

/** Choosing a place leaves an empty file there. */
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
