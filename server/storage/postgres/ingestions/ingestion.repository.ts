import type { ClientBase } from 'pg';
import {
  fileRunOf,
  IngestionRepository,
  type FileRun,
  type IngestionEnd,
} from '../../../domain/ingestion/ingestion-repository.js';
import { noCounts, type Ingestion, type IngestionState, type Source } from '../../../domain/ingestion/ingestion.js';
import { unpackRejects, type PackedRejects, type Reject } from '../../../domain/ingestion/reject.js';
import { ingestionOf, type IngestionColumns } from '../../ingestion-row.js';
import { IngestionOwner, IS_OWNED } from './ingestion-owner.js';
import { ADD_SECONDS } from './ingestion-progress.js';
import type { PostgresDatabase } from '../database/database.js';
import { EDIT, APPLY } from '../database/transaction-kind.js';

/** The time until which an ingestion counts as alive without a sign of life from its process. */
const LEASE = "now() + interval '60 seconds'";
/** Blocks of rejects that are read at once. A block has at most 132 KiB. */
const BLOCKS_AT_A_TIME = 32;
/** Keeps other transactions from beginning or taking up an ingestion of the same file. */
const PATH_LOCK = 'SELECT pg_advisory_xact_lock(5021979, hashtext($1))';

interface Row extends IngestionColumns {
  readonly owned: boolean;
}

const COLUMNS = `id, name, path, size, fingerprint, state, failure, counts, seconds,
  (extract(epoch FROM started_at) * 1000)::bigint AS started_at,
  (extract(epoch FROM finished_at) * 1000)::bigint AS finished_at,
  state = 'running' AND ${IS_OWNED} AS owned`;

const RUNS_OF = `SELECT ${COLUMNS} FROM ingestions WHERE path = $1 AND size = $2 AND fingerprint = $3`;

/** The ingestions in a PostgreSQL database. */
export class PostgresIngestionRepository extends IngestionRepository {
  constructor(
    private readonly database: PostgresDatabase,
    private readonly owner: IngestionOwner,
  ) {
    super();
  }

  override begin(source: Source): Promise<Ingestion> {
    return this.database.write(EDIT, async (client) => {
      await this.owner.hold();
      if (source.path !== undefined) await client.query(PATH_LOCK, [source.path]);
      return this.start(client, source);
    });
  }

  override claim(source: Source): Promise<Ingestion | undefined> {
    return this.database.write(EDIT, async (client) => {
      await this.owner.hold();
      if (source.path !== undefined) await client.query(PATH_LOCK, [source.path]);
      const isTaken = await runOf(source, async (values) => (await client.query<Row>(RUNS_OF, values)).rows);
      return isTaken ? undefined : this.start(client, source);
    });
  }

  override runOf(source: Source): Promise<FileRun | undefined> {
    return runOf(source, (values) => this.database.read<Row>('runs_of', RUNS_OF, values));
  }

  override async keepAlive(id: number): Promise<void> {
    await this.owner.hold();
    // Skips a locked row: it is locked at the end of the transaction that applies a batch, and so the ingestion is alive.
    await this.database.write(EDIT, (client) =>
      client.query(
        `UPDATE ingestions SET lease_until = ${LEASE}
         WHERE id = (SELECT id FROM ingestions WHERE id = $1 AND owner = $2 FOR UPDATE SKIP LOCKED)`,
        [id, this.owner.number],
      ),
    );
  }

  /** Leaves an ingestion alone that another process has taken over. */
  override async finish(id: number, ended: IngestionEnd): Promise<Ingestion> {
    return this.database.write(APPLY, async (client) => {
      const { rows } = await client.query<{ owner: number }>('SELECT owner FROM ingestions WHERE id = $1 FOR UPDATE', [
        id,
      ]);
      if (rows.at(0)?.owner === this.owner.number) return end(client, id, ended);
      return written(await client.query<Row>(`SELECT ${COLUMNS} FROM ingestions WHERE id = $1`, [id]));
    });
  }

  override async find(id: number): Promise<Ingestion | undefined> {
    const rows = await this.database.read<Row>('ingestion', `SELECT ${COLUMNS} FROM ingestions WHERE id = $1`, [id]);
    return rows.length === 0 ? undefined : toIngestion(rows[0]);
  }

