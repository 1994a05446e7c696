import type { ClientBase } from 'pg';
import { CustomerRepository, type CustomerEdit, type CustomerPage } from '../../domain/customer-repository.js';
import { toState, toStored, unknownCustomer, type CustomerRecord, type CustomerState } from '../../domain/customer.js';
import { DomainError } from '../../domain/errors.js';
import type { Checkpoint, IngestionCounts } from '../../domain/ingestion.js';
import type { PartialSummary } from '../../domain/partial-summary.js';
import { hasUnsupportedCharacter } from '../../domain/text.js';
import { CustomerMerge } from './customer-merge.js';
import { noteChanges, PENDING, type CustomerRanges } from './customer-ranges.js';
import type { IngestionOwner } from './ingestion-owner.js';
import { advance, unfinishedIngestions } from './ingestion-progress.js';
import { EDIT, MERGE, RunAgain, type PostgresDatabase } from './postgres-database.js';
import { position } from './row.js';

interface RecordRow {
  readonly customer_id: string;
  readonly attributes: string;
  readonly events: string;
  readonly last_updated: number;
}

interface LockedRow {
  readonly attributes: string | null;
  readonly events: string;
  readonly attribute_times: string;
  readonly last_updated: number;
  readonly deleted_at: number | null;
}

/** A page with what tells whether the ranges that it was found by are those of its moment. */
type PageRow = { readonly version: number; readonly pending: string } & {
  readonly [K in keyof RecordRow]: RecordRow[K] | null;
};

const RECORD = 'customer_id, attributes, events, last_updated';
const IN_ORDER = `SELECT ${RECORD} FROM customers WHERE attributes IS NOT NULL AND position >= $1
  ORDER BY position OFFSET $2 LIMIT $3`;
/** Newcomers that are worth counting at once, so that no page has to step over them. */
const MANY = 1_000;

/** The summary in a PostgreSQL database, which other processes use as well. */
export class PostgresCustomerRepository extends CustomerRepository {
  constructor(
    private readonly database: PostgresDatabase,
    private readonly owner: IngestionOwner,
    private readonly ranges: CustomerRanges,
  ) {
    super();
  }

  override async find(id: string): Promise<CustomerRecord | undefined> {
    if (hasUnsupportedCharacter(id)) return undefined;
    const rows = await this.database.read<RecordRow>(
      'customer',
      `SELECT ${RECORD} FROM customers WHERE customer_id = $1 AND attributes IS NOT NULL`,
      [id],
    );
    return rows.length === 0 ? undefined : toRecord(rows[0]);
  }

  /** One statement as long as no customer came or went since the last page, so that it sees one moment. */
  override async page(offset: number, limit: number): Promise<CustomerPage> {
    const { index } = this.ranges;
    const { first, skip } = index.locate(offset);
    const isPast = offset >= index.total;
    const rows = await this.database.read<PageRow>(
      'page',
      `SELECT v.version, v.pending, c.* FROM (
         SELECT (SELECT version FROM customer_ranges_version) AS version, ${PENDING} AS pending
       ) AS v LEFT JOIN LATERAL (${IN_ORDER}) AS c ON true`,
      [first, isPast ? 0 : skip, isPast ? 0 : limit],
    );
    if (this.ranges.isCurrent(rows[0].version, rows[0].pending)) {
      return { customers: rows.filter(isRecord).map(toRecord), total: index.total };
    }
    return this.database.snapshot(async (client) => {
      const fresh = await this.ranges.refresh(client);
      if (offset >= fresh.total) return { customers: [], total: fresh.total };
      const located = fresh.locate(offset);
      const found = await client.query<RecordRow>(IN_ORDER, [located.first, located.skip, limit]);
      return { customers: found.rows.map(toRecord), total: fresh.total };
    });
  }

