import { setImmediate as nextTick } from 'node:timers/promises';
import {
  CustomerRepository,
  type CustomerEdit,
  type CustomerPage,
  type CustomerPageJson,
  type Partials,
} from '../../domain/customer-repository.js';
import type { CustomerRecord } from '../../domain/customer.js';
import type { VerdictCounts } from '../../domain/fold.js';
import type { Checkpoint, IngestionCounts } from '../../domain/ingestion.js';
import { CustomerReader } from './customer-reader.js';
import { CustomerRows } from './customer-rows.js';
import { IngestionProgress } from './ingestion-progress.js';
import { PartMerger } from './part-merger.js';
import { prepareRows, type SqliteDatabase } from './sqlite-database.js';

/** How long a merge may keep the thread before others have a turn, in milliseconds. */
const SLICE_MS = 8;

/** The summary in one SQLite file. */
export class SqliteCustomerRepository extends CustomerRepository {
  private readonly reader: CustomerReader;
  private readonly rows: CustomerRows;
  private readonly merger: PartMerger;
  private readonly progress: IngestionProgress;

  constructor(private readonly database: SqliteDatabase) {
    super();
    const { writer } = database;
    this.reader = new CustomerReader(database);
    this.rows = new CustomerRows(writer);
    this.merger = new PartMerger(writer, this.rows);
    this.progress = new IngestionProgress(writer);
  }

  override async find(id: string): Promise<CustomerRecord | undefined> {
    return this.reader.find(id);
  }

  override async page(offset: number, limit: number): Promise<CustomerPage> {
    return this.reader.page(offset, limit);
  }

  override async findJson(id: string): Promise<Uint8Array | undefined> {
    return this.reader.findJson(id);
  }

  override async pageJson(offset: number, limit: number): Promise<CustomerPageJson> {
    return this.reader.pageJson(offset, limit);
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
}
