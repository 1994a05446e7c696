import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { runInBackground } from '../../config/thread-priority.js';
import { SqliteDatabase } from './database/database.js';
import type { FromIndexer, IndexerData } from './indexer-protocol.js';
import { LiveCompaction } from './log/live-compaction.js';
import { LogCompactor } from './log/log-compactor.js';
import { SearchIndex } from './search/search-index.js';
import { SqliteSearchStore } from './search-store.js';

/** Time between two checks of the thread whether customers have changed, in ms. */
const LOOK_MS = 500;
/** Time between two blocks, in ms, for writers of other threads. */
const BLOCK_PAUSE_MS = 2;
/** The same while live messages come: many customers share a block, there are few blocks to compact, and the index stays less than 5 s behind. */
const LIVE_PAUSE_MS = 2_000;
/**
 * Time between two moves of the log into the file, in ms. The fewer pages are left, the less a commit of another thread waits for them; but
 * live messages change the same pages again and again, and each move writes them all.
 */
const CHECKPOINT_MS = 500;
/** Time between two tries to empty the log of erased customers, in ms. */
const EMPTY_MS = 2_000;
/** Time that the thread pauses after a failure, such as a full disk, in ms. */
const PAUSE_MS = 30_000;

const stop = new AbortController();
parentPort?.once('message', () => stop.abort());

// Safe: IndexerClient starts this thread.
const { path, ...options } = workerData as IndexerData;

/** Waits, but returns early when the thread has to stop. */
async function pause(milliseconds: number): Promise<void> {
  await sleep(milliseconds, undefined, { signal: stop.signal }).catch(() => undefined);
}

function checkpoint(database: SqliteDatabase): void {
  try {
    database.checkpoint();
  } catch {
    // The log stays as it is. The next time, or a commit of the server, moves it, and a commit says what is wrong.
  }
}

/** Empties the log, once nothing of erased customers is in a block. @returns true if it is not empty yet */
function empty(database: SqliteDatabase): boolean {
  try {
    return !database.truncateLog();
  } catch {
    return true;
  }
}

async function run(): Promise<void> {
  const database = new SqliteDatabase(path, options);
  const store = new SqliteSearchStore(database);
  const indexer = SearchIndex.open(store).indexer(undefined, stop.signal);
  const compactor = new LogCompactor(database);
  const liveCompaction = new LiveCompaction(compactor, () => pause(BLOCK_PAUSE_MS));
  const checkpoints = setInterval(() => checkpoint(database), CHECKPOINT_MS);
  const stopped = (): boolean => stop.signal.aborted;
  // A process that has ended may have left a log with customers that it erased.
  let hasErased = true;
  let emptyAt = 0;
  const work = async (): Promise<boolean> => {
    while (await indexer.forgetErased()) hasErased = true;
    if (hasErased && performance.now() >= emptyAt) {
      hasErased = empty(database);
      emptyAt = performance.now() + EMPTY_MS;
    }
    // Messages wait for the end of a file, as it may have more for the same customers.
    return (await indexer.step()) || (!store.isBusy() && (await compactor.step()));
  };
  while (!stopped()) {
    try {
      await indexer.clean();
      while (await work()) {
        const isLive = database.liveMark.isFresh();
        if (isLive) runInBackground();
        if (isLive && !store.isBusy()) await liveCompaction.run();
        await pause(isLive ? LIVE_PAUSE_MS : BLOCK_PAUSE_MS);
      }
      await pause(LOOK_MS);
    } catch (error) {
      if (stopped()) break;
      const failure: FromIndexer = { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
      parentPort?.postMessage(failure);
      await pause(PAUSE_MS);
    }
  }
  clearInterval(checkpoints);
  await database.close();
  parentPort?.close();
}

void run();
