import { setTimeout as sleep } from 'node:timers/promises';
import { Sockets } from './connection.js';
import { codeOf, explained, TOO_MANY_CONNECTIONS } from './failure.js';
import { SideConnection } from './side-connection.js';

const ANSWER_MS = 2_000;
/** Time for which a database that does not answer may hold up the end of a process. */
const CLOSE_MS = 250;
/** Finds nothing, by an index. It names no customer, so Citus asks every shard, and says which node does not answer. */
const ASK_EVERY_SHARD = "SELECT 1 FROM customers WHERE position = '' AND attributes IS NOT NULL LIMIT 1";

/** Tells whether the database answers. Has a connection of its own, because every connection of the pool may be busy. */
export class Readiness {
  private readonly sockets = new Sockets();
  private readonly connection: SideConnection;
  private asking: Promise<string | undefined> | undefined;

  constructor(url: string) {
    this.connection = new SideConnection(this.sockets.connectionTo(url));
  }

  /** Says what does not answer within 2 s; undefined if all does. Callers at the same time share one statement. */
  unreachable(): Promise<string | undefined> {
    this.asking ??= this.ask().finally(() => {
      this.asking = undefined;
    });
    return this.asking;
  }

  close(): Promise<void> {
    setTimeout(() => this.sockets.cut('it is closed'), CLOSE_MS).unref();
    return this.connection.close();
  }

  private async ask(): Promise<string | undefined> {
    try {
      await Promise.race([this.connection.query(ASK_EVERY_SHARD, ANSWER_MS * 2), late()]);
      return undefined;
    } catch (error) {
      // It answers, though not to one more connection.
      if (codeOf(error) === TOO_MANY_CONNECTIONS) return undefined;
      const reason = explained(error);
      return reason instanceof Error ? reason.message : String(reason);
    }
  }
}

async function late(): Promise<never> {
  await sleep(ANSWER_MS, undefined, { ref: false });
  throw Object.assign(new Error(`no answer within ${ANSWER_MS / 1000} s`), { code: 'ETIMEDOUT' });
}
