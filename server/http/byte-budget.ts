import { DomainError } from '../domain/errors.js';
import type { BudgetLimits } from './limits.js';

/** Gives bytes back to a budget. Calling it again has no effect. */
export type Release = () => void;

interface Waiter {
  readonly bytes: number;
  readonly admit: (release: Release) => void;
}

/** A limit on the bytes that answers hold in memory at once, over all connections. Requests that do not fit wait in the order of their arrival. */
export class ByteBudget {
  private used = 0;
  private readonly queue = new Set<Waiter>();

  /** @param refusal the message to a client whose request does not fit */
  constructor(
    private readonly limits: BudgetLimits,
    private readonly refusal: string,
  ) {}

  /** Bytes in use. */
  get inUse(): number {
    return this.used;
  }

  /** Number of the requests that wait. */
  get waiting(): number {
    return this.queue.size;
  }

  /**
   * Takes bytes, at once or when there is room. A single answer that is larger than the budget counts as the whole budget.
   * @param signal ends the waiting
   * @throws AbortError when the signal is aborted; DomainError `busy` when too many requests wait, or when this one has waited too long
   */
  async take(bytes: number, signal: AbortSignal): Promise<Release> {
    if (this.queue.size === 0 && this.hasRoom(bytes)) return this.reserve(bytes);
    if (this.queue.size >= this.limits.waiting) throw this.busy();
    return this.wait(bytes, signal);
  }

  /**
   * Takes bytes at once.
   * @throws DomainError `busy` when there is no room
   */
  takeNow(bytes: number): Release {
    if (this.queue.size > 0 || !this.hasRoom(bytes)) throw this.busy();
    return this.reserve(bytes);
  }

  /** Takes bytes whether there is room or not: for the answer to a write, which cannot be refused any more. */
  takeAnyway(bytes: number): Release {
    return this.reserve(bytes);
  }

  private hasRoom(bytes: number): boolean {
    return this.used === 0 || this.used + bytes <= this.limits.bytes;
  }

  private reserve(bytes: number): Release {
    let held = bytes;
    this.used += held;
    return () => {
      this.used -= held;
      held = 0;
      this.admitNext();
    };
  }

  private admitNext(): void {
    for (const waiter of this.queue) {
      if (!this.hasRoom(waiter.bytes)) return;
      this.queue.delete(waiter);
      waiter.admit(this.reserve(waiter.bytes));
    }
  }

  private wait(bytes: number, signal: AbortSignal): Promise<Release> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', leave);
        this.queue.delete(waiter);
      };
      const leave = (): void => {
        stop();
        reject(signal.reason as Error);
      };
      const timer = setTimeout(() => {
        stop();
        reject(this.busy());
      }, this.limits.patienceMs);
      const waiter: Waiter = {
        bytes,
        admit: (release) => {
          stop();
          resolve(release);
        },
      };
      if (signal.aborted) {
        leave();
        return;
      }
      signal.addEventListener('abort', leave);
      this.queue.add(waiter);
    });
  }

  private busy(): DomainError {
    return new DomainError('busy', this.refusal);
  }
}
