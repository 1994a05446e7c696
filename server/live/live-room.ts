import type { Awaitable } from '../domain/awaitable.js';
import { DomainError } from '../domain/errors.js';
import type { HttpLimits } from '../http/limits.js';

type LiveLimits = HttpLimits['live'];

/** Must be called when the body of a request has arrived, or will not. */
export type Arrive = () => void;

interface Held {
  /** Size of the body, in bytes, as far as it was announced. */
  readonly announced: number;
  readonly admit: (arrive: Arrive) => void;
  readonly refuse: (error: DomainError) => void;
  /** In ms of `performance.now()`. */
  readonly until: number;
}

/** Requests that are let in between two looks at how full the room is: what they bring is not known before. */
const LET_IN_AT_ONCE = 64;
/** Size of a body, in bytes, from which it takes room before it arrives. */
const LARGE_BYTES = 64 * 1024;
/** Time for which a body takes room before it arrives, in ms. A slow one then counts by what has arrived. */
const ANNOUNCED_MS = 2_000;
/** Time after which a client that was refused should ask again, in ms. Clients give up after 30 s. */
const RETRY_AFTER_MS = 2_000;

/**
 * The room for live requests under way. While it is full, requests are held before their bodies are read, in the order of their arrival:
 * most clients lose what is refused.
 */
export class LiveRoom {
  private readonly held: Held[] = [];
  private timer: NodeJS.Timeout | undefined;
  private pumping: NodeJS.Immediate | undefined;
  private bytes = 0;

  /**
   * @param messages the number of messages that wait for their transaction
   * @param arriving the size of what has arrived of bodies under way, in bytes
   */
  constructor(
    private readonly limits: LiveLimits,
    private readonly messages: () => number,
    private readonly arriving: () => number,
  ) {}

  /** Takes bytes that were received or inflated. They must be given back. */
  take(bytes: number): void {
    this.bytes += bytes;
  }

  /** Must be called when a request was answered, also without any bytes. */
  giveBack(bytes: number): void {
    this.bytes -= bytes;
    if (this.held.length > 0) this.pump();
  }

  /**
   * Waits until there is room. A large body takes it before it arrives.
   * @param announced size of the body, in bytes
   * @param until when its patience ends, in ms of `performance.now()`
   * @throws DomainError `busy` after too long, or where too many requests wait
   */
  enter(announced: number, until = performance.now() + this.limits.patienceMs): Awaitable<Arrive> {
    if (this.held.length === 0 && !this.isFull) return this.announce(announced);
    if (this.held.length >= this.limits.waiting) throw busy();
    return new Promise((admit, refuse) => {
      this.held.push({ announced, admit, refuse, until });
      this.timer ??= setTimeout(this.refuseLate, this.limits.patienceMs);
      this.pump();
    });
  }

  private announce(bytes: number): Arrive {
    if (bytes < LARGE_BYTES) return nothing;
    let taken = bytes;
    this.take(taken);
    const arrive = (): void => {
      clearTimeout(timer);
      this.giveBack(taken);
      taken = 0;
    };
    const timer = setTimeout(arrive, ANNOUNCED_MS).unref();
    return arrive;
  }

  private get isFull(): boolean {
    return this.messages() > this.limits.messages || this.bytes + this.arriving() > this.limits.bytes;
  }

  private pump(): void {
    this.pumping ??= setImmediate(() => {
      this.pumping = undefined;
      let count = 0;
      while (this.held.length > 0 && count++ < LET_IN_AT_ONCE && !this.isFull) {
        const next = this.held.shift();
        next?.admit(this.announce(next.announced));
      }
      if (this.held.length > 0 && !this.isFull) this.pump();
    });
  }

  private readonly refuseLate = (): void => {
    const now = performance.now();
    while (this.held.length > 0 && this.held[0].until <= now) this.held.shift()?.refuse(busy());
    // The room may have become free without a request that was answered.
    if (this.held.length > 0) this.pump();
    this.timer = this.held.length === 0 ? undefined : setTimeout(this.refuseLate, this.held[0].until - now);
  };
}

function nothing(): void {
  // A small body takes its room when it arrives.
}

/** The refusal of a request that has waited for too long, or would. */
export function busy(): DomainError {
  const message = 'The server has more messages to write than it can hold. Send this request again later.';
  return new DomainError('busy', message, undefined, { retryAfterMs: RETRY_AFTER_MS });
}
