import { setImmediate as nextTick } from 'node:timers/promises';
import { numericId } from '../../domain/customer-id.js';
import {
  CustomerRepository,
  type CustomerEdit,
  type CustomerPage,
  type Partials,
} from '../../domain/customer-repository.js';
import type { CustomerRecord } from '../../domain/customer.js';
import type { Checkpoint, IngestionCounts } from '../../domain/ingestion.js';
import type { VerdictCounts } from '../../domain/fold.js';
import { RangeIndex, type OrderedId } from './customer-ranges.js';
import { CustomerRows } from './customer-rows.js';
import { IngestionProgress } from './ingestion-progress.js';
import { PartMerger } from './part-merger.js';
import { prepareRows, type Query, type SqliteDatabase } from './sqlite-database.js';

/** How long a merge may keep the thread before others have a turn, in milliseconds. */
const SLICE_MS = 8;

type RecordRow = [id: OrderedId, attributes: string, events: string, lastUpdated: number];

const RECORD = 'id, attributes, events, last_updated';

/** The summary in one SQLite file. */
export class SqliteCustomerRepository extends CustomerRepository {
  private readonly byKey: Query<RecordRow>;
  private readonly byTextId: Query<RecordRow>;
  private readonly inOrder: Query<RecordRow>;
  private readonly rangesVersion: Query<[number]>;
  private readonly rangeRows: Query<[first: OrderedId, customers: number]>;
  private readonly rows: CustomerRows;
  private readonly merger: PartMerger;
  private readonly progress: IngestionProgress;
  private index = new RangeIndex(-1, []);

  constructor(private readonly database: SqliteDatabase) {
    super();
    const { reader, writer } = database;
    this.byKey = prepareRows(reader, `SELECT ${RECORD} FROM customers WHERE key = ?`);
    this.byTextId = prepareRows(reader, `SELECT ${RECORD} FROM customers WHERE id = ?`);
    this.inOrder = prepareRows(reader, `SELECT ${RECORD} FROM customers WHERE id >= ? ORDER BY id LIMIT ? OFFSET ?`);
    this.rangesVersion = prepareRows(reader, "SELECT value FROM meta WHERE name = 'ranges_version'");
    this.rangeRows = prepareRows(reader, 'SELECT first, customers FROM customer_ranges ORDER BY first');
    this.rows = new CustomerRows(writer);
    this.merger = new PartMerger(writer, this.rows);
    this.progress = new IngestionProgress(writer);
  }

  override async find(id: string): Promise<CustomerRecord | undefined> {
    const key = numericId(id);
    const row = key === undefined ? this.byTextId.get(id) : this.byKey.get(key);
    return row && toRecord(row);
  }

  override async page(offset: number, limit: number): Promise<CustomerPage> {
    return this.database.snapshot(() => {
      const { total } = this.refreshIndex();
      if (offset >= total) return { customers: [], total };
      const { first, skip } = this.index.locate(offset);
      return { customers: this.inOrder.all(first, limit, skip).map(toRecord), total };
    });
  }

  override change(id: string, edit: CustomerEdit): Promise<CustomerRecord | undefined> {
    return this.write(() => {
      const { rows } = this;
      const key = rows.keyOf(id);
      const stored = rows.stored(key);
      const state = rows.state(key, id, stored);
      const deletedBefore = state.deletedAt;
      edit(state, stored);
      if (state.deletedAt !== undefined && state.deletedAt !== deletedBefore) rows.deleteUpTo(key, state.deletedAt);
      return rows.write(key, state, stored);
    });
  }

  override merge(partials: Partials, checkpoint: Checkpoint): Promise<IngestionCounts> {
    return this.write(async () => {
      const verdicts: VerdictCounts = { event: 0, attributes: 0, duplicate: 0, stale: 0 };
      const touched: number[] = [];
      let sliceEnd = performance.now() + SLICE_MS;
      for await (const partial of partials) {
        const known = this.merger.knownIn(partial);
        for (const key of this.merger.merge(known ? await partial.complete() : partial, known, verdicts)) {
          if (key !== undefined) touched.push(key);
          if (performance.now() < sliceEnd) continue;
          await nextTick();
          sliceEnd = performance.now() + SLICE_MS;
        }
      }
      return this.progress.advance(checkpoint, verdicts, touched);
    });
  }

  override async identityKey(): Promise<Uint32Array> {
    const read = prepareRows<[Uint8Array]>(this.database.reader, "SELECT value FROM meta WHERE name = 'identity_key'");
    const row = read.get();
    if (!row) throw new Error(`${this.database.path} has no identity key.`);
    return new Uint32Array(row[0].slice().buffer);
  }

  private write<T>(work: () => T | Promise<T>): Promise<T> {
    return this.database.write(async () => {
      this.rows.begin();
      const result = await work();
      this.rows.flush();
      return result;
    });
  }

  private refreshIndex(): RangeIndex {
    const version = this.rangesVersion.get()?.[0] ?? 0;
    if (version !== this.index.version) this.index = new RangeIndex(version, this.rangeRows.all());
    return this.index;
  }
}

function toRecord([id, attributes, events, lastUpdated]: RecordRow): CustomerRecord {
  return { id: String(id), attributes, events, lastUpdated };
}
