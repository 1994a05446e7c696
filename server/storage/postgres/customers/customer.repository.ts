import {
  CustomerRepository,
  UPDATED_BY_API,
  type CustomerEdit,
  type CustomerPage,
  type CustomerPageJson,
  type EditOutcome,
  type FoldedBatches,
} from '../../../domain/customer/customer-repository.js';
import { unknownCustomer, type CustomerRecord } from '../../../domain/customer/customer.js';
import { DomainError } from '../../../domain/errors.js';
import type { EditNote } from '../../../domain/customer/history.js';
import type { Checkpoint, IngestionCounts } from '../../../domain/ingestion/ingestion.js';
import { hasUnsupportedCharacter } from '../../../domain/text.js';
import { editCustomers, type EditedCustomer } from './customer-edits.js';
import { CustomerMerge } from './customer-merge.js';
import { noteChanges, type CustomerRanges } from './customer-ranges.js';
import { CustomerReader } from './customer-reader.js';
import type { IngestionOwner } from '../ingestions/ingestion-owner.js';
import { advance, unfinishedIngestions } from '../ingestions/ingestion-progress.js';
import type { PostgresDatabase } from '../database/database.js';
import type { StatisticsTable } from './statistics-table.js';
import { EDIT, MERGE } from '../database/transaction-kind.js';

/** Newcomers that are worth counting at once, so that no page has to step over them. */
const MANY = 1_000;

/** The summary in a PostgreSQL database, which other processes use as well. */
export class PostgresCustomerRepository extends CustomerRepository {
  private readonly reader: CustomerReader;

  constructor(
    private readonly database: PostgresDatabase,
    private readonly owner: IngestionOwner,
    private readonly ranges: CustomerRanges,
    private readonly statistics: StatisticsTable,
  ) {
    super();
    this.reader = new CustomerReader(database, ranges);
  }

  override find(id: string): Promise<CustomerRecord | undefined> {
    return this.reader.find(id);
  }

  override findJson(id: string): Promise<Uint8Array | undefined> {
    return this.reader.findJson(id);
  }

  override page(offset: number, limit: number): Promise<CustomerPage> {
    return this.reader.page(offset, limit);
  }

  override pageJson(offset: number, limit: number): Promise<CustomerPageJson> {
    return this.reader.pageJson(offset, limit);
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

  override async merge(partials: FoldedBatches, checkpoint: Checkpoint): Promise<IngestionCounts> {
    const { counts, arrived } = await this.database.write(MERGE, async (client) => {
      const unfinished = await unfinishedIngestions(client);
      const merged = await new CustomerMerge(client, checkpoint.ingestionId, unfinished).run(partials);
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

  override async identityKey(): Promise<Uint32Array> {
    const rows = await this.database.read<{ value: string }>(
      'identity_key',
      "SELECT value FROM meta WHERE name = 'identity_key'",
    );
    if (rows.length === 0) throw new Error('The database has no identity key.');
    return new Uint32Array(Uint8Array.from(Buffer.from(rows[0].value, 'hex')).buffer);
  }
}
