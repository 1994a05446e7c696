import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { FoldedBatches } from '../../../domain/customer/customer-repository.js';
import { DomainError } from '../../../domain/errors.js';
import type { Checkpoint, IngestionCounts } from '../../../domain/ingestion/ingestion.js';
import type { FoldedBatch } from '../../../domain/customer/folded-batch.js';
import type { FromMerger, MergerData, ToMerger } from './merger-protocol.js';

/** Parts that are on their way to the thread at a time, so that it need not wait for the next. */
const PARTS_AHEAD = 2;

let mergerFile: URL | undefined;

/** Says where the file of the merging thread is. Without it, parts are merged in the thread that asks. */
export function useMergerThread(file: URL): void {
  mergerFile = file;
}

/** True when {@link useMergerThread} was called. */
export function hasMergerThread(): boolean {
  return mergerFile !== undefined;
}

interface Waiting {
  readonly resolve: (answer: FromMerger) => void;
  readonly reject: (error: Error) => void;
}

/** The thread that merges into a database, over a connection of its own, while this one keeps answering. */
export class MergerThread {
  private thread: Worker | undefined;
  private waiting: Waiting[] = [];
  private onAborted = (): void => undefined;
  /** Why the thread has ended, once it has. */
  private ended = new Error('There is no merging thread.');

  constructor(private readonly path: string) {}

  /**
   * Merges in one transaction of the thread. Two at a time must not be asked for.
   * @throws what the thread throws, or who gives the parts; then nothing was merged
   */
  async merge(partials: FoldedBatches, checkpoint: Checkpoint): Promise<IngestionCounts> {
    const thread = (this.thread ??= this.start());
    const send = (request: ToMerger, transfer?: ArrayBuffer[]): void => thread.postMessage(request, transfer);
    send({ kind: 'begin', ingestionId: checkpoint.ingestionId });
    try {
      const pending: Promise<void>[] = [];
      for await (const partial of partials) {
        pending.push(this.mergePart(thread, partial));
        if (pending.length >= PARTS_AHEAD) await pending.shift();
      }
      await Promise.all(pending);
      const done = this.answer(thread);
      send({ kind: 'finish', checkpoint });
      const answer = await done;
      if (answer.kind !== 'committed') throw new Error(`The thread answered ${answer.kind} to the end of a merge.`);
      return answer.counts;
    } catch (error) {
      if (this.thread !== thread) throw error;
      // What was asked for before may be answered still.
      const aborted = new Promise<void>((resolve) => (this.onAborted = resolve));
      send({ kind: 'abort' });
      await aborted;
      throw error;
    }
  }

  /** Waits until the thread has let go of the database. */
  async stop(): Promise<void> {
    const { thread } = this;
    if (!thread) return;
    this.thread = undefined;
    const exit = once(thread, 'exit');
    const request: ToMerger = { kind: 'stop' };
    thread.postMessage(request);
    await exit;
  }

  private mergePart(thread: Worker, partial: FoldedBatch): Promise<void> {
    const send = async (kind: 'part' | 'rest', { data }: FoldedBatch): Promise<FromMerger> => {
      const answer = this.answer(thread);
      const request: ToMerger = { kind, partial: data };
      thread.postMessage(
        request,
        [...data.rows, data.names].map(({ buffer }) => buffer),
      );
      return answer;
    };
    const done = send('part', partial).then(async ({ kind }) => {
      if (kind === 'incomplete') await send('rest', await partial.complete());
    });
    // Whoever waits for it hears of a failure; another may have come before.
    done.catch(() => undefined);
    return done;
  }

  private answer(thread: Worker): Promise<FromMerger> {
    // A thread that has ended says nothing more.
    if (this.thread !== thread) return Promise.reject(this.ended);
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  private start(): Worker {
    if (!mergerFile) throw new Error('There is no file of the merging thread.');
    const workerData: MergerData = { path: this.path };
    const thread = new Worker(mergerFile, { workerData });
    thread.on('message', (answer: FromMerger) => {
      if (answer.kind === 'failed') this.failAll(errorOf(answer));
      else if (answer.kind === 'aborted') this.end(new Error('The merge was given up.'));
      else this.waiting.shift()?.resolve(answer);
    });
    this.ended = new Error('The merging thread has ended.');
    thread.on('error', (error) => {
      this.ended = error;
      this.failAll(error);
    });
    thread.on('exit', () => {
      if (this.thread === thread) this.thread = undefined;
      this.end(this.ended);
    });
    return thread;
  }

  private end(error: Error): void {
    this.failAll(error);
    this.onAborted();
  }

  private failAll(error: Error): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const { reject } of waiting) reject(error);
  }
}

function errorOf({ message, code }: Extract<FromMerger, { kind: 'failed' }>): Error {
  return code === undefined ? new Error(message) : new DomainError(code, message);
}
