import type { Logger } from '@nestjs/common';
import { wireId } from '../domain/customer/customer-id.js';
import type { EditOutcome } from '../domain/customer/customer-repository.js';
import { DomainError } from '../domain/errors.js';
import { errorBody, wireCode } from '../http/error-filter.js';
import type { Turns } from '../http/turns.js';
import type { BulkEnd, BulkProgress, BulkRefusal } from './bulk-edit.dto.js';

/** Customers in one transaction, which takes some ten milliseconds, so that other writers get their turn. */
export const CUSTOMERS_AT_A_TIME = 200;
const MOST_REFUSALS = 100;
const STOPPING = 'The server stops. What is done stays done; send the same request again for the rest.';

/** Customers that are edited, some in each transaction. */
export interface BulkWork<Batch> {
  /** The number of the bulk edit. */
  readonly id: number;
  /** The number of customers, as far as it is known. */
  readonly total: number;
  readonly batches: AsyncIterable<Batch>;
  /** @param isFirst true until a customer was changed: the transaction writes the entry of the audit */
  readonly edit: (batch: Batch, isFirst: boolean) => Promise<readonly EditOutcome[]>;
}

/** The surroundings of a bulk edit. */
export interface BulkRun {
  readonly turns: Turns;
  readonly logger: Logger;
  /** Ends it between two transactions. */
  readonly signal: AbortSignal;
  /** Ends it in the same way, with a last line that says how far it came. */
  readonly stopping: AbortSignal;
}

/** Edits customers while its lines are read. @returns lines of JSON: progress, then the end */
export async function* bulkLines<Batch>(
  { id, total, batches, edit }: BulkWork<Batch>,
  { turns, logger, signal, stopping }: BulkRun,
): AsyncGenerator<string> {
  const end: BulkEnd = { id, finished: true, done: 0, changed: 0, unchanged: 0, failed: 0, errors: [] };
  try {
    for await (const batch of batches) {
      // Customers that nobody has take no transaction, and so no pause in which another request is read.
      await turns.next();
      if (signal.aborted) return;
      if (stopping.aborted) throw new DomainError('stopping', STOPPING);
      count(await edit(batch, end.changed === 0), end);
      const { done, failed } = end;
      yield line({ id, done, total: Math.max(total, done), failed });
    }
    yield line(end);
  } catch (error) {
    if (!(error instanceof DomainError)) logger.error(error);
    end.finished = false;
    end.error = errorBody(error);
    yield line(end);
  }
}

function count(outcomes: readonly EditOutcome[], end: BulkEnd): void {
  for (const { id, changed, refusal } of outcomes) {
    end.done++;
    if (changed) end.changed++;
    else if (!refusal || refusal.code === 'nothing_to_undo') end.unchanged++;
    else {
      end.failed++;
      if (end.errors.length === MOST_REFUSALS) continue;
      const { code, message } = refusal;
      end.errors.push({ id: wireId(id), code: wireCode(code), message } satisfies BulkRefusal);
    }
  }
}

/** Cuts what comes into pieces of at most {@link CUSTOMERS_AT_A_TIME}. */
export async function* batchesOf<T>(all: AsyncIterable<T> | Iterable<T>): AsyncGenerator<readonly T[]> {
  let batch: T[] = [];
  for await (const one of all) {
    batch.push(one);
    if (batch.length < CUSTOMERS_AT_A_TIME) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Reads pieces of at most {@link CUSTOMERS_AT_A_TIME}. @param next reads those behind the last one of the piece before */
export async function* piecesOf<T>(next: (after?: T) => Promise<readonly T[]>): AsyncGenerator<readonly T[]> {
  for (let piece = await next(); piece.length > 0; piece = await next(piece[piece.length - 1])) {
    yield piece;
    if (piece.length < CUSTOMERS_AT_A_TIME) return;
  }
}

function line(members: BulkProgress | BulkEnd): string {
  return `${JSON.stringify(members)}\n`;
}
