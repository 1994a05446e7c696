import type { StatementSyncInstance as StatementSync } from '@photostructure/sqlite';
import { setImmediate as nextTick } from 'node:timers/promises';
import { numericId } from '../../domain/customer-id.js';
import {
  CustomerRepository,
  UPDATED_BY_API,
  type CustomerEdit,
  type CustomerPage,
  type CustomerPageJson,
  type EditOutcome,
} from '../../domain/customer-repository.js';
import {
  toState,
  toStored,
  type CustomerRecord,
  type CustomerState,
  type StoredCustomer,
} from '../../domain/customer.js';
import type { Checkpoint, IngestionCounts } from '../../domain/ingestion.js';
import type { VerdictCounts } from '../../domain/fold.js';
import { DomainError } from '../../domain/errors.js';
import { FreshCustomers } from '../../domain/fresh-customer.js';
import { actionOf, editsBetween, type EditNote } from '../../domain/history.js';
import { customersOf, identitiesOf, mergeParts, type PartedCustomer } from '../../domain/merge.js';
import type { PartialSummary } from '../../domain/partial-summary.js';
import { AppliedMessagesTable } from './applied-messages.js';
import { CustomerRanges, type OrderedId } from './customer-ranges.js';
import { CustomerReader } from './customer-reader.js';
import { HistoryTable } from './history-table.js';
import { IngestionProgress } from './ingestion-progress.js';
import { SearchPending } from './search-pending.js';
import { prepareRows, type Query, type SqliteDatabase } from './sqlite-database.js';
import { StatisticsTable } from './statistics-table.js';

/** How long a merge may keep the thread before others have a turn, in milliseconds. */
const SLICE_MS = 8;

type RecordRow = [id: OrderedId, attributes: string, events: string, lastUpdated: number];
type StoredRow = [...RecordRow, attributeTimes: string];

const RECORD = 'id, attributes, events, last_updated';

/** The summary in one SQLite file. */
export class SqliteCustomerRepository extends CustomerRepository {
  private readonly reader: CustomerReader;
  private readonly storedByKey: Query<StoredRow>;
  private readonly deletionOf: Query<[number]>;
  private readonly textKey: Query<[number]>;
  private readonly newTextKey: Query<[number]>;
  private readonly upsert: StatementSync;
  private readonly insertBytes: StatementSync;
  private readonly remove: StatementSync;
  private readonly markDeleted: StatementSync;
  private readonly applied: AppliedMessagesTable;
  private readonly ranges: CustomerRanges;
  private readonly progress: IngestionProgress;
  private readonly pending: SearchPending;
  private readonly statistics: StatisticsTable;
  private readonly history: HistoryTable;

