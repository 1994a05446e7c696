import type { Client, ClientBase } from 'pg';
import type { SideConnection } from './side-connection.js';

/** Time for which parts of files make room for live messages after the latest of them, in ms. */
const FRESH_MS = 1_000;
/** The key of the advisory lock that is held while live messages come. Tables in other schemas have another. */
const KEY = '5021980, hashtext(current_schema())';
/** Short, because the lock is shared, and an exclusive one is released at once. */
const LOCK_TIMEOUT_MS = 5_000;

/** Tells every process that has the database open when live messages come: by an advisory lock on a connection outside the pool. */
export class LiveMark {
  private freshUntil = 0;
  private holder: Promise<Client | undefined> | undefined;

  constructor(private readonly side: SideConnection) {}

  /** Notes that live messages have come. */
  touch(): void {
    this.freshUntil = Date.now() + FRESH_MS;
    this.holder ??= this.hold();
  }

  /** True while live messages come to this process. */
  get isFreshHere(): boolean {
    return this.freshUntil > Date.now();
  }

  /** True while live messages come to any process. */
  async isFresh(client: ClientBase): Promise<boolean> {
    if (this.isFreshHere) return true;
    const { rows } = await client.query<{ free: boolean }>({
      name: 'live_mark',
      text: `SELECT pg_try_advisory_lock(${KEY}) AND pg_advisory_unlock(${KEY}) AS free`,
    });
    return !rows[0].free;
  }

  private async hold(): Promise<Client | undefined> {
    // Without the lock, a message that meets a part of a file of another process waits longer.
    const holder = await this.side
      .query(`SELECT pg_advisory_lock_shared(${KEY})`, LOCK_TIMEOUT_MS)
      .catch(() => undefined);
    setTimeout(() => void this.release(), FRESH_MS).unref();
    return holder;
  }

  private async release(): Promise<void> {
    const holder = await this.holder;
    if (this.freshUntil > Date.now()) {
      setTimeout(() => void this.release(), FRESH_MS).unref();
      return;
    }
    this.holder = undefined;
    await holder?.query(`SELECT pg_advisory_unlock_shared(${KEY})`).catch(() => undefined);
  }
}
