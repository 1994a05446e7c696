import type { StatementSyncInstance as StatementSync } from '@photostructure/sqlite';
import {
  fileRunOf,
  IngestionRepository,
  type FileRun,
  type IngestionEnd,
} from '../../../domain/ingestion/ingestion-repository.js';
import { noCounts, type Ingestion, type IngestionState, type Source } from '../../../domain/ingestion/ingestion.js';
import { unpackRejects, type Reject } from '../../../domain/ingestion/reject.js';
import { ingestionOf, type IngestionColumns } from '../../ingestion-row.js';
import { isOwnerAlive, OWNER } from './ingestion-owner.js';
import { ADD_SECONDS } from './ingestion-progress.js';
import type { SqliteDatabase } from '../database/database.js';
import { prepareObjects, prepareRows, type Query } from '../database/statements.js';

/** Time for which an ingestion counts as alive without a sign of life from its process, in ms. */
const LEASE_MS = 120_000;
/** Blocks of rejects that are read at once. A block has at most 132 KiB. */
const BLOCKS_AT_A_TIME = 32;

interface Row extends IngestionColumns {
  readonly owner: string;
  readonly lease_until: number;
}

/** The ingestions in a SQLite file. */
export class SqliteIngestionRepository extends IngestionRepository {
  private readonly byId: Query<Row>;
  private readonly newest: Query<Row>;
  private readonly runsOf: Query<Row>;
  /** The same statement on the connection that writes, which sees its own transaction. */
  private readonly runsSoFar: Query<Row>;
  private readonly lastOf: Query<Row>;
  private readonly insert: Query<Row>;
  private readonly takeUp: Query<Row>;
  private readonly setState: Query<Row>;
  private readonly lease: StatementSync;
  private readonly forgetCustomers: StatementSync;
  private readonly rejectsAfter: Query<[first: number, packed: Uint8Array]>;

  constructor(private readonly database: SqliteDatabase) {
    super();
    const { reader, writer } = database;
    this.byId = prepareObjects(reader, 'SELECT * FROM ingestions WHERE id = ?');
    this.newest = prepareObjects(reader, 'SELECT * FROM ingestions ORDER BY id DESC LIMIT ?');
    const runs = 'SELECT * FROM ingestions WHERE path = ? AND size = ? AND fingerprint = ?';
    this.runsOf = prepareObjects(reader, runs);
    this.runsSoFar = prepareObjects(writer, runs);
    this.rejectsAfter = prepareRows(
      reader,
      'SELECT first, packed FROM reject_blocks WHERE ingestion = ? AND first > ? ORDER BY first LIMIT ?',
    );
    this.lastOf = prepareObjects(writer, 'SELECT * FROM ingestions WHERE path = ? ORDER BY id DESC LIMIT 1');
    this.insert = prepareObjects(
      writer,
      `INSERT INTO ingestions (name, path, size, fingerprint, state, owner, lease_until, counts, seconds, active_since, started_at)
       VALUES (?1, ?2, ?3, ?4, 'running', ?5, ?6, ?7, 0, ?8, ?8) RETURNING *`,
    );
    this.takeUp = prepareObjects(
      writer,
      `UPDATE ingestions SET state = 'running', failure = NULL, finished_at = NULL, owner = ?, lease_until = ?, name = ?,
         active_since = ?
       WHERE id = ? RETURNING *`,
    );
    this.setState = prepareObjects(
      writer,
      `UPDATE ingestions SET state = ?, failure = ?, finished_at = ?, ${ADD_SECONDS} WHERE id = ? RETURNING *`,
    );
    this.lease = writer.prepare('UPDATE ingestions SET lease_until = ? WHERE id = ?');
    this.forgetCustomers = writer.prepare('DELETE FROM ingestion_customers WHERE ingestion = ?');
  }

  override begin(source: Source): Promise<Ingestion> {
    return this.database.write(() => this.start(source));
  }

  override claim(source: Source): Promise<Ingestion | undefined> {
    return this.database.write(() => (runOf(this.runsSoFar, source) ? undefined : this.start(source)));
  }

  override async runOf(source: Source): Promise<FileRun | undefined> {
    return runOf(this.runsOf, source);
  }

  override async keepAlive(id: number): Promise<void> {
    await this.database.write(() => this.lease.run(Date.now() + LEASE_MS, id));
  }

  override finish(id: number, end: IngestionEnd): Promise<Ingestion> {
    return this.database.write(() => this.end(id, end));
  }

  override async find(id: number): Promise<Ingestion | undefined> {
    const row = this.byId.get(id);
    return row && toIngestion(row);
  }

  override async list(limit: number): Promise<Ingestion[]> {
    return this.newest.all(limit).map(toIngestion);
  }

  override async *rejects(id: number): AsyncGenerator<Reject> {
    for (let after = 0; ;) {
      const rows = this.rejectsAfter.all(id, after, BLOCKS_AT_A_TIME);
      for (const [first, packed] of rows) {
        yield* unpackRejects({ first, packed });
        after = first;
      }
      if (rows.length < BLOCKS_AT_A_TIME) return;
    }
  }

  private start(source: Source): Ingestion {
    const { name, path = null, size = null, fingerprint = null } = source;
    const now = Date.now();
    const last = path === null ? undefined : this.lastOf.get(path);
    if (last && last.state !== 'done' && stateOf(last) !== 'running') {
      if (last.size === size && last.fingerprint === fingerprint) {
        return written(this.takeUp.get(OWNER, now + LEASE_MS, name, now, last.id));
      }
      if (last.state === 'running') this.end(last.id, { state: 'interrupted' });
    }
    const counts = JSON.stringify(noCounts());
    return written(this.insert.get(name, path, size, fingerprint, OWNER, now + LEASE_MS, counts, now));
  }

  private end(id: number, end: IngestionEnd): Ingestion {
    const failure = 'failure' in end ? end.failure : null;
    const now = Date.now();
    if (end.state === 'done') this.forgetCustomers.run(id);
    return written(this.setState.get(end.state, failure, now, now, now, id));
  }
}

function runOf(runsOf: Query<Row>, { path, size, fingerprint }: Source): FileRun | undefined {
  if (path === undefined || size === undefined || fingerprint === undefined) return undefined;
  return fileRunOf(runsOf.all(path, size, fingerprint).map(stateOf));
}

/** Returns `interrupted` for a running ingestion whose process is gone, though its row does not say so yet. */
function stateOf(row: Row): IngestionState {
  if (row.state !== 'running' || (row.lease_until > Date.now() && isOwnerAlive(row.owner))) return row.state;
  return 'interrupted';
}

/** Reads the ingestion from the row of a statement with RETURNING. */
function written(row: Row | undefined): Ingestion {
  if (!row) throw new Error('There is no such ingestion.');
  return toIngestion(row);
}

function toIngestion(row: Row): Ingestion {
  return ingestionOf(row, stateOf(row));
}