  override async change(id: string, edit: CustomerEdit): Promise<CustomerRecord | undefined> {
    if (hasUnsupportedCharacter(id)) {
      edit(unknownCustomer(id), undefined);
      throw new DomainError('invalid_request', 'An id must not hold U+0000 or half of a surrogate pair.');
    }
    return this.database.write(EDIT, async (client) => {
      const row = await lock(client, id);
      const current = row && recordOf(id, row);
      const stored = current && { ...current, attributeTimes: row.attribute_times };
      const state = toState(id, stored, row?.deleted_at ?? undefined);
      edit(state, current);
      const record = await save(client, state, row !== undefined);
      if (record && !current) await noteChanges(client, 1, [position(id)]);
      if (!record && current) await noteChanges(client, -1, [position(id)]);
      return record;
    });
  }

  override async merge(parts: readonly PartialSummary[], checkpoint: Checkpoint): Promise<IngestionCounts> {
    const { counts, arrived } = await this.database.write(MERGE, async (client) => {
      const unfinished = await unfinishedIngestions(client);
      const merged = await new CustomerMerge(client, parts, checkpoint.ingestionId, unfinished).run();
      await noteChanges(client, 1, merged.arrived);
      return {
        counts: await advance(client, checkpoint, merged, this.owner.number),
        arrived: merged.arrived.length,
      };
    });
    if (arrived >= MANY) await this.ranges.settle();
    return counts;
  }

  override async deletions(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.database.read<{ customer_id: string; deleted_at: number }>(
      'deletions',
      'SELECT customer_id, deleted_at FROM customers WHERE deleted_at IS NOT NULL',
    );
    return new Map(rows.map(({ customer_id: id, deleted_at: deletedAt }) => [id, deletedAt]));
  }

  override async identityKey(): Promise<Uint32Array> {
    const rows = await this.database.read<{ value: string }>(
      'identity_key',
      "SELECT value FROM meta WHERE name = 'identity_key'",
    );
    if (rows.length === 0) throw new Error('The database has no identity key.');
    return new Uint32Array(Uint8Array.from(Buffer.from(rows[0].value, 'hex')).buffer);
  }
}

/** The row of a customer, locked; undefined for one that nobody has heard of. */
async function lock(client: ClientBase, id: string): Promise<LockedRow | undefined> {
  const { rows } = await client.query<LockedRow>({
    name: 'lock_customer',
    text: `SELECT attributes, events, attribute_times, last_updated, deleted_at FROM customers
           WHERE customer_id = $1 FOR UPDATE`,
    values: [id],
  });
  return rows.at(0);
}

/** Writes the row of a locked customer, or a new one. */
async function save(client: ClientBase, state: CustomerState, existed: boolean): Promise<CustomerRecord | undefined> {
  const { id, deletedAt = null } = state;
  if (!state.exists) {
    if (!existed) return undefined;
    await client.query({
      name: 'delete_customer',
      text: `UPDATE customers SET attributes = NULL, events = NULL, attribute_times = NULL, last_updated = NULL, deleted_at = $2
             WHERE customer_id = $1`,
      values: [id, deletedAt],
    });
    return undefined;
  }
  const { attributes, events, attributeTimes, lastUpdated } = toStored(state);
  const values = [id, attributes, events, attributeTimes, lastUpdated, deletedAt];
  if (existed) {
    await client.query({
      name: 'update_customer',
      text: `UPDATE customers SET attributes = $2, events = $3, attribute_times = $4, last_updated = $5, deleted_at = $6
             WHERE customer_id = $1`,
      values,
    });
  } else {
    const { rowCount } = await client.query({
      name: 'insert_customer',
      text: `INSERT INTO customers (customer_id, attributes, events, attribute_times, last_updated, deleted_at, position)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (customer_id) DO NOTHING`,
      values: [...values, position(id)],
    });
    // Somebody else has started this customer since it was looked for.
    if (rowCount === 0) throw new RunAgain();
  }
  return { id, attributes, events, lastUpdated };
}

function recordOf(
  id: string,
  { attributes, events, last_updated: lastUpdated }: LockedRow,
): CustomerRecord | undefined {
  return attributes === null ? undefined : { id, attributes, events, lastUpdated };
}

function isRecord(row: PageRow): row is PageRow & RecordRow {
  return row.customer_id !== null;
}

function toRecord({ customer_id: id, attributes, events, last_updated: lastUpdated }: RecordRow): CustomerRecord {
  return { id, attributes, events, lastUpdated };
}
