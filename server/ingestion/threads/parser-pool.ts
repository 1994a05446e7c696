import type { Worker } from 'node:worker_threads';
import type { BackgroundThreads } from '../../config/thread-priority.js';
import type { FromParser, GiveWayRequest, ToParser } from './parser-protocol.js';

/** Time that a source waits for a busy thread to become free before a new one is started, in ms. A few times the cost of a start. */
const PATIENCE_MS = 100;
const GIVE_WAY: GiveWayRequest = { kind: 'give way' };

/** Options of a parser thread. The small young generation saves memory: the strings that readline makes die with their line. */
export const PARSER_WORKER = { resourceLimits: { maxYoungGenerationSizeMb: 8 } };

interface Listen {
  (event: 'message', listener: (message: FromParser) => void): unknown;
  (event: 'error', listener: (error: Error) => void): unknown;
  (event: 'exit', listener: () => void): unknown;
}

/** The members of a `Worker` that the calling thread uses. */
export interface ParserThread extends Pick<Worker, 'ref' | 'unref'> {
  readonly on: Listen;
  readonly off: Listen;
  postMessage(request: ToParser): void;
  terminate(): Promise<unknown>;
}

/** The parser threads of a process. */
export class ParserPool implements BackgroundThreads {
  private readonly all = new Set<ParserThread>();
  /** Threads that serve no source: prepared or given back. They do not keep the process from ending. */
  private readonly idle: ParserThread[] = [];
  /** The sources that wait for a thread, in the order in which they came. */
  private readonly waiting: ((thread: ParserThread) => void)[] = [];
  private givesWay = false;

  /** @param mostIdle the most idle threads that are kept for the next sources, which saves them the start of a thread */
  constructor(
    private readonly startThread: () => ParserThread,
    private readonly mostIdle = 0,
  ) {}

  giveWay(): void {
    if (this.givesWay) return;
    this.givesWay = true;
    for (const thread of this.all) thread.postMessage(GIVE_WAY);
  }

  /** Starts threads that will be needed soon, while the calling thread has other things to do. */
  prepare(count: number): void {
    while (this.idle.length < count) this.keep(this.start());
  }

  /** Returns an idle thread, or a new one. */
  take(): ParserThread {
    const thread = this.idle.shift();
    thread?.ref();
    return thread ?? this.start();
  }

  /**
   * Like {@link take}, for a source that may be small: when as many threads as may be kept are busy, it waits for at
   * most 100 ms, because a busy thread is usually free before a new one has started.
   */
  async takeSoon(): Promise<ParserThread> {
    if (this.idle.length > 0 || this.all.size < this.mostIdle || this.mostIdle === 0) return this.take();
    return new Promise((resolve) => {
      const take = (thread: ParserThread): void => {
        clearTimeout(timer);
        resolve(thread);
      };
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(take), 1);
        take(this.take());
      }, PATIENCE_MS);
      this.waiting.push(take);
    });
  }

  /** Takes back a thread that has answered every request: gives it to a source that waits, keeps it, or ends it. */
  async giveBack(thread: ParserThread): Promise<void> {
    const next = this.waiting.shift();
    if (next) next(thread);
    else if (this.idle.length < this.mostIdle) this.keep(thread);
    else await thread.terminate();
  }

  /** Ends the idle threads. */
  async close(): Promise<void> {
    await Promise.all(this.idle.splice(0).map((thread) => thread.terminate()));
  }

  private keep(thread: ParserThread): void {
    thread.unref();
    this.idle.push(thread);
  }

  private start(): ParserThread {
    const thread = this.startThread();
    this.all.add(thread);
    if (this.givesWay) thread.postMessage(GIVE_WAY);
    // A thread that dies while it is idle must not be handed out.
    const forget = (): void => {
      this.all.delete(thread);
      if (this.idle.includes(thread)) this.idle.splice(this.idle.indexOf(thread), 1);
    };
    thread.on('error', forget);
    thread.on('exit', forget);
    return thread;
  }
}
