import type { Worker } from 'node:worker_threads';
import { DomainError } from '../../domain/errors.js';
import type { BeginRequest, FromParser, OpenRequest, ToParser } from './parser-protocol.js';
import { giveBackParserThread, takeParserThread } from './parser-threads.js';
import type { ReadListener } from '../folding/stretches.js';
import { unreadable } from '../sources/source.js';
import { closeSpoolFile, openSpoolFile } from '../folding/spool-file.js';

/** Spool files of a thread: one takes what it reads while another has what is merged. */
export const SPOOLS = 2;

export type Answer = Exclude<FromParser, { kind: 'progress' }>;

export interface ParserOptions {
  readonly identityKey: Uint32Array;
  /** Where the spool files are. */
  readonly spoolFolder: string;
}

/** A parser thread with its spool files. */
export class Parser {
  /** The descriptors of its spool files, which take turns. */
  readonly spools: readonly number[];
  /** Why the thread has ended, once it has. */
  private failure: Error | undefined;
  /** Those who wait for an answer, in the order of their requests. */
  private readonly waiting: { resolve: (answer: Answer) => void; reject: (error: unknown) => void }[] = [];

  /** @param path of the file that it reads, or the name of the source */
  constructor(
    private readonly path: string,
    { identityKey, spoolFolder }: ParserOptions,
    private readonly onRead: ReadListener,
    private readonly thread: Worker = takeParserThread(),
  ) {
    try {
      this.spools = Array.from({ length: SPOOLS }, () => openSpoolFile(spoolFolder));
    } catch (error) {
      void this.thread.terminate();
      throw error;
    }
    this.thread.on('message', this.take).on('error', this.fail).on('exit', this.failAtExit);
    const opening: OpenRequest = { kind: 'open', identityKey };
    this.thread.postMessage(opening);
  }

  /** Requests that were not answered yet. */
  get pending(): number {
    return this.waiting.length;
  }

  /** Of a request that has no answer. */
  tell(request: BeginRequest): void {
    this.thread.postMessage(request);
  }

  ask(request: Exclude<ToParser, OpenRequest | BeginRequest>): Promise<Answer> {
    const answer = this.failure
      ? Promise.reject<Answer>(this.failure)
      : new Promise<Answer>((resolve, reject) => this.waiting.push({ resolve, reject }));
    // Whoever waits for it hears of a failure; another may have come before.
    answer.catch(() => undefined);
    this.thread.postMessage(request);
    return answer;
  }

  /** @param isDone true when all that was asked was answered, so that another source can have the thread */
  async close(isDone = false): Promise<void> {
    if (isDone && !this.failure && this.waiting.length === 0) {
      this.thread.off('message', this.take).off('error', this.fail).off('exit', this.failAtExit);
      await giveBackParserThread(this.thread);
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

  /** A thread that has ended answers nothing, neither what it was asked nor what it will be. */
  private readonly fail = (error: Error): void => {
    this.failure ??= error;
    for (const { reject } of this.waiting.splice(0)) reject(this.failure);
  };

  private readonly failAtExit = (): void => this.fail(new Error('A parser thread has ended.'));

  private errorOf({ what, message, code }: Extract<FromParser, { kind: 'failed' }>): Error {
    if (what === 'storage') return new DomainError('storage_full', message);
    if (what === 'source') return unreadable(this.path, Object.assign(new Error(message), { code }));
    return new Error(message);
  }
}
