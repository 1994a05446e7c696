import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { CallOutcome } from '../domain/sources/source.js';
import { malformedCall, outcomeOf, seenCall, type SeenCall, type SeenRequest } from './seen-call.js';

/** The last calls that are kept, of all sources. */
export const KEPT_CALLS = 1_000;
/** The most bytes of the bodies whose calls are kept unwritten. Written calls take some 2.5 KiB each. */
const UNWRITTEN_BYTES = 2 * 1024 * 1024;
/** The size of a chunk of events, in characters, that a listener is sent at once. */
const CHUNK = 64 * 1024;
const HEARTBEAT_MS = 15_000;

/** The calls of a request, which are written when a listener asks for them, or when they are too large to be kept as they are. */
interface Kept {
  /** The number of its first call that is kept. */
  readonly first: number;
  readonly count: number;
  request: SeenRequest | undefined;
  /** Undefined for the calls of erased customers. */
  written: readonly (SeenCall | undefined)[] | undefined;
}

/** The calls that a listener wants. */
export interface CallFilter {
  readonly source: number | undefined;
  readonly outcomes: ReadonlySet<CallOutcome> | undefined;
}

/** The live view: the last calls of this process, in the order in which they were answered. */
@Injectable()
export class LiveView implements OnModuleDestroy {
  private readonly kept: Kept[] = [];
  private calls = 0;
  private unwrittenBytes = 0;
  /** The number of the latest call. */
  private last = 0;
  private readonly waiting = new Set<() => void>();
  private isOver = false;

  onModuleDestroy(): void {
    this.isOver = true;
    this.wake();
  }

  /** Notes the calls of a request. It costs next to nothing while nobody listens. */
  record(request: SeenRequest): void {
    const count = Math.min(request.outcomes.length, KEPT_CALLS);
    if (count === 0) return;
    const kept: Kept = { first: this.last + request.outcomes.length - count + 1, count, request, written: undefined };
    this.last += request.outcomes.length;
    this.unwrittenBytes += request.bytes;
    this.keep(kept);
  }

  /** Notes a request whose body could not be read. */
  recordMalformed(
    source: SeenRequest['source'],
    at: number,
    name: string,
    { reason, message }: { readonly reason: string; readonly message: string },
    text: () => string,
  ): void {
    this.last++;
    const written = [malformedCall({ source, at, name, reason, message, text: text() }, this.last)];
    this.keep({ first: this.last, count: 1, request: undefined, written });
  }

  /**
   * Sends calls as server-sent events: those that are kept, then each as it is answered. A listener that is too slow is told how many it lost.
   * @param after the number of the last call that the listener knows; of another process if it is larger than all
   * @param signal ends the events
   */
  async *watch(filter: CallFilter, after: number | undefined, signal: AbortSignal): AsyncGenerator<string, undefined> {
    let next = after === undefined || after > this.last ? this.oldest : after + 1;
    yield ': the calls follow\n\n';
    while (!this.isOver && !signal.aborted) {
      if (next > this.last) {
        if (!(await this.more(signal))) yield ': still here\n\n';
        continue;
      }
      let chunk = '';
      if (next < this.oldest) {
        chunk = `event: skipped\ndata: {"count":${this.oldest - next}}\n\n`;
        next = this.oldest;
      }
      while (next <= this.last && chunk.length < CHUNK) {
        const call = this.callAt(next);
        if (call && isWanted(call, filter)) chunk += `id: ${next}\nevent: call\ndata: ${call.json}\n\n`;
        next++;
      }
      if (chunk !== '') yield chunk;
    }
    return undefined;
  }

  /** Forgets the calls of an erased customer. */
  erase(userId: string): void {
    for (const kept of this.kept)
      kept.written = this.write(kept).map((call) => (call?.userId === userId ? undefined : call));
  }

  private keep(kept: Kept): void {
    this.kept.push(kept);
    this.calls += kept.count;
    while (this.calls - this.kept[0].count >= KEPT_CALLS) this.forget(this.kept.shift());
    // The latest bodies are written first: they are the large ones, or one of them is.
    for (let at = this.kept.length - 1; this.unwrittenBytes > UNWRITTEN_BYTES && at >= 0; at--)
      this.write(this.kept[at]);
    if (this.waiting.size > 0) this.wake();
  }

  private get oldest(): number {
    return this.kept.length === 0 ? this.last + 1 : Math.max(this.kept[0].first, this.last - KEPT_CALLS + 1);
  }

  private callAt(number: number): SeenCall | undefined {
    let [low, high] = [0, this.kept.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.kept[middle].first <= number) low = middle;
      else high = middle - 1;
    }
    const kept = this.kept[low];
    return this.write(kept)[number - kept.first];
  }

  /** Writes the calls of a request. */
  private write(kept: Kept): readonly (SeenCall | undefined)[] {
    const { request, first, count } = kept;
    if (kept.written) return kept.written;
    if (!request) return [];
    const skipped = request.outcomes.length - count;
    kept.written = Array.from({ length: count }, (_, at) =>
      seenCall(request, skipped + at, first + at, (userId, id) => this.firstOf(userId, id, first + at)),
    );
    kept.request = undefined;
    this.unwrittenBytes -= request.bytes;
    return kept.written;
  }

  private forget(kept: Kept | undefined): void {
    if (kept?.request) this.unwrittenBytes -= kept.request.bytes;
    this.calls -= kept?.count ?? 0;
  }

  /** The first of the kept calls with an id, before a call with a number. */
  private firstOf(userId: string, id: string, before: number): Pick<SeenCall, 'at' | 'source'> | undefined {
    for (const { first, count, request, written } of this.kept) {
      if (first >= before) return undefined;
      const known = written?.find((call) => call?.id === id && call.userId === userId && call.outcome === 'accepted');
      if (known) return known;
      if (!request) continue;
      const { outcomes, results, source, at } = request;
      for (let index = outcomes.length - count; index < outcomes.length; index++) {
        const outcome = outcomes[index];
        const isFirst =
          results[index].id === id &&
          outcomeOf(results[index]) === 'accepted' &&
          outcome.kind === 'message' &&
          outcome.message.userId === userId;
        if (isFirst) return { source, at };
      }
    }
    return undefined;
  }

  /** Waits for a call, the end or a pause. @returns false after a pause */
  private more(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (isWoken: boolean): void => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve(isWoken);
      };
      const wake = (): void => end(true);
      const timer = setTimeout(() => end(false), HEARTBEAT_MS);
      this.waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  private wake(): void {
    for (const wake of this.waiting) wake();
  }
}

function isWanted({ source, outcome }: SeenCall, filter: CallFilter): boolean {
  if (filter.source !== undefined && source.id !== filter.source) return false;
  return filter.outcomes?.has(outcome) ?? true;
}
