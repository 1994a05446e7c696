import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import type { FromIndexer, IndexerData } from './indexer-protocol.js';

/** Starts a thread of `indexer.worker.ts`. */
export type StartIndexer = (data: IndexerData) => Worker;

/** Keeps the search index of a database up to date in a thread of its own, so that requests do not wait for it. */
export class IndexerClient {
  private thread: Worker | undefined;

  constructor(
    private readonly data: IndexerData,
    private readonly startThread: StartIndexer,
  ) {}

  /** @param onFailure is told why the index falls behind; the thread tries again by itself */
  start(onFailure: (failure: string) => void): void {
    if (this.thread) return;
    const thread = this.startThread(this.data);
    thread.on('message', ({ failure }: FromIndexer) => onFailure(failure));
    thread.on('error', (error) => onFailure(error.stack ?? error.message));
    // A thread that could not open the database has ended before it is stopped.
    thread.on('exit', () => {
      if (this.thread === thread) this.thread = undefined;
    });
    this.thread = thread;
  }

  /** Stops the thread, and waits until it has closed the database. */
  async stop(): Promise<void> {
    const { thread } = this;
    if (!thread) return;
    this.thread = undefined;
    const exit = once(thread, 'exit').catch(() => undefined);
    thread.postMessage('stop');
    await exit;
  }
}
