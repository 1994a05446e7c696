import { statSync, utimesSync, writeFileSync } from 'node:fs';

/** Time for which parts of files make room for live messages after the latest of them, in ms. */
const FRESH_MS = 1_000;
/** Shortest time between two marks, in ms. */
const MARK_MS = 200;

/**
 * The empty file beside a database whose time says when live messages came last, so that every thread and process that has the database
 * open can tell. Looking at it costs a few µs and no lock.
 */
export class LiveMark {
  private readonly path: string;
  private marked = -Infinity;

  constructor(databasePath: string) {
    this.path = `${databasePath}-live`;
  }

  /** Notes that live messages have come. */
  touch(): void {
    const now = Date.now();
    if (Math.abs(now - this.marked) < MARK_MS) return;
    this.marked = now;
    try {
      if (statSync(this.path, { throwIfNoEntry: false })) utimesSync(this.path, now / 1000, now / 1000);
      else writeFileSync(this.path, '', { mode: 0o600 });
    } catch {
      // Without the mark a message waits longer. A write that fails says why.
    }
  }

  /** Notes that live messages wait, until the returned function is called. */
  keep(): () => void {
    this.touch();
    const timer = setInterval(() => this.touch(), MARK_MS);
    return () => clearInterval(timer);
  }

  /** True while live messages come to any process. */
  isFresh(): boolean {
    const found = statSync(this.path, { throwIfNoEntry: false });
    return found !== undefined && Date.now() - found.mtimeMs < FRESH_MS;
  }
}
