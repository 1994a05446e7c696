import type {
  CustomerPage,
  CustomerPageJson,
  CustomerRun,
  RunAfter,
  RunAmong,
} from '../../../domain/customer/customer-repository.js';
import type { CustomerRecord } from '../../../domain/customer/customer.js';
import { readLabels } from '../../../domain/customer/labels.js';
import { hasUnsupportedCharacter } from '../../../domain/text.js';
import { PENDING, type CustomerRanges } from './customer-ranges.js';
import type { PostgresDatabase } from '../database/database.js';
import { inOrder, position } from './row.js';

/** Used instead of `Buffer.from`, which takes short texts from a pool of 8 kB: a cached read would hold all of it. */
const encoder = new TextEncoder();

export interface RecordRow {
  readonly customer_id: string;
  readonly attributes: string;
  readonly events: string;
  readonly last_updated: number;
}

/** Read together with a page, to detect that the ranges changed between finding the page and reading it. */
interface Found {
  readonly version: number;
  readonly pending: string;
}

interface JsonRow {
  readonly customers: string;
}

/** The JSON of one customer. */
interface IdJsonRow extends JsonRow {
  readonly customer_id: string;
}

/** The bytes of a record. */
interface SizeRow {
  readonly customer_id: string;
  readonly bytes: number;
}

/** Reads at most $3 rows from a position ($1) on, after skipping $2 rows. */
interface PageQuery<Row> {
  readonly name: string;
  readonly text: string;
  /** A member that is null only when there is no row. */
  readonly member: keyof Row;
}

const RECORD = 'customer_id, attributes, events, last_updated';
/** The `customerJson` of a row: one value instead of four for each customer. Positions of numbers come before '1'. */
const JSON_TEXT = `'{"id":' || CASE WHEN position < '1' THEN customer_id ELSE to_json(customer_id)::text END ||
  ',"attributes":' || attributes || ',"events":' || events || ',"last_updated":' || last_updated / 1000 || '}'`;

const PAGE = 'FROM customers WHERE attributes IS NOT NULL AND position >= $1 ORDER BY position OFFSET $2 LIMIT $3';
const RECORDS: PageQuery<RecordRow> = { name: 'page', text: `SELECT ${RECORD} ${PAGE}`, member: 'customer_id' };
const JSONS: PageQuery<JsonRow> = {
  name: 'page_json',
  // Joined outside: inside, rows that are skipped would be joined as well.
  text: `SELECT string_agg(${JSON_TEXT}, ',' ORDER BY position) AS customers
    FROM (SELECT position, ${RECORD} ${PAGE}) AS page`,
  member: 'customers',
};
/** The same rows, by what they show. $1 is a position; at most $2 rows behind it. */
const BEHIND = 'FROM customers WHERE attributes IS NOT NULL AND position > $1 ORDER BY position LIMIT $2';
const AMONG = 'FROM customers WHERE attributes IS NOT NULL AND customer_id = ANY($1)';
const SIZE = 'customer_id, (octet_length(attributes) + octet_length(events))::bigint AS bytes';
/** Rows whose sizes are read at once. */
const MOST_SIZES = 500;
const withVersion = (rows: string): string => `
  SELECT v.version, v.pending, found.* FROM (
    SELECT (SELECT version FROM customer_ranges_version) AS version, ${PENDING} AS pending
  ) AS v LEFT JOIN (${rows}) AS found ON true`;

/** Reads customers: as records, and as the JSON that is served. */
export class CustomerReader {
  constructor(
    private readonly database: PostgresDatabase,
    private readonly ranges: CustomerRanges,
  ) {}

  async get(id: string): Promise<CustomerRecord | undefined> {
    if (hasUnsupportedCharacter(id)) return undefined;
    const rows = await this.database.read<RecordRow>(
      'customer',
      `SELECT ${RECORD} FROM customers WHERE customer_id = $1 AND attributes IS NOT NULL`,
      [id],
    );
    return rows.length === 0 ? undefined : toRecord(rows[0]);
  }

  /** The key of the identities of messages, which every process shares. */
  async identityKey(): Promise<Uint32Array> {
    const rows = await this.database.read<{ value: string }>(
      'identity_key',
      "SELECT value FROM meta WHERE name = 'identity_key'",
    );
    if (rows.length === 0) throw new Error('The database has no identity key.');
    return new Uint32Array(Uint8Array.from(Buffer.from(rows[0].value, 'hex')).buffer);
  }

