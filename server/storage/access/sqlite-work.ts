import { setImmediate as nextTick } from 'node:timers/promises';
import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import type { Statement, Work } from './statement.js';

/** Time for which work of many statements keeps the thread, in ms. */
const SLICE_MS = 8;

/** Runs work over one connection to SQLite. Its statements are prepared once. */
export class SqliteWork {
  private readonly prepared = new Map<string, StatementSyncInstance>();

  constructor(private readonly db: DatabaseSyncInstance) {}

  run<T>(work: Work<T>): T {
    let step = work.next();
    while (step.done !== true) step = work.next(this.rowsOf(step.value));
    return step.value;
  }

  /** Runs work of many statements, and lets the event loop have its turns. */
  async runInTurns<T>(work: Work<T>): Promise<T> {
    let sliceEnd = performance.now() + SLICE_MS;
    let step = work.next();
    while (step.done !== true) {
      step = work.next(this.rowsOf(step.value));
      if (performance.now() < sliceEnd) continue;
      await nextTick();
      sliceEnd = performance.now() + SLICE_MS;
    }
    return step.value;
  }

  private rowsOf({ text, values }: Statement): readonly object[] {
    let statement = this.prepared.get(text);
    // `$1` would be the name of a parameter here, and not its number.
    if (!statement) this.prepared.set(text, (statement = this.db.prepare(text.replaceAll(/\$(\d+)/g, '?$1'))));
    // Safe: a row is an object.
    return statement.all(...values) as object[];
  }
}
