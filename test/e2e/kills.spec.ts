import { copyFileSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FAIL_POINTS, type FailPoint } from '../../server/domain/fail-point.js';
import type { IngestionReport } from '../../server/domain/ingestion/ingestion.js';
import { Random } from '../../server/generation/random.js';
import { expectAppliedOnce } from '../support/applied-once.js';
import { Clients, type Work } from '../support/clients-of-a-kill.js';
import { CliProcess, ingest, type CliEnd } from '../support/cli-process.js';
import {
  expectSound,
  firstDifference,
  soundStateOf,
  stateOf,
  sumOf,
  type DatabaseState,
} from '../support/database-state.js';
import { temporaryFolder } from '../support/engine.js';
import { holdLiveMark } from '../support/live-mark.js';
import { newPostgresSchema } from '../support/postgres-schema.js';
import { roughLines } from '../support/rough-lines.js';
import { ServerProcess } from '../support/server-process.js';
import { IS_THOROUGH } from '../support/thorough.js';
import { until } from '../support/until.js';
import { writeLines } from '../support/write-lines.js';

/** Kills of a run, in all phases in turn: some, or one of each. Other specs kill ingestions, edits and copies. */
const KILLS = IS_THOROUGH ? 36 : 3;
const SEED = 20_150_403;
/** The least memory: 32 MiB of a file, or 16 MiB of a stream, between two checkpoints. */
const ENV = { INGEST_MEMORY_MB: '16', INGEST_WORKERS: '2' };
const CUSTOMERS = 1_000;
const ROUGH = { seed: 1, events: 3_000, customers: CUSTOMERS };
/** Upper bounds of what happens before a kill. */
const MOST_EDITS = 150;
const MOST_BULK_LINES = 7;
const MOST_RUNNING_MS = 1_000;
/** The most times that a thread reaches a fail point in an ingestion of the file, about. */
const MOST_HITS: Record<FailPoint, number> = {
  'ingestion:begun': 1,
  'spool:chunk-written': 300,
  'parser:range-read': 3,
  'apply:batch-written': 12,
  'apply:part-committed': 20,
  'transaction:begun': 5,
  'transaction:before-commit': 5,
  'transaction:after-commit': 5,
  'ingestion:stretch-applied': 2,
  'ingestion:before-done': 1,
  'ingestion:after-done': 1,
};

const ENGINES = ['SQLite', 'PostgreSQL'] as const;
type EngineName = (typeof ENGINES)[number];

/** An empty database. */
interface Place {
  readonly url: string;
  remove(): Promise<void>;
}

jest.setTimeout(300_000);

const folder = temporaryFolder();
const file = join(folder.path, 'rough.data');
/** The same messages, with enough padding for several stretches. */
const padded = join(folder.path, 'padded.data');
const second = join(folder.path, 'second.data');
const noData = join(folder.path, 'none');
const secondData = join(folder.path, 'data');
const filled = join(folder.path, 'filled.db');
const random = new Random(SEED);
let reference: DatabaseState;
/** The customers after both files. */
let both: readonly string[];
let places = 0;

beforeAll(async () => {
  writeLines(file, roughLines({ ...ROUGH, padding: 0 }).lines);
  writeLines(second, roughLines({ seed: 2, events: 2_000, customers: CUSTOMERS, padding: 10_000 }).lines);
  for (const path of [noData, secondData]) mkdirSync(path);
  symlinkSync(second, join(secondData, 'second.data'));
  await ingest([file], { env: environment(`file:${filled}`) });
  reference = await stateOf(filled);
  const place = sqlitePlace();
  copyFileSync(filled, pathOf(place.url));
  await ingest([second], { env: environment(place.url) });
  both = (await stateOf(pathOf(place.url))).customers;
});
afterAll(() => folder.remove());

function environment(url: string): Record<string, string> {
  return { ...ENV, DATABASE_URL: url, DATA_DIR: noData };
}

function pathOf(url: string): string {
  return url.replace(/^file:/, '');
}

function sqlitePlace(): Place {
  return { url: `file:${join(folder.path, `${++places}.db`)}`, remove: () => Promise.resolve() };
}

async function emptyPlace(engine: EngineName): Promise<Place> {
  if (engine === 'SQLite') return sqlitePlace();
  const schema = await newPostgresSchema();
  return { url: schema.url, remove: () => schema.drop() };
}

/** A database with the first file in it. */
async function filledPlace(engine: EngineName): Promise<Place> {
  const place = await emptyPlace(engine);
  if (engine === 'SQLite') copyFileSync(filled, pathOf(place.url));
  else await roster(place.url, 'copy', `file:${filled}`, place.url);
  return place;
}

/** Runs a command that has to succeed. @returns its standard output */
async function roster(url: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await CliProcess.run(args, { env: environment(url) });
  expect([args, code, stderr]).toEqual([args, 0, '']);
  return stdout;
}

/**
 * Lets a process be killed: starts it with a smaller number each time, until it is killed before it ends.
 * @param start runs a process over an empty database, which it kills after about that many times or ms
 * @returns the database
 */
async function killed(
  engine: EngineName,
  most: number,
  start: (place: Place, number: number) => Promise<CliEnd>,
): Promise<Place> {
  for (let number = 1 + random.below(most); ; number = 1 + random.below(number)) {
    const place = await emptyPlace(engine);
    const { signal, code, stderr } = await start(place, number);
    if (signal === 'SIGKILL') return place;
    expect([code, stderr]).toEqual([0, '']);
    await place.remove();
  }
}

