import { DomainError } from '../../domain/errors.js';
import { handled } from '../../domain/handled.js';
import type { BeginRequest, FromParser, GiveWayRequest, OpenRequest, ToParser } from './parser-protocol.js';
import type { ParserPool, ParserThread } from './parser-pool.js';
import type { ReadListener } from '../folding/stretches.js';
import { unreadable } from '../sources/source.js';
import { closeSpoolFile, openSpoolFile } from '../folding/spool-file.js';

/** Spool files per thread: the next span is written to one while the other is being applied. */
export const SPOOLS = 2;

export type Answer = Exclude<FromParser, { kind: 'progress' }>;

export interface ParserOptions {
  readonly pool: ParserPool;
  /** The key with which identities of messages are hashed, as four words. */
  readonly identityKey: Uint32Array;
  /** The id of the ingestion, if batches get the entries of the log; undefined for no entries. */
  readonly logged: number | undefined;
  /** The folder of the spool files. */
  readonly spoolFolder: string;
}

/** A parser thread with its spool files, for one source. */
export class ParserClient {
  /** The descriptors of the spool files, which take turns. */
  readonly spools: readonly number[];
  /** The reason why the thread has ended; undefined while it runs. */
  private failure: Error | undefined;
  /** The requests that wait for an answer, in their order. */
  private readonly waiting: { resolve: (answer: Answer) => void; reject: (error: unknown) => void }[] = [];

  /** @param name of the source: the path of a file, or the name of an upload */
  constructor(
    private readonly name: string,
    private readonly options: ParserOptions,
    private readonly onRead: ReadListener,
    private readonly thread: ParserThread = options.pool.take(),
  ) {
    try {
      this.spools = Array.from({ length: SPOOLS }, () => openSpoolFile(options.spoolFolder));
    } catch (error) {
      void this.thread.terminate();
      throw error;
    }
    this.thread.on('message', this.take);
    this.thread.on('error', this.fail);
    this.thread.on('exit', this.failAtExit);
    const { identityKey, logged } = options;
    this.thread.postMessage({ kind: 'open', identityKey, logged });
  }

  /** Number of requests that are not answered yet. */
  get pending(): number {
    return this.waiting.length;
  }

  /** Sends a request that has no answer. */
  tell(request: BeginRequest): void {
    this.thread.postMessage(request);
  }

  ask(request: Exclude<ToParser, OpenRequest | BeginRequest | GiveWayRequest>): Promise<Answer> {
    const answer = this.failure
      ? Promise.reject<Answer>(this.failure)
      : new Promise<Answer>((resolve, reject) => this.waiting.push({ resolve, reject }));
    this.thread.postMessage(request);
    return handled(answer);
  }

  /** @param isDone true when the source was read to its end, so that the thread may serve another one */
  async close(isDone = false): Promise<void> {
    if (isDone && !this.failure && this.waiting.length === 0) {
      this.thread.off('message', this.take);
      this.thread.off('error', this.fail);
      this.thread.off('exit', this.failAtExit);
      await this.options.pool.giveBack(this.thread);
    } else {
      await this.thread.terminate();
    }
    this.spools.forEach(closeSpoolFile);
  }

  private readonly take = (message: FromParser): void => {
    if (message.kind === 'progress') this.onRead(message);
    else if (message.kind === 'failed') this.waiting.shift()?.reject(this.errorOf(message));
    else this.waiting.shift()?.resolve(message);
  };

  /** Rejects all requests that wait, and lets later requests fail, because the thread has ended. */
  private readonly fail = (error: Error): void => {
    this.failure ??= error;
    for (const { reject } of this.waiting.splice(0)) reject(this.failure);
  };

  private readonly failAtExit = (): void => this.fail(new Error('A parser thread has ended.'));

  private errorOf({ what, message, code }: Extract<FromParser, { kind: 'failed' }>): Error {
    if (what === 'storage') return new DomainError('storage_full', message);
    if (what === 'source') return unreadable(this.name, Object.assign(new Error(message), { code }));
    return new Error(message);
  }
}
