import type { LiveMessage, LiveMessageOutcome } from '../domain/customer/accept-messages.js';
import type { CustomerRepository } from '../domain/customer/customer-repository.js';
import { DomainError } from '../domain/errors.js';
import type { LiveNote } from '../domain/sources/live-calls.js';
import { busy } from './live-room.js';

/** A request whose messages wait for a transaction. */
interface Waiting {
  readonly messages: readonly LiveMessage[];
  readonly notes: readonly LiveNote[];
  /** When its patience ends, in ms of `performance.now()`. */
  readonly until: number;
  readonly resolve: (outcomes: readonly LiveMessageOutcome[]) => void;
  readonly reject: (error: unknown) => void;
}

/** The most calls that requests share a transaction with. A request with more has one of its own. */
const MOST_CALLS = 1_000;
/** Time between two looks for requests whose patience has ended, in ms. */
const LOOK_MS = 100;

/**
 * Lets requests share transactions. While one transaction runs, requests wait, and the next takes all of them, in the order of their
 * arrival; so a busy server writes large transactions, and an idle one answers at once. Requests that arrive within one turn of the event
 * loop always share one.
 */
export class GroupCommit {
  private waiting: Waiting[] = [];
  /** The transactions under way, until no request waits. */
  private running: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly customers: Pick<CustomerRepository, 'accept'>) {}

  /** The number of messages and notes that wait, or are being written. */
  messages = 0;

  /**
   * Applies the messages of a request and records its other calls, all in one transaction.
   * @param until when the request is refused if its transaction has not begun, in ms of `performance.now()`
   * @returns the outcome of each, once all of them are committed
   * @throws what `CustomerRepository.accept` throws, and DomainError `busy`; then none was applied
   */
  async accept(
    messages: readonly LiveMessage[],
    notes: readonly LiveNote[] = [],
    until = Infinity,
  ): Promise<readonly LiveMessageOutcome[]> {
    const calls = messages.length + notes.length;
    if (calls === 0) return [];
    this.messages += calls;
    try {
      return await new Promise((resolve, reject) => {
        this.waiting.push({ messages, notes, until, resolve, reject });
        this.running ??= this.run();
        if (until < Infinity) this.timer ??= setTimeout(this.refuseLate, LOOK_MS).unref();
      });
    } finally {
      this.messages -= calls;
    }
  }

  /** Waits until every request has its outcomes. */
  async idle(): Promise<void> {
    await this.running;
  }

  private async run(): Promise<void> {
    await new Promise(setImmediate);
    while (this.waiting.length > 0) await this.write(this.takeGroup());
    this.running = undefined;
  }

  /** Refuses the requests that have waited for too long: what is left is answered before its client gives up. */
  private readonly refuseLate = (): void => {
    const now = performance.now();
    const late = this.waiting.filter(({ until }) => until <= now);
    if (late.length > 0) this.waiting = this.waiting.filter(({ until }) => until > now);
    for (const { reject } of late) reject(busy());
    this.timer = this.waiting.length > 0 ? setTimeout(this.refuseLate, LOOK_MS).unref() : undefined;
  };

  /** Takes the first request, and those behind it that fit into its transaction. */
  private takeGroup(): Waiting[] {
    let count = 0;
    let calls = callsOf(this.waiting[0]);
    do {
      count++;
      if (count < this.waiting.length) calls += callsOf(this.waiting[count]);
    } while (count < this.waiting.length && calls <= MOST_CALLS);
    return this.waiting.splice(0, count);
  }

  private async write(group: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await this.customers.accept(
        group.flatMap(({ messages }) => messages),
        group.flatMap(({ notes }) => notes),
      );
      let at = 0;
      for (const { messages, resolve } of group) resolve(outcomes.slice(at, (at += messages.length)));
    } catch (error) {
      if (group.length === 1 || error instanceof DomainError) for (const { reject } of group) reject(error);
      // One request must not make the others fail. A message that was committed all the same is a duplicate now.
      else for (const one of group) await this.write([one]);
    }
  }
}

function callsOf({ messages, notes }: Waiting): number {
  return messages.length + notes.length;
}
