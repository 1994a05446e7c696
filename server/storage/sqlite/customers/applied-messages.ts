import type {
  DatabaseSyncInstance as DatabaseSync,
  StatementSyncInstance as StatementSync,
} from '@photostructure/sqlite';
import { IDENTITY_BYTES } from '../../../domain/message/message-identity.js';
import {
  CustomerMessages,
  LOWEST,
  lowerBound,
  splitRun,
  type IdentityRun,
  type OpenedRun,
} from '../../../domain/customer/packed-identities.js';
import { prepareRows, type Query } from '../database/statements.js';

/** Limit of a row, in identities: a message rewrites at most 4 kB, however many messages its customer has. */
const RUN_IDENTITIES = 256;
/** Identities of a row after a split, so that the next message does not split it again. */
const FILLED_IDENTITIES = 160;

type RunRow = [first: Uint8Array, identities: Uint8Array];

/** The table of identities, in packed and sorted runs that split as they grow. */
export class AppliedMessagesTable {
  private readonly from: Query<RunRow>;
  private readonly upsert: StatementSync;

  constructor(db: DatabaseSync) {
    this.from = prepareRows<RunRow>(
      db,
      `SELECT first, identities FROM applied_messages WHERE key = ?1 AND first >=
         coalesce((SELECT max(first) FROM applied_messages WHERE key = ?1 AND first <= ?2), x'')
       ORDER BY first LIMIT 2`,
    );
    this.upsert = db.prepare('INSERT OR REPLACE INTO applied_messages VALUES (?, ?, ?)');
  }

  /**
   * Reads the runs of one customer that may hold some of `identities`.
   * @param identities packed and sorted, each once
   */
  open(key: number, identities: Uint8Array): CustomerMessages {
    const runs: OpenedRun[] = [];
    for (let at = 0; at < identities.length;) {
      const rows = this.from.all(key, identities.subarray(at, at + IDENTITY_BYTES));
      const [first, known] = rows.at(0) ?? [LOWEST, LOWEST];
      const next = rows.at(1);
      const end = next ? lowerBound(identities, next[0], at) : identities.length;
      runs.push({ first, identities: known, wanted: identities.subarray(at, end) });
      at = end;
    }
    return new CustomerMessages(runs);
  }

  /** Writes the packed and sorted identities of a customer that has none yet. */
  insert(key: number, packed: Uint8Array): void {
    this.write(key, { first: LOWEST, identities: packed });
  }

  /** Writes the runs that have changed since {@link open}. */
  save(key: number, messages: CustomerMessages): void {
    for (const run of messages.changed()) this.write(key, run);
  }

  private write(key: number, run: IdentityRun): void {
    for (const { first, identities } of splitRun(run, RUN_IDENTITIES, FILLED_IDENTITIES)) {
      this.upsert.run(key, first, identities);
    }
  }
}
