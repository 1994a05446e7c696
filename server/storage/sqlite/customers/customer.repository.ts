import { setImmediate as nextTick } from 'node:timers/promises';
import {
  CustomerRepository,
  UPDATED_BY_API,
  type CustomerEdit,
  type CustomerPage,
  type CustomerPageJson,
  type EditOutcome,
  type FoldedBatches,
} from '../../../domain/customer/customer-repository.js';
import { toState, type CustomerRecord } from '../../../domain/customer/customer.js';
import { DomainError } from '../../../domain/errors.js';
import { failPoint } from '../../../domain/fail-point.js';
import { actionOf, editsBetween, type EditNote } from '../../../domain/customer/history.js';
import type { Checkpoint, IngestionCounts } from '../../../domain/ingestion/ingestion.js';
import { CustomerReader } from './customer-reader.js';
import { CustomerRows } from './customer-rows.js';
import { HistoryTable } from './history-table.js';
import { ApplierClient, type StartApplier } from './applier-client.js';
import { PartMerger } from './part-merger.js';
import type { SqliteDatabase } from '../database/database.js';
import { prepareRows } from '../database/statements.js';

/** The summary in one SQLite file. */
export class SqliteCustomerRepository extends CustomerRepository {
  private readonly reader: CustomerReader;
  private readonly rows: CustomerRows;
  private readonly merger: PartMerger;
  /** Applies stretches in a thread of its own, so that the calling thread keeps answering; undefined: in the calling thread. */
  private readonly applier: ApplierClient | undefined;
  private readonly history: HistoryTable;

  constructor(
    private readonly database: SqliteDatabase,
    startApplier?: StartApplier,
  ) {
    super();
    const { writer } = database;
    this.reader = new CustomerReader(database);
    this.rows = new CustomerRows(writer);
    this.merger = new PartMerger(writer, this.rows);
    this.applier = startApplier && new ApplierClient(database.path, startApplier);
    this.history = new HistoryTable(writer);
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

  override change(id: string, edit: CustomerEdit, note = UPDATED_BY_API): Promise<CustomerRecord | undefined> {
    return this.write(() => this.changeOne(id, edit, note).record);
  }

  override changeEach(ids: readonly string[], edit: CustomerEdit, note: EditNote): Promise<EditOutcome[]> {
    return this.write(() =>
      ids.map((id) => {
        try {
          return { id, changed: this.changeOne(id, edit, note).changed, refusal: undefined };
        } catch (error) {
          if (error instanceof DomainError) return { id, changed: false, refusal: error };
          throw error;
        }
      }),
    );
  }

  override merge(partials: FoldedBatches, checkpoint: Checkpoint): Promise<IngestionCounts> {
    const { applier } = this;
    if (applier) return this.database.inTurn(() => applier.apply(partials, checkpoint));
    return this.write(async () => {
      const merge = this.merger.begin(checkpoint.ingestionId);
      for await (const partial of partials) {
        if (!merge.add(partial)) merge.addRest(await partial.complete());
        failPoint('apply:batch-written');
        await nextTick();
      }
      return merge.finish(checkpoint);
    });
  }

  /** Ends the thread that has the database open, if there is one. */
  async close(): Promise<void> {
    await this.applier?.stop();
  }

  override async identityKey(): Promise<Uint32Array> {
    const read = prepareRows<[Uint8Array]>(this.database.reader, "SELECT value FROM meta WHERE name = 'identity_key'");
    const row = read.get();
    if (!row) throw new Error(`${this.database.path} has no identity key.`);
    return new Uint32Array(row[0].slice().buffer);
  }

  /** Throws what the edit throws, before anything is written. */
  private changeOne(
    id: string,
    edit: CustomerEdit,
    note: EditNote,
  ): { readonly record: CustomerRecord | undefined; readonly changed: boolean } {
    const { rows } = this;
    const known = rows.knownKeyOf(id);
    const stored = known === undefined ? undefined : rows.stored(known);
    const state = toState(id, stored, known === undefined ? undefined : rows.deletedAt(known));
    const deletedBefore = state.deletedAt;
    const attributesBefore = new Map(state.attributes);
    edit(state, stored);
    const key = known ?? rows.keyOf(id);
    if (state.deletedAt !== undefined && state.deletedAt !== deletedBefore) rows.deleteUpTo(key, state.deletedAt);
    const record = rows.write(key, state, stored);
    const edits = editsBetween(attributesBefore, state.attributes);
    rows.statistics.counted.edit(edits, stored, record);
    const action = actionOf(stored !== undefined, state.exists, edits, note);
    if (action) this.history.append(key, note.source, action, edits);
    return { record, changed: action !== undefined };
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