/** Kills a command after some ms. */
async function killAfter(ms: number, args: readonly string[], url: string): Promise<CliEnd> {
  const process = CliProcess.start(args, { env: environment(url) });
  await Promise.race([process.ended, sleep(ms)]);
  return process.end('SIGKILL');
}

let undisturbed: Promise<IngestionReport> | undefined;

/** Writes the padded file, and ingests it once. */
function ingestPadded(): Promise<IngestionReport> {
  return (undisturbed ??= (async () => {
    writeLines(padded, roughLines({ ...ROUGH, padding: 120_000 }).lines);
    return ingest([padded], { env: environment(sqlitePlace().url) });
  })());
}

async function killIngestion(engine: EngineName, point: FailPoint): Promise<void> {
  const report = await ingestPadded();
  const place = await killed(engine, MOST_HITS[point], async ({ url }, hit) => {
    const release = point === 'apply:part-committed' ? await holdLiveMark(url) : undefined;
    const options = { env: environment(url), killAt: `${point}@${hit}` } as const;
    return CliProcess.run(['ingest', '--json', padded], options).finally(release);
  });
  await expectSound(place.url);
  await ingest([padded], { env: environment(place.url) });
  expectAppliedOnce(await soundStateOf(place.url), reference, report);
  await place.remove();
}

async function killCopy(engine: EngineName): Promise<void> {
  const place = await killed(engine, MOST_RUNNING_MS, ({ url }, ms) =>
    killAfter(ms, ['copy', `file:${filled}`, url], url),
  );
  await expectSound(`file:${filled}`);
  await roster(place.url, 'copy', `file:${filled}`, place.url);
  await expectSound(place.url);
  expect(await sumOf(place.url)).toBe(await sumOf(filled));
  await place.remove();
}

async function killBackup(engine: EngineName): Promise<void> {
  const place = await filledPlace(engine);
  const backup = (): string => join(folder.path, `backup-${++places}.db`);
  await killed('SQLite', MOST_RUNNING_MS, (_, ms) => killAfter(ms, ['backup', backup()], place.url));
  await expectSound(place.url);
  const path = backup();
  await roster(place.url, 'backup', path);
  expect(firstDifference((await soundStateOf(path)).customers, reference.customers)).toBeUndefined();
  await place.remove();
}

async function killServer(engine: EngineName, work: Work): Promise<void> {
  const place = await filledPlace(engine);
  const env = { ...environment(place.url), DATA_DIR: work.ingests ? secondData : noData };
  const server = await ServerProcess.start(env, false);
  const clients = new Clients(server.url, work);
  await clients.reach(1 + random.below(MOST_EDITS), random.below(MOST_BULK_LINES), random.below(MOST_RUNNING_MS));
  await server.kill();
  await clients.ended;
  clients.expectKept((await soundStateOf(place.url)).customers);

  const again = await ServerProcess.start(env);
  if (work.bulk) await new Clients(again.url, { bulk: true }).ended;
  await until(
    async () => !(await (await fetch(`${again.url}/customers?search=a&per_page=1`)).text()).includes('indexing'),
  );
  expect(await again.stop()).toBe(0);
  const { customers, ingestions } = await soundStateOf(place.url);
  clients.expectKept(customers);
  expect(ingestions.map(({ state }) => state)).toEqual(work.ingests ? ['done', 'done'] : ['done']);
  const others = customers.filter((customer) => !customer.startsWith('{"id":"edited-'));
  const expected = work.ingests ? both : reference.customers;
  if (work.bulk) expect(firstDifference(others.map(withoutBulk), expected.map(withoutTime))).toBeUndefined();
  else expect(firstDifference(others, expected)).toBeUndefined();
  await place.remove();
}

const BULK = /("bulk":"done",|,"bulk":"done"|"bulk":"done")/;

/** A customer without what the bulk edit did, which it must have done. */
function withoutBulk(customer: string): string {
  expect(customer).toMatch(BULK);
  return withoutTime(customer.replace(BULK, ''));
}

function withoutTime(customer: string): string {
  return customer.replace(/"last_updated":\d+\}$/, '');
}

const KINDS: readonly { readonly name: string; readonly kill: (engine: EngineName) => Promise<void> }[] = [
  {
    name: 'files of the start, edits and a bulk edit',
    kill: (engine) => killServer(engine, { ingests: true, edits: true, bulk: true }),
  },
  { name: 'bulk edit and its index', kill: (engine) => killServer(engine, { bulk: true }) },
  { name: 'backup', kill: killBackup },
  { name: 'copy', kill: killCopy },
  { name: 'indexing', kill: (engine) => killServer(engine, {}) },
  { name: 'edits', kill: (engine) => killServer(engine, { edits: true }) },
  { name: 'files of the start', kill: (engine) => killServer(engine, { ingests: true }) },
  ...FAIL_POINTS.map((point) => ({
    name: `ingestion at ${point}`,
    kill: (engine: EngineName) => killIngestion(engine, point),
  })),
];

/** Every kind over every engine, in an order in which neighbours differ in both. */
const PHASES = ENGINES.flatMap((_, turn) =>
  KINDS.map((kind, at) => ({ ...kind, engine: ENGINES[(at + turn) % ENGINES.length] })),
);

describe('kill -9 leaves nothing half done, and all comes to the same in the end:', () => {
  const phases = Array.from({ length: KILLS }, (_, at) => PHASES[at % PHASES.length]);

  it.each(phases.map(({ name, engine, kill }, at) => [at + 1, name, engine, kill] as const))(
    '%d: %s over %s',
    async (_at, _name, engine, kill) => kill(engine),
  );
});
