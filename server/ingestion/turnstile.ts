/** Limits how many tasks run at the same time. Further tasks wait in the order of their calls. */
export class Turnstile {
  private readonly waiting: (() => void)[] = [];

  /** @param free the most tasks that run at the same time */
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
