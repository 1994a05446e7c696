import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import type { LiveMessage, LiveMessageOutcome } from '../../../domain/customer/accept-messages.js';
import { recordOfCalls, type LiveNote } from '../../../domain/sources/live-calls.js';
import { errorOf } from './applier-client.js';
import type { FromLiveThread, LiveThreadData, ToLiveThread } from './live-protocol.js';
import { buffersOf, packMessages } from './packed-messages.js';

/** Starts a thread of `live.worker.ts`. */
export type StartLive = (data: LiveThreadData) => Worker;

interface Waiting {
  readonly messages: readonly LiveMessage[];
  readonly resolve: (outcomes: readonly LiveMessageOutcome[]) => void;
  readonly reject: (error: Error) => void;
}

/** The thread that applies live messages over a connection of its own, while the calling thread receives the next ones. */
export class LiveClient {
  private thread: Worker | undefined;
  private waiting: Waiting[] = [];

  constructor(
    private readonly data: LiveThreadData,
    private readonly startThread: StartLive,
  ) {}

  /** Starts the thread, which the first messages need not wait for then. */
  start(): Worker {
    if (this.thread) return this.thread;
    const thread = this.startThread(this.data);
    let ended = new Error('The thread of live messages has ended.');
    thread.on('message', (answer: FromLiveThread) => this.receive(answer, thread));
    thread.on('error', (error) => (ended = error));
    thread.on('exit', () => {
      if (this.thread === thread) this.thread = undefined;
      for (const { reject } of this.waiting.splice(0)) reject(ended);
    });
    this.thread = thread;
    return thread;
  }

  /**
   * Applies messages and records calls in one transaction of the thread, after those that were asked for before.
   * @throws what the thread throws, or why it has ended. In the latter case the messages may be committed.
   */
  accept(messages: readonly LiveMessage[], notes: readonly LiveNote[]): Promise<readonly LiveMessageOutcome[]> {
    const thread = this.start();
    const packed = packMessages(messages, this.data.keepsLog);
    const request: ToLiveThread = { kind: 'accept', messages: packed, calls: recordOfCalls([], [], notes) };
    return new Promise((resolve, reject) => {
      this.waiting.push({ messages, resolve, reject });
      thread.postMessage(request, buffersOf(packed));
    });
  }

  /** Waits until the thread has let go of the database. */
  async stop(): Promise<void> {
    const { thread } = this;
    if (!thread) return;
    const exit = once(thread, 'exit');
    const request: ToLiveThread = { kind: 'stop' };
    thread.postMessage(request);
    await exit;
  }

  private receive(answer: FromLiveThread, thread: Worker): void {
    switch (answer.kind) {
      case 'accepted':
        this.waiting.shift()?.resolve(answer.outcomes);
        break;
      case 'failed':
        this.waiting.shift()?.reject(errorOf(answer));
        break;
      case 'rejects': {
        const messages = this.waiting.at(0)?.messages ?? [];
        const request: ToLiveThread = { kind: 'texts', texts: answer.places.map((place) => messages[place].text()) };
        thread.postMessage(request);
        break;
      }
      default:
        answer satisfies never;
    }
  }
}
