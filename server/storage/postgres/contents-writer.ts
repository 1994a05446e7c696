import type { ClientBase } from 'pg';
import { DomainError } from '../../domain/errors.js';
import {
  CHANGE_OF,
  ofEachPlainTable,
  OTHER_COPY,
  type Contents,
  type ContentsWriter,
  type CopiedSection,
  type NextIds,
} from '../copy/contents.js';
import { insertRows, type PlainRow } from '../access/tables.js';
import { runWithin } from './access-runner.js';
import { copyRows } from './customers/copy-rows.js';
import { writeCustomers, type CustomerWriter } from './customers/customer-writer.js';
import { BLOCK_COLUMNS, BASELINE_COLUMNS, blockFields } from './log/log-rows.js';
import type { PostgresDatabase } from './database/database.js';
import { APPLY } from './database/transaction-kind.js';

const EMPTY = [
  'customers',
  'applied_messages',
  'history',
  'ingestions',
  'segments',
  'users',
  'tokens',
  'audit',
  'source_counts',
  'remembered_ids',
  'sources WHERE id > 1',
  'imports',
  'erased',
]
  .map((table) => `NOT EXISTS (SELECT 1 FROM ${table} LIMIT 1)`)
  .join(' AND ');

/** The progress of the copy that fills this database; undefined when there is none. */
export async function copyProgress(database: PostgresDatabase): Promise<string | undefined> {
  const rows = await database.read<{ value: string }>('copy_progress', "SELECT value FROM meta WHERE name = 'copy'");
  return rows.at(0)?.value;
}

/** Fills a PostgreSQL database. */
export class PostgresContentsWriter implements ContentsWriter {
  constructor(private readonly database: PostgresDatabase) {}

  progress(): Promise<string | undefined> {
    return copyProgress(this.database);
  }

  async isEmpty(): Promise<boolean> {
    const rows = await this.database.read<{ empty: boolean }>('is_empty', `SELECT ${EMPTY} AS empty`);
    return rows[0].empty;
  }

  async begin(identityKey: Uint8Array, progress: string): Promise<void> {
    await this.database.write(APPLY, async (client) => {
      const { rowCount } = await client.query("INSERT INTO meta VALUES ('copy', $1) ON CONFLICT (name) DO NOTHING", [
        progress,
      ]);
      if (rowCount === 0) throw otherCopy();
      await client.query("UPDATE meta SET value = $1 WHERE name = 'identity_key'", [
        Buffer.from(identityKey).toString('hex'),
      ]);
    });
  }

  async write<Name extends CopiedSection>(
    section: Name,
    rows: readonly Contents[Name][],
    from: string,
    progress: string,
  ): Promise<void> {
    await writeCustomers(this.database, APPLY, async (writer, client) => {
      await moveOn(client, from, progress);
      const insert: Insert<Name> = INSERT[section];
      if (rows.length > 0) await insert(client, rows, writer);
    });
  }

  async derive({ ingestions, segments, moment }: NextIds, from: string, progress: string): Promise<void> {
    await writeCustomers(this.database, APPLY, async (writer, client) => {
      await moveOn(client, from, progress);
      await writer.settle();
      await client.query(
        `SELECT setval('ingestions_id_seq', $1, false), setval('segments_id_seq', $2, false),
           setval('log_moments', $3::bigint + 1, false)`,
        [ingestions, segments, moment],
      );
    });
  }

  async end(from: string): Promise<void> {
    await this.database.write(APPLY, async (client) => {
      const { rowCount } = await client.query("DELETE FROM meta WHERE name = 'copy' AND value = $1", [from]);
      if (rowCount === 0) throw otherCopy();
    });
  }
}

async function moveOn(client: ClientBase, from: string, progress: string): Promise<void> {
  const { rowCount } = await client.query("UPDATE meta SET value = $2 WHERE name = 'copy' AND value = $1", [
    from,
    progress,
  ]);
  if (rowCount === 0) throw otherCopy();
}

type Insert<Name extends CopiedSection> = (
  client: ClientBase,
  rows: readonly Contents[Name][],
  writer: CustomerWriter,
) => Promise<void>;

const INSERT: { readonly [Name in CopiedSection]: Insert<Name> } = {
  ingestions: async (client, rows) => {
    // Not copyRows, which lacks the types of these columns. There are few rows.
    await client.query(
      `INSERT INTO ingestions (id, name, path, size, fingerprint, state, failure, owner, lease_until, counts, seconds,
         active_since, started_at, finished_at) OVERRIDING SYSTEM VALUE
       SELECT id, name, path, size, fingerprint, state, failure, 0, now(), counts, seconds, to_timestamp(started_at / 1000.0),
         to_timestamp(started_at / 1000.0), to_timestamp(finished_at / 1000.0)
       FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[],
         $9::double precision[], $10::bigint[], $11::bigint[])
         AS given (id, name, path, size, fingerprint, state, failure, counts, seconds, started_at, finished_at)`,
      [
        ...[rows.map((row) => row.id), rows.map((row) => row.name), rows.map((row) => row.path)],
        ...[rows.map((row) => row.size), rows.map((row) => row.fingerprint), rows.map((row) => row.state)],
        ...[rows.map((row) => row.failure), rows.map((row) => row.counts), rows.map((row) => row.seconds)],
        ...[rows.map((row) => row.startedAt), rows.map((row) => row.finishedAt)],
      ],
    );
  },
  customers: (_client, rows, writer) =>
    writer.insertCopied(
      rows.map(CHANGE_OF.customers),
      rows.map(({ touchedBy }) => touchedBy),
    ),
  messages: (_client, rows, writer) => writer.insertCopied(rows.map(CHANGE_OF.messages)),
  history: (_client, rows, writer) => writer.insertCopied(rows.map(CHANGE_OF.history)),
  log_blocks: (client, rows) =>
    copyRows(
      client,
      `log_blocks (${BLOCK_COLUMNS})`,
      rows.map(({ customerId, ...row }) => blockFields(customerId, row)),
    ),
  log_edits: (client, rows) =>
    copyRows(
      client,
      'log_edits (customer_id, moment, at, kind, data)',
      rows.map(({ customerId, moment, at, kind, data }) => [customerId, moment, at, kind, data]),
    ),
  log_baselines: (client, rows) =>
    copyRows(
      client,
      `log_baselines (${BASELINE_COLUMNS})`,
      rows.map((row) => [
        ...[row.customerId, row.moment, row.time, row.deletedAt, row.attributes, row.events],
        ...[row.attributeTimes, row.lastUpdated, row.arrivals],
      ]),
    ),
  rejects: (client, rows) =>
    copyRows(
      client,
      'reject_blocks (ingestion, first, packed)',
      rows.map(({ ingestion, first, packed }) => [ingestion, first, packed]),
    ),
  segments: async (client, rows) => {
    await client.query(
      `INSERT INTO segments (id, name, search, filters, sort, sort_order) OVERRIDING SYSTEM VALUE
       SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])`,
      [
        ...[rows.map((row) => row.id), rows.map((row) => row.name), rows.map((row) => row.search)],
        ...[rows.map((row) => row.filters), rows.map((row) => row.sort), rows.map((row) => row.order)],
      ],
    );
  },
  ...ofEachPlainTable(
    (table) => (client: ClientBase, rows: readonly PlainRow[]) => runWithin(client, insertRows(table, rows)),
  ),
};

function otherCopy(): DomainError {
  return new DomainError('storage_busy', OTHER_COPY);
}
