import {
  CustomerRepository,
  UPDATED_BY_API,
  type CustomerEdit,
  type CustomerPage,
  type EditOutcome,
} from '../../domain/customer-repository.js';
import { unknownCustomer, type CustomerRecord } from '../../domain/customer.js';
import { DomainError } from '../../domain/errors.js';
import type { EditNote } from '../../domain/history.js';
import type { Checkpoint, IngestionCounts } from '../../domain/ingestion.js';
import type { PartialSummary } from '../../domain/partial-summary.js';
import { hasUnsupportedCharacter } from '../../domain/text.js';
import { editCustomers, type EditedCustomer } from './customer-edits.js';
import { CustomerMerge } from './customer-merge.js';
import { noteChanges, PENDING, type CustomerRanges } from './customer-ranges.js';
import type { IngestionOwner } from './ingestion-owner.js';
import { advance, unfinishedIngestions } from './ingestion-progress.js';
import { EDIT, MERGE, type PostgresDatabase } from './postgres-database.js';
import type { StatisticsTable } from './statistics-table.js';

interface RecordRow {
  readonly customer_id: string;
  readonly attributes: string;
  readonly events: string;
  readonly last_updated: number;
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
    private readonly statistics: StatisticsTable,
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

  override async change(
    id: string,
    edit: CustomerEdit,
    note: EditNote = UPDATED_BY_API,
  ): Promise<CustomerRecord | undefined> {
    const [{ record, refusal }] = await this.edit([id], edit, note);
    if (refusal) throw refusal;
    return record;
  }

  override async changeEach(ids: readonly string[], edit: CustomerEdit, note: EditNote): Promise<EditOutcome[]> {
    const outcomes = await this.edit(ids, edit, note);
    return outcomes.map(({ id, changed, refusal }) => ({ id, changed, refusal }));
  }

  private async edit(ids: readonly string[], edit: CustomerEdit, note: EditNote): Promise<EditedCustomer[]> {
    const impossible = ids.find(hasUnsupportedCharacter);
    if (impossible !== undefined) {
      edit(unknownCustomer(impossible), undefined);
      throw new DomainError('invalid_request', 'An id must not hold U+0000 or half of a surrogate pair.');
    }
    return this.database.write(EDIT, (client) => editCustomers(client, ids, edit, note, this.statistics));
  }

  override async merge(parts: readonly PartialSummary[], checkpoint: Checkpoint): Promise<IngestionCounts> {
    const { counts, arrived } = await this.database.write(MERGE, async (client) => {
      const unfinished = await unfinishedIngestions(client);
      const merged = await new CustomerMerge(client, parts, checkpoint.ingestionId, unfinished).run();
      await noteChanges(client, 1, merged.arrived);
      await this.statistics.note(client, merged.statistics.take());
      return {
        counts: await advance(client, checkpoint, merged, this.owner.number),
        arrived: merged.arrived.length,
      };
    });
    if (arrived >= MANY) await Promise.all([this.ranges.settle(), this.statistics.settle()]);
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

function isRecord(row: PageRow): row is PageRow & RecordRow {
  return row.customer_id !== null;
}

function toRecord({ customer_id: id, attributes, events, last_updated: lastUpdated }: RecordRow): CustomerRecord {
  return { id, attributes, events, lastUpdated };
}
