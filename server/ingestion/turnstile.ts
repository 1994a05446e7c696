/** Lets so many do their work at a time, in the order in which they came. */
export class Turnstile {
  private readonly waiting: (() => void)[] = [];

  /** @param free how many may be in at a time */
  constructor(private free: number) {}

  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free++;
    }
  }
}
