/** A turn of a part of a file, which it may give to the writes that wait, and take again. */
export interface PartTurn {
  /** Ends the turn. Nothing may be written until {@link take} has resolved. */
  leave(): void;
  /** Waits for the next turn, after all writes that wait. */
  take(): Promise<void>;
}

/**
 * Lets one write of this process run at a time, in the order of their requests; parts of files run after all other writes. A part begins
 * only when the one before has ended: while that has left its turn, other writes run, but no other part.
 */
export class WriteQueue {
  private readonly writes: (() => void)[] = [];
  private readonly parts: (() => void)[] = [];
  private isTaken = false;
  /** Parts that were asked for and have not ended. */
  private openParts = 0;
  /** Ends with the last part that was asked for. */
  private lastPart: Promise<unknown> = Promise.resolve();

  /** True while a write waits for its turn. */
  get isAwaited(): boolean {
    return this.writes.length > 0;
  }

  write<T>(work: () => T | Promise<T>): Promise<T> {
    return this.run(this.writes, work);
  }

  part<T>(work: (turn: PartTurn) => T | Promise<T>): Promise<T> {
    const part = this.openParts++ === 0 ? this.runPart(work) : this.lastPart.then(() => this.runPart(work));
    const end = (): void => {
      this.openParts--;
    };
    this.lastPart = part.then(end, end);
    return part;
  }

  /** Waits for the writes under way. */
  async idle(): Promise<void> {
    await this.part(() => undefined);
  }

  private runPart<T>(work: (turn: PartTurn) => T | Promise<T>): Promise<T> {
    return this.run(this.parts, async () => {
      const state = { isHeld: true, hasEnded: false };
      const turn: PartTurn = {
        leave: () => {
          state.isHeld = false;
          this.next();
        },
        take: async () => {
          await this.turn(this.parts);
          state.isHeld = true;
          if (state.hasEnded) this.next();
        },
      };
      try {
        return await work(turn);
      } finally {
        state.hasEnded = true;
        // The turn that ends with the work is that of run().
        if (!state.isHeld) await this.turn(this.parts);
      }
    });
  }

  private async run<T>(line: (() => void)[], work: () => T | Promise<T>): Promise<T> {
    await this.turn(line);
    try {
      return await work();
    } finally {
      this.next();
    }
  }

  private async turn(line: (() => void)[]): Promise<void> {
    if (this.isTaken) await new Promise<void>((resolve) => line.push(resolve));
    this.isTaken = true;
  }

  private next(): void {
    const next = this.writes.shift() ?? this.parts.shift();
    if (next) next();
    else this.isTaken = false;
  }
}
