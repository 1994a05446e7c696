import type { StatementSyncInstance as StatementSync } from '@photostructure/sqlite';
import { IngestionRepository, type IngestionEnd } from '../../domain/ingestion-repository.js';
import { noCounts, type Ingestion, type IngestionCounts, type IngestionState, type Reject, type Source } from '../../domain/ingestion.js';
import type { RejectReason } from '../../domain/message.js';
import { isOwnerAlive, OWNER } from './ingestion-owner.js';
import { prepareRows, type SqliteDatabase } from './sqlite-database.js';

/** How long an ingestion counts as alive without a word from its process, in milliseconds. */
const LEASE_MS = 120_000;
const REJECTS_AT_A_TIME = 1_000;

interface Row {
  id: number;
  name: string;
  path: string | null;
  size: number | null;
  fingerprint: string | null;
  state: IngestionState;
  failure: string | null;
  owner: string;
  lease_until: number;
  counts: string;
  seconds: number;
  started_at: number;
  finished_at: number | null;
}

/** The ingestions in the SQLite file of the summary. */
export class SqliteIngestionRepository extends IngestionRepository {
  private readonly byId: StatementSync;
  private readonly newest: StatementSync;
  private readonly runsOf: StatementSync;
  private readonly lastOf: StatementSync;
  private readonly insert: StatementSync;
  private readonly takeUp: StatementSync;
  private readonly setState: StatementSync;
  private readonly lease: StatementSync;
  private readonly forgetCustomers: StatementSync;
  private readonly rejectsAfter: StatementSync;

  constructor(private readonly database: SqliteDatabase) {
    super();
    const { reader, writer } = database;
    this.byId = reader.prepare('SELECT * FROM ingestions WHERE id = ?');
    this.newest = reader.prepare('SELECT * FROM ingestions ORDER BY id DESC LIMIT ?');
    this.runsOf = reader.prepare('SELECT * FROM ingestions WHERE path = ? AND size = ? AND fingerprint = ?');
    this.rejectsAfter = prepareRows(
      reader,
      'SELECT line, offset, reason, text FROM rejects WHERE ingestion = ? AND line > ? ORDER BY line LIMIT ?',
    );
    this.lastOf = writer.prepare('SELECT * FROM ingestions WHERE path = ? ORDER BY id DESC LIMIT 1');
    this.insert = writer.prepare(
      `INSERT INTO ingestions (name, path, size, fingerprint, state, owner, lease_until, counts, seconds, started_at)
       VALUES (?, ?, ?, ?, 'running', ?, ?, ?, 0, ?) RETURNING *`,
    );
    this.takeUp = writer.prepare(
      `UPDATE ingestions SET state = 'running', failure = NULL, finished_at = NULL, owner = ?, lease_until = ?, name = ?
       WHERE id = ? RETURNING *`,
    );
    this.setState = writer.prepare(
      'UPDATE ingestions SET state = ?, failure = ?, finished_at = ? WHERE id = ? RETURNING *',
    );
    this.lease = writer.prepare('UPDATE ingestions SET lease_until = ? WHERE id = ?');
    this.forgetCustomers = writer.prepare('DELETE FROM ingestion_customers WHERE ingestion = ?');
  }

  override begin(source: Source): Promise<Ingestion> {
    return this.database.write(() => {
      const { name, path = null, size = null, fingerprint = null } = source;
      const now = Date.now();
      const last = path === null ? undefined : (this.lastOf.get(path) as unknown as Row | undefined);
      if (last && last.state !== 'done' && stateOf(last) !== 'running') {
        if (last.size === size && last.fingerprint === fingerprint) {
          return toIngestion(this.takeUp.get(OWNER, now + LEASE_MS, name, last.id) as unknown as Row);
        }
        if (last.state === 'running') this.end(last.id, { state: 'interrupted' });
      }
      const counts = JSON.stringify(noCounts());
      const row = this.insert.get(name, path, size, fingerprint, OWNER, now + LEASE_MS, counts, now);
      return toIngestion(row as unknown as Row);
    });
  }

  override async isTaken({ path, size, fingerprint }: Source): Promise<boolean> {
    if (path === undefined || size === undefined || fingerprint === undefined) return false;
    const runs = this.runsOf.all(path, size, fingerprint) as unknown as Row[];
    return runs.some((run) => ['done', 'running'].includes(stateOf(run)));
  }

  override async keepAlive(id: number): Promise<void> {
    await this.database.write(() => this.lease.run(Date.now() + LEASE_MS, id));
  }

  override finish(id: number, end: IngestionEnd): Promise<Ingestion> {
    return this.database.write(() => this.end(id, end));
  }

  override async find(id: number): Promise<Ingestion | undefined> {
    const row = this.byId.get(id) as unknown as Row | undefined;
    return row && toIngestion(row);
  }

  override async list(limit: number): Promise<Ingestion[]> {
    return (this.newest.all(limit) as unknown as Row[]).map(toIngestion);
  }

  override async *rejects(id: number): AsyncGenerator<Reject> {
    for (let after = 0; ; ) {
      const rows = this.rejectsAfter.all(id, after, REJECTS_AT_A_TIME) as unknown as [number, number, string, string][];
      for (const [line, offset, reason, text] of rows) {
        yield { line, offset, reason: reason as RejectReason, text: JSON.parse(text) as string };
        after = line;
      }
      if (rows.length < REJECTS_AT_A_TIME) return;
    }
  }

  private end(id: number, end: IngestionEnd): Ingestion {
    const failure = end.state === 'failed' ? end.failure : null;
    const row = this.setState.get(end.state, failure, Date.now(), id) as unknown as Row;
    if (end.state === 'done') this.forgetCustomers.run(id);
    return toIngestion(row);
  }
}

/** A running ingestion whose process is gone was interrupted, whether or not somebody has written that down. */
function stateOf(row: Row): IngestionState {
  if (row.state !== 'running' || (row.lease_until > Date.now() && isOwnerAlive(row.owner))) return row.state;
  return 'interrupted';
}

function toIngestion(row: Row): Ingestion {
  return {
    id: row.id,
    source: {
      name: row.name,
      path: row.path ?? undefined,
      size: row.size ?? undefined,
      fingerprint: row.fingerprint ?? undefined,
    },
    state: stateOf(row),
    failure: row.failure ?? undefined,
    // Safe: written by this class and by IngestionProgress.
    counts: JSON.parse(row.counts) as IngestionCounts,
    startedAt: row.started_at,
    finishedAt: row.finished_at ?? undefined,
    seconds: row.seconds,
  };
}
