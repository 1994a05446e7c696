import type {
  DatabaseSyncInstance as DatabaseSync,
  StatementSyncInstance as StatementSync,
} from '@photostructure/sqlite';
import { IDENTITY_BYTES } from '../../../domain/message/message-identity.js';
import {
  CustomerMessages,
  LOWEST,
  lowerBound,
  splitSegment,
  type IdentitySegment,
  type OpenedSegment,
} from '../../../domain/customer/packed-identities.js';
import { prepareRows, type Query } from '../database/statements.js';

/** Identities of one row at most: a message rewrites no more than 4 kB, however many its customer has. */
const SEGMENT_IDENTITIES = 256;
/** How full a row is made when one is split, so that the next message does not split it again. */
const FILLED_IDENTITIES = 160;

type SegmentRow = [first: Uint8Array, identities: Uint8Array];

/** The table of identities, packed and sorted, in segments that split as they grow. */
export class AppliedMessagesTable {
  private readonly from: Query<SegmentRow>;
  private readonly upsert: StatementSync;

  constructor(db: DatabaseSync) {
    this.from = prepareRows<SegmentRow>(
      db,
      `SELECT first, identities FROM applied_messages WHERE key = ?1 AND first >=
         coalesce((SELECT max(first) FROM applied_messages WHERE key = ?1 AND first <= ?2), x'')
       ORDER BY first LIMIT 2`,
    );
    this.upsert = db.prepare('INSERT OR REPLACE INTO applied_messages VALUES (?, ?, ?)');
  }

  /**
   * Reads the segments of one customer that may hold one of `identities`.
   * @param identities packed and sorted, each once
   */
  open(key: number, identities: Uint8Array): CustomerMessages {
    const segments: OpenedSegment[] = [];
    for (let at = 0; at < identities.length;) {
      const rows = this.from.all(key, identities.subarray(at, at + IDENTITY_BYTES));
      const [first, known] = rows.at(0) ?? [LOWEST, LOWEST];
      const next = rows.at(1);
      const end = next ? lowerBound(identities, next[0], at) : identities.length;
      segments.push({ first, identities: known, wanted: identities.subarray(at, end) });
      at = end;
    }
    return new CustomerMessages(segments);
  }

  /** Writes the identities of a customer that has none yet, packed and sorted. */
  insert(key: number, packed: Uint8Array): void {
    this.write(key, { first: LOWEST, identities: packed });
  }

  /** Writes what has been added since {@link open}. */
  save(key: number, messages: CustomerMessages): void {
    for (const segment of messages.changed()) this.write(key, segment);
  }

  private write(key: number, segment: IdentitySegment): void {
    for (const { first, identities } of splitSegment(segment, SEGMENT_IDENTITIES, FILLED_IDENTITIES)) {
      this.upsert.run(key, first, identities);
    }
  }
}
