import { DatabaseSync } from '@photostructure/sqlite';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccessRepository } from '../../server/domain/access/access-repository.js';
import type { CustomerRepository } from '../../server/domain/customer/customer-repository.js';
import type { CustomerSearch } from '../../server/domain/search/customer-search.js';
import type { LogRepository } from '../../server/domain/log/log-repository.js';
import type { KeptRepository } from '../../server/domain/customer/kept.js';
import type { NoteRepository } from '../../server/domain/customer/notes.js';
import type { HistoryRepository } from '../../server/domain/customer/history.js';
import type { ImportRepository } from '../../server/domain/import/import-repository.js';
import type { IngestionRepository } from '../../server/domain/ingestion/ingestion-repository.js';
import type { OverviewRepository } from '../../server/domain/overview.js';
import type { SegmentRepository } from '../../server/domain/search/segment.js';
import type { StoredCustomers } from '../../server/domain/customer/stored-customers.js';
import type { TrashRepository } from '../../server/domain/customer/trash.js';
import type { SourceRepository } from '../../server/domain/sources/source-repository.js';
import type { DatabaseCheck } from '../../server/storage/check/differences.js';
import { openMemory } from '../../server/storage/memory/open.js';
import { openPostgres } from '../../server/storage/postgres/open.js';
import { openSqlite } from '../../server/storage/sqlite/open.js';
import { WAYS, type Way } from './threads.js';
import { newPostgresSchema, reusable, type PostgresSchema, type ReusableSchema } from './postgres-schema.js';

/** An engine under test, with nothing in it. */
export interface Engine {
  readonly customers: CustomerRepository;
  readonly ingestions: IngestionRepository;
  readonly search: CustomerSearch;
  readonly segments: SegmentRepository;
  readonly history: HistoryRepository;
  readonly overview: OverviewRepository;
  readonly stored: StoredCustomers;
  readonly access: AccessRepository;
  readonly sources: SourceRepository;
  readonly imports: ImportRepository;
  readonly trash: TrashRepository;
  readonly log: LogRepository;
  readonly kept: KeptRepository;
  readonly notes: NoteRepository;
  readonly check?: DatabaseCheck;
  /** Removes what is left of erased customers; absent in memory. */
  readonly finishErasures?: () => Promise<boolean>;
  /** Absent without background work that is worth ending early. */
  readonly stopBackground?: () => Promise<void>;
  /** The way in which sources are ingested into it; in the calling thread by default. */
  readonly way?: Way;
  /** Opens the same database once more, as another process does; absent in memory. */
  readonly again?: () => Promise<Pick<Engine, 'access' | 'customers' | 'sources' | 'check' | 'close'>>;
  /** Runs one statement over a connection of its own; absent in memory. */
  readonly sql?: (text: string) => Promise<Readonly<Record<string, unknown>>[]>;
  /** Leaves nothing behind. */
  close(): Promise<void>;
}

/** A folder of a test, gone after `remove`. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'roster-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Runs one statement over a connection of its own. @returns its rows */
export function sqliteRows(path: string, text: string): Record<string, unknown>[] {
  const database = new DatabaseSync(path);
  try {
    // Safe: a row is an object.
    return database.prepare(text).all() as Record<string, unknown>[];
  } finally {
    database.close();
  }
}

declare global {
  var emptyDatabaseOfWorker: Uint8Array | undefined;
}

/**
 * Opens a new database of SQLite. It is a copy of one whose tables were created once a process, which is much faster.
 * @param rest as those of openSqlite
 */
export async function openNewSqlite(...[path, ...rest]: Parameters<typeof openSqlite>) {
  writeFileSync(path, (globalThis.emptyDatabaseOfWorker ??= await emptyDatabase()), { flag: 'wx' });
  return openSqlite(path, ...rest);
}

async function emptyDatabase(): Promise<Uint8Array> {
  const folder = temporaryFolder();
  const path = join(folder.path, 'empty.db');
  await openSqlite(path).close();
  const bytes = readFileSync(path);
  folder.remove();
  return bytes;
}

