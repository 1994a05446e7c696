import type {
  DatabaseSyncInstance as DatabaseSync,
  StatementSyncInstance as StatementSync,
} from '@photostructure/sqlite';
import type { AppliedMessages } from '../../domain/fold.js';
import { IDENTITY_BYTES, unpackIdentities, type Identity } from '../../domain/message-identity.js';
import { containsIdentity, lowerBound, mergePacked, packIdentities } from '../../domain/packed-identities.js';
import { prepareRows, type Query } from './statements.js';

/** Identities of one row at most: a message rewrites no more than 4 kB, however many its customer has. */
const SEGMENT_IDENTITIES = 256;
/** How full a row is made when one is split, so that the next message does not split it again. */
const FILLED_IDENTITIES = 160;
const LOWEST = new Uint8Array(0);

type SegmentRow = [first: Uint8Array, identities: Uint8Array];

/** A row, and those of the identities asked for that belong to it; all packed and sorted. */
interface Segment {
  readonly first: Uint8Array;
  readonly identities: Uint8Array;
  readonly wanted: Uint8Array;
}

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
    const segments: Segment[] = [];
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
    this.write(key, LOWEST, packed);
  }

  /** Writes what has been added since {@link open}. */
  save(key: number, messages: CustomerMessages): void {
    for (const { first, identities } of messages.changed()) this.write(key, first, identities);
  }

  /** Writes the segment that begins with `first`, in several where it has become too large. */
  private write(key: number, first: Uint8Array, packed: Uint8Array): void {
    const count = packed.length / IDENTITY_BYTES;
    const step = count <= SEGMENT_IDENTITIES ? count : Math.ceil(count / Math.ceil(count / FILLED_IDENTITIES));
    for (let at = 0; at < count; at += step) {
      const part = packed.subarray(at * IDENTITY_BYTES, (at + step) * IDENTITY_BYTES);
      this.upsert.run(key, at === 0 ? first : part.subarray(0, IDENTITY_BYTES), part);
    }
  }
}

/** The applied messages of one customer, as far as they were asked for. Either all are added, or one after the other. */
export class CustomerMessages implements AppliedMessages {
  /** How many of those asked for were applied before. */
  readonly known: number;
  private readonly withAll: { readonly first: Uint8Array; readonly identities: Uint8Array }[] = [];
  private home: Map<Identity, Segment> | undefined;
  private readonly added = new Map<Segment, Set<Identity>>();

  constructor(private readonly segments: readonly Segment[]) {
    let known = 0;
    for (const { first, identities, wanted } of segments) {
      const { merged, common } = mergePacked(identities, wanted);
      this.withAll.push({ first, identities: merged });
      known += common;
    }
    this.known = known;
  }

  has(identity: Identity): boolean {
    const segment = this.segment(identity);
    return this.added.get(segment)?.has(identity) === true || containsIdentity(segment.identities, identity);
  }

  add(identity: Identity): void {
    const segment = this.segment(identity);
    const added = this.added.get(segment);
    if (added) added.add(identity);
    else this.added.set(segment, new Set([identity]));
  }

  /** The segments as they are now: with what was added, or, where nothing was added by itself, with all that was asked for. */
  *changed(): Generator<{ readonly first: Uint8Array; readonly identities: Uint8Array }> {
    if (!this.home) yield* this.withAll;
    for (const [{ first, identities }, added] of this.added) {
      yield { first, identities: mergePacked(identities, packIdentities([...added].sort())).merged };
    }
  }

  private segment(identity: Identity): Segment {
    this.home ??= new Map(
      this.segments.flatMap((segment) => unpackIdentities(segment.wanted).map((wanted) => [wanted, segment])),
    );
    const segment = this.home.get(identity);
    if (!segment) throw new Error('This identity was not among those that were opened.');
    return segment;
  }
}