  async labels(id: string): Promise<readonly string[] | undefined> {
    if (hasUnsupportedCharacter(id)) return undefined;
    const text = 'SELECT labels FROM customers WHERE customer_id = $1 AND attributes IS NOT NULL';
    const row = (await this.database.read<{ labels: string | null }>('labels', text, [id])).at(0);
    return row && readLabels(row.labels ?? undefined);
  }

  async getJson(id: string): Promise<Uint8Array | undefined> {
    if (hasUnsupportedCharacter(id)) return undefined;
    const rows = await this.database.read<JsonRow>(
      'customer_json',
      `SELECT ${JSON_TEXT} AS customers FROM customers WHERE customer_id = $1 AND attributes IS NOT NULL`,
      [id],
    );
    return rows.length === 0 ? undefined : encoder.encode(rows[0].customers);
  }

  async page(offset: number, limit: number): Promise<CustomerPage> {
    const { rows, total } = await this.read(RECORDS, offset, limit);
    return { customers: rows.map(toRecord), total };
  }

  async pageJson(offset: number, limit: number): Promise<CustomerPageJson> {
    const { rows, total } = await this.read(JSONS, offset, limit);
    return { customers: encoder.encode(rows.at(0)?.customers), total };
  }

  async runAfter(id: string | undefined, limit: number, bytes: number): Promise<RunAfter> {
    const after = id === undefined ? '' : position(id);
    const most = Math.min(limit, MOST_SIZES);
    const sizes = await this.database.read<SizeRow>('sizes_after', `SELECT ${SIZE} ${BEHIND}`, [after, most]);
    const rows = await this.database.read<IdJsonRow>(
      'json_after',
      `SELECT customer_id, ${JSON_TEXT} AS customers ${BEHIND}`,
      [after, fitting(sizes, bytes)],
    );
    return { ...runOf(rows), last: rows.at(-1)?.customer_id };
  }

  async runAmong(ids: readonly string[], bytes: number): Promise<RunAmong> {
    const wanted = ids.slice(0, MOST_SIZES).filter((id) => !hasUnsupportedCharacter(id));
    const rows = await this.database.read<SizeRow>('sizes_among', `SELECT ${SIZE} ${AMONG}`, [wanted]);
    const sizes = inOrder(rows, wanted);
    const read = sizes.slice(0, fitting(sizes, bytes)).map((row) => row.customer_id);
    const found = await this.database.read<IdJsonRow>(
      'json_among',
      `SELECT customer_id, ${JSON_TEXT} AS customers ${AMONG}`,
      [read],
    );
    const isWhole = read.length === sizes.length;
    const covered = isWhole ? Math.min(ids.length, MOST_SIZES) : ids.indexOf(read[read.length - 1]) + 1;
    return { ...runOf(inOrder(found, read)), covered };
  }

  /** Takes one statement as long as no customer came or left since the last page. */
  private async read<Row extends object>(
    { name, text, member }: PageQuery<Row>,
    offset: number,
    limit: number,
  ): Promise<{ rows: Row[]; total: number }> {
    const { index } = this.ranges;
    const { first, skip } = index.locate(offset);
    const isPast = offset >= index.total;
    const found = await this.database.read<Found & Row>(name, withVersion(text), [
      first,
      isPast ? 0 : skip,
      isPast ? 0 : limit,
    ]);
    const isThere = (row: Row): boolean => row[member] !== null;
    if (this.ranges.isCurrent(found[0].version, found[0].pending)) {
      return { rows: found.filter(isThere), total: index.total };
    }
    return this.database.snapshot(async (client) => {
      const fresh = await this.ranges.refresh(client);
      if (offset >= fresh.total) return { rows: [], total: fresh.total };
      const located = fresh.locate(offset);
      const { rows } = await client.query<Row>(text, [located.first, located.skip, limit]);
      return { rows: rows.filter(isThere), total: fresh.total };
    });
  }
}

export function toRecord({
  customer_id: id,
  attributes,
  events,
  last_updated: lastUpdated,
}: RecordRow): CustomerRecord {
  return { id, attributes, events, lastUpdated };
}

/** The number of rows until they have `bytes`, the row that reaches it included. */
function fitting(rows: readonly SizeRow[], bytes: number): number {
  let length = 0;
  const end = rows.findIndex((row) => (length += row.bytes) >= bytes);
  return end < 0 ? rows.length : end + 1;
}

function runOf(rows: readonly IdJsonRow[]): CustomerRun {
  return { json: encoder.encode(rows.map((row) => row.customers).join(',')), count: rows.length };
}
