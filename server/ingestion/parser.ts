import type { Worker } from 'node:worker_threads';
import { DomainError } from '../domain/errors.js';
import type { FromParser, ToParser } from './parser-protocol.js';
import { takeParserThread } from './parser-threads.js';
import type { ReadListener } from './parts.js';
import { unreadable } from './source.js';
import { closeSpoolFile, openSpoolFile } from './spool-file.js';

/** Spool files of a thread: one takes what it reads while another has what is merged. */
export const SPOOLS = 2;

export type Answer = Exclude<FromParser, { kind: 'progress' }>;

/** A parser thread with its spool files. */
export class Parser {
  /** The descriptors of its spool files, which take turns. */
  readonly spools: readonly number[];
  private readonly thread: Worker;
  /** Those who wait for an answer, in the order of their requests. */
  private readonly waiting: { resolve: (answer: Answer) => void; reject: (error: unknown) => void }[] = [];

  /** @param path of the file that it reads */
  constructor(
    private readonly path: string,
    { identityKey, spoolFolder }: { readonly identityKey: Uint32Array; readonly spoolFolder: string },
    onRead: ReadListener,
  ) {
    this.spools = Array.from({ length: SPOOLS }, () => openSpoolFile(spoolFolder));
    this.thread = takeParserThread();
    this.thread.on('message', (message: FromParser) => {
      if (message.kind === 'progress') onRead(message);
      else if (message.kind === 'failed') this.waiting.shift()?.reject(this.errorOf(message));
      else this.waiting.shift()?.resolve(message);
    });
    this.thread.on('error', (error) => {
      for (const { reject } of this.waiting.splice(0)) reject(error);
    });
    const opening: ToParser = { kind: 'open', identityKey };
    this.thread.postMessage(opening);
  }

  ask(request: ToParser): Promise<Answer> {
    const answer = new Promise<Answer>((resolve, reject) => this.waiting.push({ resolve, reject }));
    // Whoever waits for it hears of a failure; another may have come before.
    answer.catch(() => undefined);
    this.thread.postMessage(request);
    return answer;
  }

  async close(): Promise<void> {
    await this.thread.terminate();
    this.spools.forEach(closeSpoolFile);
  }

  private errorOf({ what, message, code }: Extract<FromParser, { kind: 'failed' }>): Error {
    if (what === 'storage') return new DomainError('storage_full', message);
    if (what === 'source') return unreadable(this.path, Object.assign(new Error(message), { code }));
    return new Error(message);
  }
}
