import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** What the thread is told. */
export interface IndexerData {
  readonly path: string;
}

/** What the thread says: why it could not go on for a while. */
export interface FromIndexer {
  readonly failure: string;
}

let indexerFile: URL | undefined;

/** Says where the file of the indexer's thread is. Without it nothing is indexed, and searches look at customers one by one. */
export function useIndexerThread(file: URL): void {
  indexerFile = file;
}

/** Keeps the search index of a database up, in a thread of its own, so that requests need not wait for it. */
export class SearchIndexing {
  private thread: Worker | undefined;

  constructor(private readonly path: string) {}

  /** @param onFailure is told why the index falls behind; the thread tries again by itself */
  start(onFailure: (failure: string) => void): void {
    if (!indexerFile || this.thread) return;
    const data: IndexerData = { path: this.path };
    this.thread = new Worker(indexerFile, { workerData: data });
    this.thread.on('message', ({ failure }: FromIndexer) => onFailure(failure));
    this.thread.on('error', (error) => onFailure(error.stack ?? error.message));
  }

  /** Waits until the thread has let go of the database. */
  async stop(): Promise<void> {
    const { thread } = this;
    if (!thread) return;
    this.thread = undefined;
    const exit = once(thread, 'exit').catch(() => undefined);
    thread.postMessage('stop');
    await exit;
  }
}
