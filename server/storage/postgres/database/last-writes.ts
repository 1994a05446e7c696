import type { Pool } from 'pg';
import { randomInt, randomUUID } from 'node:crypto';
import { bounded, withLockTimeout } from './bounded.js';
import { codeOf, LOCK_NOT_AVAILABLE } from './failure.js';

const MOST_WRITERS = 2 ** 48 - 1;
/** Time that one look-up waits for a transaction that may still be under way, as a PostgreSQL interval. */
const LOOK_LOCK = '1s';
const LOOK_TIMEOUT_MS = 10_000;

/** The mark that a writing transaction leaves in `last_writes`. */
export interface Write {
  /** The row of the mark. Transactions that run at the same time have different ones. */
  readonly writer: number;
  /** True if the writer has no row yet. */
  readonly isNew: boolean;
  readonly id: string;
}

/**
 * Hands out the marks by which a transaction can be recognised as committed when its COMMIT was not answered. Each transaction writes its
 * mark into the row of its writer, and the next transaction of that writer overwrites it.
 *
 * `pg_xact_status` would not do: a server that crashed before its log was on the disk, or a standby that took over without the end of the
 * log, gives the same numbers to other transactions.
 */
export class LastWrites {
  private readonly free: number[] = [];

  begin(): Write {
    const known = this.free.pop();
    return { writer: known ?? randomInt(MOST_WRITERS), isNew: known === undefined, id: randomUUID() };
  }

  /** Takes back the writer of a transaction that is over, so that the next transaction can use its row without waiting. */
  end({ writer }: Write): void {
    this.free.push(writer);
  }
}

/** The statements that write the mark of a transaction. A new writer also deletes rows that are older than a day. */
export function signed({ writer, isNew, id }: Write): string {
  const forget = `DELETE FROM last_writes WHERE writer IN (
    SELECT writer FROM last_writes WHERE at < now() - interval '1 day' FOR UPDATE SKIP LOCKED);`;
  return `${isNew ? forget : ''} INSERT INTO last_writes VALUES (${writer}, '${id}', now())
    ON CONFLICT (writer) DO UPDATE SET id = excluded.id, at = excluded.at`;
}

/**
 * Tells whether a transaction was committed, by a statement that writes. So it waits for a transaction that is still under way, a standby
 * refuses it, and with a synchronous standby it is answered only when the standby has the transaction as well.
 * @throws an error with code 57P03 when the transaction is not over yet
 */
export async function isCommitted(pool: Pool, { writer, id }: Write): Promise<boolean> {
  const text = `${withLockTimeout(LOOK_LOCK)};
    INSERT INTO last_writes VALUES (${writer}, '${randomUUID()}', now()) ON CONFLICT (writer) DO UPDATE SET at = excluded.at
    RETURNING id = '${id}' AS committed`;
  try {
    // Safe: two statements have two results.
    const results = (await pool.query(bounded(text, LOOK_TIMEOUT_MS))) as unknown as readonly {
      rows: { committed: boolean }[];
    }[];
    return results[1].rows[0].committed;
  } catch (error) {
    if (codeOf(error) !== LOCK_NOT_AVAILABLE) throw error;
    throw Object.assign(new Error('the commit is still under way', { cause: error }), { code: '57P03' });
  }
}