  override async list(limit: number): Promise<Ingestion[]> {
    const text = `SELECT ${COLUMNS} FROM ingestions ORDER BY ingestions.id DESC LIMIT $1`;
    return (await this.database.read<Row>('ingestions', text, [limit])).map(toIngestion);
  }

  override async *rejects(id: number): AsyncGenerator<Reject> {
    for (let after = 0; ;) {
      const rows = await this.database.read<PackedRejects>(
        'rejects',
        'SELECT first, packed FROM reject_blocks WHERE ingestion = $1 AND first > $2 ORDER BY first LIMIT $3',
        [id, after, BLOCKS_AT_A_TIME],
      );
      for (const block of rows) {
        yield* unpackRejects(block);
        after = block.first;
      }
      if (rows.length < BLOCKS_AT_A_TIME) return;
    }
  }

  override stopWaiting(): void {
    this.database.stopWaiting();
  }

  private async start(client: ClientBase, source: Source): Promise<Ingestion> {
    const { name, path = null, size = null, fingerprint = null } = source;
    if (path !== null) {
      // FOR UPDATE waits for a transaction of the former process that may still be under way.
      const { rows } = await client.query<Row>(
        `SELECT ${COLUMNS} FROM ingestions WHERE path = $1 ORDER BY ingestions.id DESC LIMIT 1 FOR UPDATE`,
        [path],
      );
      const last = rows.at(0);
      if (last && last.state !== 'done' && stateOf(last) !== 'running') {
        if (last.size === size && last.fingerprint === fingerprint) return this.takeUp(client, last.id, name);
        if (last.state === 'running') await end(client, last.id, { state: 'interrupted' });
      }
    }
    return written(
      await client.query<Row>(
        `INSERT INTO ingestions (name, path, size, fingerprint, state, owner, lease_until, counts, seconds, active_since, started_at)
         VALUES ($1, $2, $3, $4, 'running', $5, ${LEASE}, $6, 0, now(), now()) RETURNING ${COLUMNS}`,
        [keepable(name), path, size, fingerprint, this.owner.number, JSON.stringify(noCounts())],
      ),
    );
  }

  private async takeUp(client: ClientBase, id: number, name: string): Promise<Ingestion> {
    return written(
      await client.query<Row>(
        `UPDATE ingestions SET state = 'running', failure = NULL, finished_at = NULL, owner = $2, lease_until = ${LEASE},
           name = $3, active_since = now()
         WHERE id = $1 RETURNING ${COLUMNS}`,
        [id, this.owner.number, keepable(name)],
      ),
    );
  }
}

async function runOf(
  { path, size, fingerprint }: Source,
  read: (values: unknown[]) => Promise<readonly Row[]>,
): Promise<FileRun | undefined> {
  if (path === undefined || size === undefined || fingerprint === undefined) return undefined;
  return fileRunOf((await read([path, size, fingerprint])).map(stateOf));
}

async function end(client: ClientBase, id: number, ended: IngestionEnd): Promise<Ingestion> {
  const failure = 'failure' in ended ? keepable(ended.failure) : null;
  return written(
    await client.query<Row>(
      `UPDATE ingestions SET state = $2, failure = $3, finished_at = now(), ${ADD_SECONDS} WHERE id = $1 RETURNING ${COLUMNS}`,
      [id, ended.state, failure],
    ),
  );
}

/** Returns `interrupted` for a running ingestion whose process is gone, though its row does not say so yet. */
function stateOf({ state, owned }: Row): IngestionState {
  return state === 'running' && !owned ? 'interrupted' : state;
}

/** Reads the ingestion from the result of a statement with RETURNING. */
function written({ rows }: { readonly rows: readonly Row[] }): Ingestion {
  const row = rows.at(0);
  if (!row) throw new Error('There is no such ingestion.');
  return toIngestion(row);
}

/** Replaces characters that PostgreSQL cannot store. That is fine here, as these texts are only shown. */
function keepable(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}

function toIngestion(row: Row): Ingestion {
  return ingestionOf(row, stateOf(row));
}
