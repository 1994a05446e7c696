/** The next result of a stream: a chunk, `late` if nothing came in time, or the end, with an error if the stream broke off. */
export type Next =
  | { readonly kind: 'chunk'; readonly bytes: Uint8Array }
  | { readonly kind: 'late' }
  | { readonly kind: 'end'; readonly failure?: { readonly error: unknown } };

const LATE: Next = { kind: 'late' };
const STOPPED: Next = { kind: 'end' };

/** Reads the chunks of a stream with a deadline: neither an idle stream nor a read after a stop signal blocks its caller. */
export class ChunkSource {
  private readonly iterator: AsyncIterator<Uint8Array>;
  private underWay: Promise<Next> | undefined;

  constructor(
    chunks: AsyncIterable<Uint8Array>,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.iterator = chunks[Symbol.asyncIterator]();
  }

  /**
   * @param until the deadline, as a time of `performance.now()`
   * @returns `end` also when the signal is aborted
   */
  async next(until = Infinity): Promise<Next> {
    this.underWay ??= this.read();
    const next = await this.within(this.underWay, until);
    if (next.kind === 'chunk') this.underWay = undefined;
    return next;
  }

  /** Closes the stream without waiting for a read under way. */
  close(): void {
    this.iterator.return?.().catch(() => undefined);
  }

  private async read(): Promise<Next> {
    try {
      const next = await this.iterator.next();
      return next.done === true ? { kind: 'end' } : { kind: 'chunk', bytes: next.value };
    } catch (error) {
      return { kind: 'end', failure: { error } };
    }
  }

  private within(underWay: Promise<Next>, until: number): Promise<Next> {
    const { signal } = this;
    if (signal?.aborted) return Promise.resolve(STOPPED);
    return new Promise((resolve) => {
      const settle = (next: Next): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', stop);
        resolve(next);
      };
      const stop = (): void => settle(STOPPED);
      const timer = until < Infinity ? setTimeout(() => settle(LATE), until - performance.now()) : undefined;
      signal?.addEventListener('abort', stop);
      void underWay.then(settle);
    });
  }
}
