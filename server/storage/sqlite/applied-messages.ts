import type {
  DatabaseSyncInstance as DatabaseSync,
  StatementSyncInstance as StatementSync,
} from '@photostructure/sqlite';
import type { AppliedMessages } from '../../domain/fold.js';
import { IDENTITY_BYTES, type Identity } from '../../domain/message-identity.js';
import { prepareRows, type Query } from './sqlite-database.js';

/** Identities of one row at most: a message rewrites no more than 4 kB, however many its customer has. */
const SEGMENT_IDENTITIES = 256;
/** How full a row is made when one is split, so that the next message does not split it again. */
const FILLED_IDENTITIES = 160;

interface Segment {
  readonly first: Uint8Array;
  readonly identities: Uint8Array;
  readonly added: Set<Identity>;
}

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

  /** Reads the segments of one customer that may hold one of `identities`. */
  open(key: number, identities: readonly Identity[]): CustomerMessages {
    const wanted = [...identities].sort();
    const segments: Segment[] = [];
    const home = new Map<Identity, Segment>();
    for (let i = 0; i < wanted.length;) {
      const rows = this.from.all(key, pack([wanted[i]]));
      const [first, packed] = rows.at(0) ?? [new Uint8Array(0), new Uint8Array(0)];
      const segment = { first, identities: packed, added: new Set<Identity>() };
      segments.push(segment);
      const next = rows.at(1);
      const until = next && unpack(next[0], 0);
      for (; i < wanted.length && (until === undefined || wanted[i] < until); i++) home.set(wanted[i], segment);
    }
    return new CustomerMessages(segments, home);
  }

  /** Writes the identities of a customer that has none yet, packed and sorted. */
  insert(key: number, packed: Uint8Array): void {
    this.write(key, new Uint8Array(0), packed);
  }

  /** Writes what was added since {@link open}. */
  save(key: number, messages: CustomerMessages): void {
    for (const { first, identities, added } of messages.segments) {
      if (added.size === 0) continue;
      this.write(key, first, mergeSorted(identities, pack([...added].sort())));
    }
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

/** The applied messages of one customer, as far as they were asked for. */
export class CustomerMessages implements AppliedMessages {
  constructor(
    readonly segments: readonly Segment[],
    private readonly home: ReadonlyMap<Identity, Segment>,
  ) {}

  has(identity: Identity): boolean {
    const segment = this.segment(identity);
    return segment.added.has(identity) || contains(segment.identities, identity);
  }

  add(identity: Identity): void {
    this.segment(identity).added.add(identity);
  }

  private segment(identity: Identity): Segment {
    const segment = this.home.get(identity);
    if (!segment) throw new Error('This identity was not among those that were opened.');
    return segment;
  }
}

function pack(identities: readonly Identity[]): Uint8Array {
  const bytes = new Uint8Array(identities.length * IDENTITY_BYTES);
  let at = 0;
  for (const identity of identities) {
    for (let i = 0; i < identity.length; i++) {
      const unit = identity.charCodeAt(i);
      bytes[at++] = unit >>> 8;
      bytes[at++] = unit & 0xff;
    }
  }
  return bytes;
}

function unpack(bytes: Uint8Array, at: number): Identity {
  let identity = '';
  for (let i = at; i < at + IDENTITY_BYTES; i += 2) identity += String.fromCharCode((bytes[i] << 8) | bytes[i + 1]);
  return identity;
}

function contains(packed: Uint8Array, identity: Identity): boolean {
  let low = 0;
  let high = packed.length / IDENTITY_BYTES - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const order = compareAt(packed, middle * IDENTITY_BYTES, identity);
    if (order === 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

function compareAt(packed: Uint8Array, at: number, identity: Identity): number {
  for (let i = 0; i < identity.length; i++) {
    const order = ((packed[at + 2 * i] << 8) | packed[at + 2 * i + 1]) - identity.charCodeAt(i);
    if (order !== 0) return order;
  }
  return 0;
}

/** Merges two packed lists that share no identity. */
function mergeSorted(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const merged = new Uint8Array(a.length + b.length);
  let i = 0;
  let j = 0;
  for (let at = 0; at < merged.length; at += IDENTITY_BYTES) {
    const fromA = j >= b.length || (i < a.length && compareAt(a, i, unpack(b, j)) < 0);
    const source = fromA ? a : b;
    const from = fromA ? i : j;
    merged.set(source.subarray(from, from + IDENTITY_BYTES), at);
    if (fromA) i += IDENTITY_BYTES;
    else j += IDENTITY_BYTES;
  }
  return merged;
}
