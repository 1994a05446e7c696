import type { DatabaseSyncInstance as DatabaseSync } from '@photostructure/sqlite';
import { numericId } from '../../../domain/customer/customer-id.js';
import type { CustomerRecord } from '../../../domain/customer/customer.js';
import { prepareRows, type Query } from '../database/statements.js';
import type { NameKind } from './block-builder.js';
import { BlockStore, type Block } from './blocks.js';
import { noBits, setBit, type Bits } from './documents.js';
import { Labels } from './labels.js';
import { PendingDocuments } from './pending-documents.js';

/** So many customers that are not indexed are looked at one by one, in 20 ms or so; of more a search says that it is behind. */
const MOST_PENDING = 1_000;

type RecordRow = [id: number | string, attributes: string, events: string, lastUpdated: number];

/** The index and what changed since, as of one moment. */
export interface Snapshot {
  /** Documents whose customers have changed since are not live. */
  readonly blocks: readonly Block[];
  readonly pending: PendingDocuments;
  /** True when more have changed than can be looked at: the blocks are as they were indexed then. */
  readonly behind: boolean;
}

/** Reads the index, what is pending, and customers. */
export class SnapshotReader {
  readonly store: BlockStore;
  readonly labels: Labels;
  private readonly recordOf: Query<RecordRow>;
  private readonly textKey: Query<[number]>;
  private readonly pendingKeys: Query<[key: number]>;
  private readonly isPending: Query<[number]>;
  private readonly nameNumber: Query<[number]>;
  private readonly names: Query<[number: number, name: string]>;

  constructor(db: DatabaseSync) {
    this.store = new BlockStore(db);
    this.labels = new Labels(db);
    this.recordOf = prepareRows(db, 'SELECT id, attributes, events, last_updated FROM customers WHERE key = ?');
    this.textKey = prepareRows(db, 'SELECT key FROM text_keys WHERE id = ?');
    this.pendingKeys = prepareRows(db, 'SELECT key FROM search_pending WHERE key > ? ORDER BY key LIMIT ?');
    this.isPending = prepareRows(db, 'SELECT 1 FROM search_pending WHERE key = ?');
    this.nameNumber = prepareRows(db, 'SELECT number FROM search_names WHERE kind = ? AND name = ?');
    this.names = prepareRows(db, 'SELECT number, name FROM search_names WHERE kind = ?');
  }

  read(): Snapshot {
    const indexed = this.store.current();
    const keys = this.pendingAfter(-Infinity, MOST_PENDING + 1);
    if (keys.length > MOST_PENDING) {
      return { blocks: indexed, pending: new PendingDocuments([], [], this.labels), behind: true };
    }
    const existing: number[] = [];
    const records: CustomerRecord[] = [];
    for (const key of keys) {
      const record = this.record(key);
      if (!record) continue;
      existing.push(key);
      records.push(record);
    }
    const pending = new PendingDocuments(existing, records, this.labels);
    return { blocks: indexed.map((block) => withoutKeys(block, keys)), pending, behind: false };
  }

  record(key: number): CustomerRecord | undefined {
    const row = this.recordOf.get(key);
    if (!row) return undefined;
    const [id, attributes, events, lastUpdated] = row;
    return { id: String(id), attributes, events, lastUpdated };
  }

  keyOf(id: string): number | undefined {
    return numericId(id) ?? this.textKey.get(id)?.[0];
  }

  /** The keys that are pending, in their order. */
  pendingAfter(key: number, limit: number): number[] {
    return this.pendingKeys.all(key, limit).map(([one]) => one);
  }

  changedSince(key: number): boolean {
    return this.isPending.get(key) !== undefined;
  }

  numberOf(kind: NameKind, name: string): number | undefined {
    return this.nameNumber.get(kind, name)?.[0];
  }

  allNames(kind: NameKind): [number: number, name: string][] {
    return this.names.all(kind);
  }
}

/** A block in which the customers of some keys are not live. */
export function withoutKeys(block: Block, keys: readonly number[]): Block {
  let dead: Bits | undefined;
  for (const key of keys) {
    const document = block.documentOf(key);
    if (document !== undefined) setBit((dead ??= noBits(block.size)), document);
  }
  return dead ? block.without(dead) : block;
}