  constructor(private readonly database: SqliteDatabase) {
    super();
    const { writer } = database;
    this.reader = new CustomerReader(database);
    this.storedByKey = prepareRows(writer, `SELECT ${RECORD}, attribute_times FROM customers WHERE key = ?`);
    this.deletionOf = prepareRows(writer, 'SELECT deleted_at FROM deletions WHERE key = ?');
    this.textKey = prepareRows(writer, 'SELECT key FROM text_keys WHERE id = ?');
    this.newTextKey = prepareRows(
      writer,
      'INSERT INTO text_keys SELECT ?, coalesce(min(key), 0) - 1 FROM text_keys RETURNING key',
    );
    this.upsert = writer.prepare(
      `INSERT INTO customers (key, ${RECORD}, attribute_times) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET attributes = excluded.attributes, events = excluded.events,
         last_updated = excluded.last_updated, attribute_times = excluded.attribute_times`,
    );
    this.insertBytes = writer.prepare(
      `INSERT INTO customers (key, ${RECORD}, attribute_times)
       VALUES (?, ?, CAST(? AS TEXT), CAST(? AS TEXT), ?, CAST(? AS TEXT))`,
    );
    this.remove = writer.prepare('DELETE FROM customers WHERE key = ?');
    this.markDeleted = writer.prepare('INSERT OR REPLACE INTO deletions VALUES (?, ?)');
    this.applied = new AppliedMessagesTable(writer);
    this.ranges = new CustomerRanges(writer);
    this.progress = new IngestionProgress(writer);
    this.pending = new SearchPending(writer);
    this.statistics = new StatisticsTable(writer);
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

  override merge(parts: readonly PartialSummary[], checkpoint: Checkpoint): Promise<IngestionCounts> {
    return this.write(async () => {
      const verdicts: VerdictCounts = { event: 0, attributes: 0, duplicate: 0, stale: 0 };
      const touched: number[] = [];
      let sliceEnd = performance.now() + SLICE_MS;
      const fresh = new FreshCustomers(parts);
      for (const customer of customersOf(parts)) {
        const key = this.keyOf(customer.id);
        if (this.mergeOne(key, parts, customer, fresh, verdicts)) touched.push(key);
        if (performance.now() > sliceEnd) {
          this.statistics.flushIfLarge();
          await nextTick();
          sliceEnd = performance.now() + SLICE_MS;
        }
      }
      return this.progress.advance(checkpoint, verdicts, touched);
    });
  }

  override async deletions(): Promise<ReadonlyMap<string, number>> {
    const read = prepareRows<[id: OrderedId, deletedAt: number]>(
      this.database.reader,
      `SELECT coalesce(text_keys.id, deletions.key), deleted_at FROM deletions LEFT JOIN text_keys USING (key)`,
    );
    return new Map(read.all().map(([id, deletedAt]) => [String(id), deletedAt]));
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
    const known = numericId(id) ?? this.textKey.get(id)?.[0];
    const stored = known === undefined ? undefined : this.stored(known);
    const state = toState(id, stored, known === undefined ? undefined : this.deletedAt(known));
    const deletedBefore = state.deletedAt;
    const attributesBefore = new Map(state.attributes);
    edit(state, stored);
    const key = known ?? this.keyOf(id);
    if (state.deletedAt !== undefined && state.deletedAt !== deletedBefore) this.markDeleted.run(key, state.deletedAt);
    const record = state.exists ? this.save(key, state, stored !== undefined) : undefined;
    if (!record && stored) {
      this.remove.run(key);
      this.pending.add(key);
      this.ranges.count(orderedId(id), -1);
    }
    const edits = editsBetween(attributesBefore, state.attributes);
    this.statistics.counted.edit(edits, stored, record);
    const action = actionOf(stored !== undefined, state.exists, edits, note);
    if (action) this.history.append(key, note.source, action, edits);
    return { record, changed: action !== undefined };
  }

  private mergeOne(
    key: number,
    parts: readonly PartialSummary[],
    customer: PartedCustomer,
    fresh: FreshCustomers,
    verdicts: VerdictCounts,
  ): boolean {
    const { id } = customer;
    const stored = this.stored(key);
    const deletedAt = this.deletedAt(key);
    if (!stored && deletedAt === undefined && this.insertFresh(key, customer, fresh, verdicts)) return true;
    const state = toState(id, stored, deletedAt);
    const identities = parts.flatMap((part, i) => identitiesOf(part, customer.customers[i]));
    const applied = this.applied.open(key, identities);
    if (!mergeParts(state, parts, customer, applied, verdicts)) return false;
    this.statistics.counted.replace(stored, this.save(key, state, stored !== undefined));
    this.applied.save(key, applied);
    return true;
  }

  /** A customer without a row and a deletion has no identities either. */
  private insertFresh(
    key: number,
    { id, customers }: PartedCustomer,
    fresh: FreshCustomers,
    verdicts: VerdictCounts,
  ): boolean {
    const one = fresh.write(customers, verdicts);
    if (!one) return false;
    const ordered = orderedId(id);
    this.insertBytes.run(key, ordered, one.attributes, one.events, one.lastUpdated, one.attributeTimes);
    this.applied.insert(key, one.identities);
    this.pending.add(key);
    this.statistics.counted.addFresh(one);
    this.ranges.count(ordered, 1);
    return true;
  }

  private save(key: number, state: CustomerState, existed: boolean): CustomerRecord {
    const { attributes, events, lastUpdated, attributeTimes } = toStored(state);
    const id = orderedId(state.id);
    this.upsert.run(key, id, attributes, events, lastUpdated, attributeTimes);
    this.pending.add(key);
    if (!existed) this.ranges.count(id, 1);
    return { id: state.id, attributes, events, lastUpdated };
  }

  private write<T>(work: () => T | Promise<T>): Promise<T> {
    return this.database.write(async () => {
      this.ranges.reset();
      this.pending.reset();
      this.statistics.reset();
      const result = await work();
      this.ranges.flush();
      this.statistics.flush();
      return result;
    });
  }

  private keyOf(id: string): number {
    const number = numericId(id);
    if (number !== undefined) return number;
    const row = this.textKey.get(id) ?? this.newTextKey.get(id);
    if (!row) throw new Error('A new key was not returned.');
    return row[0];
  }

  private stored(key: number): StoredCustomer | undefined {
    const row = this.storedByKey.get(key);
    if (!row) return undefined;
    const [id, attributes, events, lastUpdated, attributeTimes] = row;
    return { id: String(id), attributes, events, lastUpdated, attributeTimes };
  }

  private deletedAt(key: number): number | undefined {
    return this.deletionOf.get(key)?.[0];
  }
}

function orderedId(id: string): OrderedId {
  return numericId(id) ?? id;
}
