import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import type { FoldedBatches } from '../../../domain/customer/customer-repository.js';
import { DomainError } from '../../../domain/errors.js';
import type { Checkpoint, IngestionCounts } from '../../../domain/ingestion/ingestion.js';
import type { FoldedBatch } from '../../../domain/customer/folded-batch.js';
import { handled } from '../../../domain/handled.js';
import type { PartTurn } from '../../write-queue.js';
import type { ApplierData, FromApplier, ToApplier } from './applier-protocol.js';

/** Batches that may be on their way to the thread, so that it need not wait for the next. */
const BATCHES_AHEAD = 2;

/** Starts a thread of `applier.worker.ts`. */
export type StartApplier = (data: ApplierData) => Worker;

interface Waiting {
  readonly resolve: (answer: FromApplier) => void;
  readonly reject: (error: Error) => void;
}

/** The thread that applies stretches to a database over a connection of its own, while the calling thread keeps answering. */
export class ApplierClient {
  private thread: Worker | undefined;
  private waiting: Waiting[] = [];
  private onAborted = (): void => undefined;
  private turn: PartTurn | undefined;
  /** Why the thread has ended, once it has. */
  private ended = new Error('There is no applying thread.');

  constructor(
    private readonly data: ApplierData,
    private readonly startThread: StartApplier,
  ) {}

  /**
   * Applies a stretch in one transaction of the thread, or in parts while live messages come. The caller must not ask for two at a time.
   * @param turn of the calling thread, which the thread leaves between two parts
   * @throws what the thread or the source of the batches throws; then the part under way was not applied
   */
  async apply(batches: FoldedBatches, checkpoint: Checkpoint, turn: PartTurn): Promise<IngestionCounts> {
    this.turn = turn;
    const thread = (this.thread ??= this.start());
    const send = (request: ToApplier, transfer?: ArrayBuffer[]): void => thread.postMessage(request, transfer);
    send({ kind: 'begin', ingestionId: checkpoint.ingestionId });
    const stretch = new AbortController();
    try {
      const pending: Promise<void>[] = [];
      for await (const batch of batches) {
        pending.push(this.applyBatch(thread, batch, stretch.signal));
        if (pending.length >= BATCHES_AHEAD) await pending.shift();
      }
      await Promise.all(pending);
      const done = this.answer(thread);
      send({ kind: 'finish', checkpoint });
      const answer = await done;
      if (answer.kind !== 'committed') throw new Error(`The thread answered ${answer.kind} to the end of a stretch.`);
      return answer.counts;
    } catch (error) {
      stretch.abort();
      if (this.thread !== thread) throw error;
      // Answers to earlier requests may still come before this one.
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
    const request: ToApplier = { kind: 'stop' };
    thread.postMessage(request);
    await exit;
  }

  private applyBatch(thread: Worker, batch: FoldedBatch, signal: AbortSignal): Promise<void> {
    const send = async (kind: 'batch' | 'rest', { data }: FoldedBatch): Promise<FromApplier> => {
      const answer = this.answer(thread);
      const request: ToApplier = { kind, batch: data };
      thread.postMessage(
        request,
        [...data.rows, data.names].map(({ buffer }) => buffer),
      );
      return answer;
    };
    const done = send('batch', batch).then(async ({ kind }) => {
      if (kind !== 'incomplete') return;
      const rest = await batch.complete();
      // After an abort the thread would not answer.
      signal.throwIfAborted();
      await send('rest', rest);
    });
    return handled(done);
  }

  private answer(thread: Worker): Promise<FromApplier> {
    // A thread that has ended answers nothing.
    if (this.thread !== thread) return Promise.reject(this.ended);
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  private start(): Worker {
    const thread = this.startThread(this.data);
    const send = (request: ToApplier): void => thread.postMessage(request);
    thread.on('message', (answer: FromApplier) => {
      if (answer.kind === 'failed') this.failAll(errorOf(answer));
      else if (answer.kind === 'leaves') this.turn?.leave();
      else if (answer.kind === 'returns') void this.turn?.take().then(() => send({ kind: 'go on' }));
      else if (answer.kind === 'aborted') this.end(new Error('The stretch was given up.'));
      else this.waiting.shift()?.resolve(answer);
    });
    this.ended = new Error('The applying thread has ended.');
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

/** The failure that a thread has told. */
export function errorOf({ message, code }: Pick<Extract<FromApplier, { kind: 'failed' }>, 'message' | 'code'>): Error {
  return code === undefined ? new Error(message) : new DomainError(code, message);
}
