import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import type { LiveMessage, LiveMessageOutcome } from '../../../domain/customer/accept-messages.js';
import { handled } from '../../../domain/handled.js';
import { recordOfCalls, type LiveNote } from '../../../domain/sources/live-calls.js';
import { errorOf } from './applier-client.js';
import type { FromLiveThread, LiveThreadData, ToLiveThread } from './live-protocol.js';
import { buffersOf, packMessages, type PackedMessages } from './packed-messages.js';

/** Messages that are packed before the event loop has a turn: some ms. */
const PACKED_AT_ONCE = 1_000;

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
  private waiting: Waiting | undefined;

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
      this.waiting?.reject(ended);
    });
    this.thread = thread;
    return thread;
  }

  /**
   * Applies messages and records calls in one transaction of the thread. The caller must not ask for two at a time.
   * @throws what the thread throws, or why it has ended. In the latter case the messages may be committed.
   */
  async accept(messages: readonly LiveMessage[], notes: readonly LiveNote[]): Promise<readonly LiveMessageOutcome[]> {
    const thread = this.start();
    // The thread may end before all messages are sent.
    const outcomes = handled(
      new Promise<readonly LiveMessageOutcome[]>((resolve, reject) => {
        this.waiting = { messages, resolve, reject };
      }),
    );
    const send = (request: Exclude<ToLiveThread, { kind: 'texts' | 'stop' }>): void =>
      thread.postMessage(request, buffersOf(request.messages));
    const pack = (from: number): PackedMessages =>
      packMessages(messages.slice(from, from + PACKED_AT_ONCE), this.data.keepsLog);
    let sent = 0;
    for (; messages.length - sent > PACKED_AT_ONCE; sent += PACKED_AT_ONCE) {
      send({ kind: 'more', before: sent, messages: pack(sent) });
      await nextTurn();
    }
    send({ kind: 'accept', before: sent, messages: pack(sent), calls: recordOfCalls([], [], notes) });
    return outcomes;
  }

  /** Waits until the thread has let go of the database. */
  async stop(): Promise<void> {
    const { thread } = this;
    if (!thread) return;
    const exit = once(thread, 'exit').catch(() => undefined);
    const request: ToLiveThread = { kind: 'stop' };
    thread.postMessage(request);
    await exit;
  }

  private receive(answer: FromLiveThread, thread: Worker): void {
    switch (answer.kind) {
      case 'accepted':
        this.waiting?.resolve(answer.outcomes);
        break;
      case 'failed':
        this.waiting?.reject(errorOf(answer));
        break;
      case 'rejects': {
        const messages = this.waiting?.messages ?? [];
        const request: ToLiveThread = { kind: 'texts', texts: answer.places.map((place) => messages[place].text()) };
        thread.postMessage(request);
        break;
      }
      default:
        answer satisfies never;
    }
  }
}
