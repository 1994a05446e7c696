import { numericId } from '../../../domain/customer/customer-id.js';
import type { CustomerPage, CustomerPageJson, RunAfter } from '../../../domain/customer/customer-repository.js';
import type { CustomerRecord } from '../../../domain/customer/customer.js';
import { readLabels } from '../../../domain/customer/labels.js';
import { RangeIndex, type OrderedId } from './customer-ranges.js';
import type { SqliteDatabase } from '../database/database.js';
import { prepareRows, type Query } from '../database/statements.js';

type RecordRow = [id: OrderedId, attributes: string, events: string, lastUpdated: number];

const RECORD = 'id, attributes, events, last_updated';
/**
 * The `customerJson` of a row. A page of 25 joined in SQLite takes a third of the time of a hundred values passed to JavaScript.
 * The driver binds a number beyond 32 bits as a REAL.
 */
const JSON_TEXT = `concat('{"id":', CASE typeof(id) WHEN 'text' THEN json_quote(id) ELSE CAST(id AS INTEGER) END,
  ',"attributes":', attributes, ',"events":', events, ',"last_updated":', last_updated / 1000, '}')`;
const IN_ORDER = 'FROM customers WHERE id >= ? ORDER BY id LIMIT ? OFFSET ?';
/** Ids behind one, with the bytes of their records, which SQLite knows without reading them. */
const SIZES = `SELECT id, octet_length(attributes) + octet_length(events) FROM customers WHERE id > ? ORDER BY id LIMIT ?`;
/** No id comes before it. */
const LOWEST = -1;
/** Rows whose sizes are read at once. */
const MOST_SIZES = 500;
const RANGES_VERSION = "SELECT value FROM meta WHERE name = 'ranges_version'";
const NOTHING = new Uint8Array(0);

/** Reads customers beside any write: as records, and as the JSON that is served. */
export class CustomerReader {
  private readonly byKey: Query<RecordRow>;
  private readonly byTextId: Query<RecordRow>;
  private readonly labelsById: Query<[string | null]>;
  private readonly inOrder: Query<RecordRow>;
  private readonly jsonByKey: Query<[Uint8Array]>;
  private readonly jsonByTextId: Query<[Uint8Array]>;
  private readonly jsonInOrder: Query<[rangesVersion: number, customers: Uint8Array | null]>;
  private readonly sizesAfter: Query<[id: OrderedId, bytes: number]>;
  private readonly jsonAfter: Query<[Uint8Array]>;
  private readonly rangesVersion: Query<[number]>;
  private readonly rangeRows: Query<[first: OrderedId, customers: number]>;
  private index = new RangeIndex(-1, []);

  constructor(private readonly database: SqliteDatabase) {
    const { reader } = database;
    this.byKey = prepareRows(reader, `SELECT ${RECORD} FROM customers WHERE key = ?`);
    this.byTextId = prepareRows(reader, `SELECT ${RECORD} FROM customers WHERE id = ?`);
    this.labelsById = prepareRows(reader, 'SELECT labels FROM customers WHERE id = ?');
    this.inOrder = prepareRows(reader, `SELECT ${RECORD} ${IN_ORDER}`);
    this.jsonByKey = prepareRows(reader, `SELECT CAST(${JSON_TEXT} AS BLOB) FROM customers WHERE key = ?`);
    this.jsonByTextId = prepareRows(reader, `SELECT CAST(${JSON_TEXT} AS BLOB) FROM customers WHERE id = ?`);
    this.jsonInOrder = prepareRows(
      reader,
      `SELECT (${RANGES_VERSION}), CAST(group_concat(json, ',') AS BLOB) FROM (SELECT ${JSON_TEXT} AS json ${IN_ORDER})`,
    );
    this.sizesAfter = prepareRows(reader, SIZES);
    this.jsonAfter = prepareRows(
      reader,
      `SELECT CAST(group_concat(json, ',') AS BLOB) FROM (
         SELECT ${JSON_TEXT} AS json FROM customers WHERE id > ? ORDER BY id LIMIT ?)`,
    );
    this.rangesVersion = prepareRows(reader, RANGES_VERSION);
    this.rangeRows = prepareRows(reader, 'SELECT first, customers FROM customer_ranges ORDER BY first');
  }

  get(id: string): CustomerRecord | undefined {
    const key = numericId(id);
    const row = key === undefined ? this.byTextId.get(id) : this.byKey.get(key);
    return row && toRecord(row);
  }

  getJson(id: string): Uint8Array | undefined {
    const key = numericId(id);
    return (key === undefined ? this.jsonByTextId.get(id) : this.jsonByKey.get(key))?.[0];
  }

  labels(id: string): readonly string[] | undefined {
    const row = this.labelsById.get(numericId(id) ?? id);
    return row && readLabels(row[0] ?? undefined);
  }

  page(offset: number, limit: number): CustomerPage {
    return this.database.snapshot(() => {
      const index = this.refreshIndex();
      if (offset >= index.total) return { customers: [], total: index.total };
      const { first, skip } = index.locate(offset);
      return { customers: this.inOrder.all(first, limit, skip).map(toRecord), total: index.total };
    });
  }

  pageJson(offset: number, limit: number): CustomerPageJson {
    // Usually no customer came or left since the last page. The statement itself tells so, and no transaction is needed.
    return (
      this.readJson(this.index, offset, limit) ??
      this.database.snapshot(() => {
        const index = this.refreshIndex();
        return this.readJson(index, offset, limit) ?? { customers: NOTHING, total: index.total };
      })
    );
  }

  runAfter(id: string | undefined, limit: number, bytes: number): RunAfter {
    const after = id === undefined ? LOWEST : (numericId(id) ?? id);
    return this.database.snapshot(() => {
      let [count, length, last] = [0, 0, id];
      for (const [next, size] of this.sizesAfter.all(after, Math.min(limit, MOST_SIZES))) {
        if (length >= bytes) break;
        count++;
        length += size;
        last = String(next);
      }
      if (count === 0) return { json: NOTHING, count, last: undefined };
      return { json: this.jsonAfter.get(after, count)?.[0] ?? NOTHING, count, last };
    });
  }

  /** Returns undefined when the index is out of date, or the page is past its end. */
  private readJson(index: RangeIndex, offset: number, limit: number): CustomerPageJson | undefined {
    if (offset >= index.total) return undefined;
    const { first, skip } = index.locate(offset);
    const [version, customers] = this.jsonInOrder.get(first, limit, skip) ?? [-1, null];
    return version === index.version ? { customers: customers ?? NOTHING, total: index.total } : undefined;
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