async function sqlite(way?: Way): Promise<Engine> {
  const folder = temporaryFolder();
  const path = join(folder.path, 'roster.db');
  const storage = await openNewSqlite(path, way?.sqlite);
  return {
    ...storage,
    again: async () => openSqlite(path),
    sql: async (text) => sqliteRows(path, text),
    close: async () => {
      await storage.close();
      folder.remove();
    },
  };
}

async function memory(): Promise<Engine> {
  return openMemory();
}

declare global {
  var schemasOfWorker: ReusableSchema[] | undefined;
}

/** Schemas that no engine uses, for all specs of a process: making one takes longer than most tests. */
const unusedSchemas = (globalThis.schemasOfWorker ??= []);

/** The schemas of one spec file. */
const ownSchemas: ReusableSchema[] = [];

/**
 * Opens engines on PostgreSQL, in schemas whose tables are created once for each engine that is open at the same time.
 * @param settings of its connections, as in postgresql.conf
 * @param make a place of its own for the spec, with tables or without
 */
export function postgresEngines(settings = '', make?: () => Promise<PostgresSchema>): () => Promise<Engine> {
  const unused = make ? [] : unusedSchemas;
  return async () => {
    const known = unused.pop();
    const schema = known ?? (await (make ?? newPostgresSchema)());
    const url = schema.url.replace(
      /options=([^&]*)/,
      `options=$1${settings && `%20-c%20${encodeURIComponent(settings)}`}`,
    );
    const storage = await openPostgres({ url, connections: 4 });
    const own = known ?? (await reusable(schema));
    if (make && !known) ownSchemas.push(own);
    return {
      ...storage,
      again: () => openPostgres({ url, connections: 4 }),
      sql: (text) => schema.query(text),
      close: async () => {
        await storage.close();
        await own.reset();
        unused.push(own);
      },
    };
  };
}

afterAll(async () => {
  for (const schema of ownSchemas) await schema.drop();
});

/** Every engine, by its name. */
export const ENGINES: readonly (readonly [name: string, open: (way?: Way) => Promise<Engine>])[] = [
  ['sqlite', sqlite],
  ['memory', memory],
  ['postgres', postgresEngines()],
];

// Safe: nothing else of it is called.
const NO_TEST = Object.assign(() => undefined, { each: () => () => undefined }) as unknown as jest.It;

/** The `it` of tests in which no engine has a part. They run over the one in memory. @param engine its name */
export function itOnce(engine: string): jest.It {
  return engine === 'memory' ? it : NO_TEST;
}

/** The cases of a contract: all, or only those that ingest. Only these depend on the way. */
export type Cases = 'all' | 'ingesting';

type Ways = Readonly<Record<string, readonly Way[]>>;
type EngineAndWay = readonly [name: string, open: () => Promise<Engine>, cases: Cases];

/** A contract runs all its cases in the first way of an engine. */
function enginesAnd(ways: Ways): readonly EngineAndWay[] {
  return ENGINES.flatMap(([name, open]) =>
    ways[name].map((way, at): EngineAndWay => [
      `${name}, ${way.name}`,
      async () => ({ ...(await open(way)), way }),
      at === 0 ? 'all' : 'ingesting',
    ]),
  );
}

const [AT_ONCE, ON_DEMAND, AT_ONCE_IN_THREADS, ON_DEMAND_IN_THREADS] = WAYS;

/** Every engine with its ways through ingestion, for the contracts of ingestion itself. Only SQLite applies in a thread as well. */
export const ENGINES_AND_WAYS = enginesAnd({
  sqlite: WAYS,
  memory: [ON_DEMAND, AT_ONCE_IN_THREADS],
  postgres: [AT_ONCE, ON_DEMAND_IN_THREADS],
});

/** Every engine with a way, and SQLite with one that has nothing in common with the first, for the other contracts. */
export const ENGINES_AND_FEW_WAYS = enginesAnd({
  sqlite: [AT_ONCE, ON_DEMAND_IN_THREADS],
  memory: [ON_DEMAND],
  postgres: [ON_DEMAND_IN_THREADS],
});
