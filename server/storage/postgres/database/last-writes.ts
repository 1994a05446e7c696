import type { Pool } from 'pg';
import { randomInt, randomUUID } from 'node:crypto';
import { bounded } from './bounded.js';
import { codeOf, LOCK_NOT_AVAILABLE } from './failure.js';

const MOST_WRITERS = 2 ** 48 - 1;
/** How long a transaction that may still be under way is waited for at a time, as PostgreSQL takes it. */
const LOOK_LOCK = '1s';
const LOOK_TIMEOUT_MS = 10_000;

/** A transaction that writes, as it signs itself. */
export interface Write {
  /** Whose last write it is: of two transactions at the same time these differ. */
  readonly writer: number;
  /** True when it has no row yet. */
  readonly isNew: boolean;
  readonly id: string;
}

/**
 * Tells which transactions were committed, when their COMMIT was not answered. Not `pg_xact_status`: a server that crashed before its log was on
 * the disk, and a standby that takes over without the end of the log, give the same numbers to other transactions. So each transaction
 * leaves a mark of its own, in a row that the next one of that writer writes again.
 */
export class LastWrites {
  private readonly free: number[] = [];

  begin(): Write {
    const known = this.free.pop();
    return { writer: known ?? randomInt(MOST_WRITERS), isNew: known === undefined, id: randomUUID() };
  }

  /** It is over, so that nobody has to wait for its row. */
  end({ writer }: Write): void {
    this.free.push(writer);
  }
}

/** The statements that sign a transaction. A new writer takes away those of processes that are long gone. */
export function signed({ writer, isNew, id }: Write): string {
  const forget = `DELETE FROM last_writes WHERE writer IN (
    SELECT writer FROM last_writes WHERE at < now() - interval '1 day' FOR UPDATE SKIP LOCKED);`;
  return `${isNew ? forget : ''} INSERT INTO last_writes VALUES (${writer}, '${id}', now())
    ON CONFLICT (writer) DO UPDATE SET id = excluded.id, at = excluded.at`;
}

/**
 * Whether a transaction was committed. It writes, so it waits for a transaction that is still under way, is not answered by a standby, and not before
 * a synchronous standby has what it tells of.
 * @throws with code 57P03 when the transaction is not over yet
 */
export async function isCommitted(pool: Pool, { writer, id }: Write): Promise<boolean> {
  const text = `SET LOCAL lock_timeout = '${LOOK_LOCK}';
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
