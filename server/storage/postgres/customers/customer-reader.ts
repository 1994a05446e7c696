import type { CustomerPage, CustomerPageJson } from '../../../domain/customer/customer-repository.js';
import type { CustomerRecord } from '../../../domain/customer/customer.js';
import { hasUnsupportedCharacter } from '../../../domain/text.js';
import { PENDING, type CustomerRanges } from './customer-ranges.js';
import type { PostgresDatabase } from '../database/database.js';

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
  ',"attributes":' || attributes || ',"events":' || events || ',"last_updated":' || last_updated || '}'`;

const PAGE = 'FROM customers WHERE attributes IS NOT NULL AND position >= $1 ORDER BY position OFFSET $2 LIMIT $3';
const RECORDS: PageQuery<RecordRow> = { name: 'page', text: `SELECT ${RECORD} ${PAGE}`, member: 'customer_id' };
const JSONS: PageQuery<JsonRow> = {
  name: 'page_json',
  // Joined outside: inside, rows that are skipped would be joined as well.
  text: `SELECT string_agg(${JSON_TEXT}, ',' ORDER BY position) AS customers
    FROM (SELECT position, ${RECORD} ${PAGE}) AS page`,
  member: 'customers',
};
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
