import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '../../../domain/errors.js';
import { isBusy } from './failure.js';

/** Time that a write waits for other processes before it gives up, in ms. */
const PATIENCE_MS = 60_000;
/** Longest pause before a write looks again whether the database is free, in ms. Between parts of files it is free for some ms only. */
const MOST_PAUSE_MS = 32;

export interface TransactionKind {
  readonly patienceMs?: number;
  readonly mostPause?: number;
  /** True if no customer changes. */
  readonly isAside?: boolean;
}

/** A transaction of live messages, whose sender waits and sends again. */
export const LIVE: TransactionKind = { patienceMs: 8_000, mostPause: 1 };

/**
 * Begins a transaction that writes, once no other process has one. Does not block the thread meanwhile.
 * @throws DomainError `storage_busy` when its patience ends
 */
export async function beginTransaction(writer: DatabaseSyncInstance, kind: TransactionKind = {}): Promise<void> {
  const { patienceMs = PATIENCE_MS, mostPause = MOST_PAUSE_MS } = kind;
  const deadline = Date.now() + patienceMs;
  for (let pause = 1; ; pause = Math.min(pause * 2, mostPause)) {
    try {
      writer.exec('BEGIN IMMEDIATE');
      return;
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (Date.now() > deadline) {
        throw new DomainError('storage_busy', 'Another process is writing to the database. Try again.', undefined, {
          cause: error,
        });
      }
    }
    await sleep(pause);
  }
}
