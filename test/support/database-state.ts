import type { Database } from '../../server/config/config.js';
import { reportOf, type IngestionReport } from '../../server/domain/ingestion/ingestion.js';
import { refoldAll } from '../../server/maintenance/refold.command.js';
import { recordSum } from '../../server/storage/copy/checksum.js';
import { openContents } from '../../server/storage/open-contents.js';
import { openEngine, type Storage } from '../../server/storage/open-engine.js';
import { temporaryFolder } from './engine.js';
import { ServerProcess } from './server-process.js';

export interface SeenIngestion extends IngestionReport {
  readonly id: number;
  readonly state: string;
  readonly failure?: string;
}

/** The content of a database, as the API returns it. */
export interface DatabaseState {
  /** The text of every customer, in their order. */
  readonly customers: readonly string[];
  /** Oldest first. */
  readonly ingestions: readonly SeenIngestion[];
}

const PER_PAGE = 10_000;

export async function customersOf(url: string): Promise<string[]> {
  const customers: string[] = [];
  for (let page = 1; ; page++) {
    const text = await (await fetch(`${url}/customers?page=${page}&per_page=${PER_PAGE}`)).text();
    const list = /^\{"customers":\[(.*)\],"meta":\{[^{}]*\}\}$/s.exec(text)?.[1];
    if (list === undefined) throw new Error(`This is no page of customers: ${text.slice(0, 200)}`);
    if (list === '') return customers;
    customers.push(...textsOf(list));
  }
}

/** A customer begins with its id; texts cannot look like this, as their quotes are escaped. */
function textsOf(list: string): string[] {
  return list === '' ? [] : list.split(/,(?=\{"id":(?:\d+|"(?:[^"\\]|\\.)*"),"attributes":\{)/);
}

export async function ingestionsOf(url: string): Promise<SeenIngestion[]> {
  const answer = (await (await fetch(`${url}/ingestions`)).json()) as { ingestions: SeenIngestion[] };
  return answer.ingestions.reverse();
}

/** Starts a server over a database with an empty data folder. @param database the path of a file, or a URL */
export async function serve(
  database: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const empty = temporaryFolder();
  const server = await ServerProcess.start({ DATABASE_URL: urlOf(database), DATA_DIR: empty.path, ...env });
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      empty.remove();
    },
  };
}

function urlOf(database: string): string {
  return /^file:|:\/\//.test(database) ? database : `file:${database}`;
}

function placeOf(database: string): Database {
  return database.includes('://')
    ? { kind: 'postgres', url: database }
    : { kind: 'sqlite', path: database.replace(/^file:/, '') };
}

/** Opens a database in this process: as exact as a server or a command, and much faster. */
async function inside<T>(database: string, read: (storage: Storage) => Promise<T>): Promise<T> {
  const storage = await openEngine({ database: placeOf(database), databaseConnections: 2 });
  try {
    return await read(storage);
  } finally {
    await storage.close();
  }
}

async function expectAgreement({ check }: Storage): Promise<void> {
  expect((await check?.run())?.filter(({ differences }) => differences > 0)).toEqual([]);
}

/**
 * Expects every derived table to agree with the customers, and the log of each to add up to its record.
 * @param database the path of a file, or a URL
 */
export async function expectSound(database: string): Promise<void> {
  await inside(database, async (storage) => {
    await expectAgreement(storage);
    await expectWholeLog(storage);
  });
}

/** Expects the log of each customer to add up to its record. */
async function expectWholeLog(storage: Storage): Promise<void> {
  expect(await refoldAll(storage)).toMatchObject({ different: 0 });
}

/** The sum over all that `roster check --sum` counts. @param database the path of a file, or a URL */
export async function sumOf(database: string): Promise<string> {
  const contents = await openContents(placeOf(database));
  try {
    return await recordSum(contents.reader);
  } finally {
    await contents.close();
  }
}

/**
 * The same, read in this process. Expects every derived table to agree with the customers.
 * @param database the path of a file, or a URL
 */
export async function stateOf(database: string): Promise<DatabaseState> {
  return inside(database, stateIn);
}

/**
 * The same, after {@link expectSound}, for one check and one opening in place of two.
 * @param database the path of a file, or a URL
 */
export async function soundStateOf(database: string): Promise<DatabaseState> {
  return inside(database, async (storage) => {
    const state = await stateIn(storage);
    await expectWholeLog(storage);
    return state;
  });
}

async function stateIn(storage: Storage): Promise<DatabaseState> {
  await expectAgreement(storage);
  const { customers } = await storage.customers.pageJson(0, 1_000_000);
  const ingestions = (await storage.ingestions.list(1_000)).reverse();
  return {
    customers: textsOf(Buffer.from(customers).toString()),
    ingestions: ingestions.map((ingestion) => {
      const { id, state, failure } = ingestion;
      return { ...reportOf(ingestion), id, state, ...(failure === undefined ? {} : { failure }) };
    }),
  };
}

/** Returns the first two customers that differ, or undefined. A failed comparison of megabytes would be no help to a reader. */
export function firstDifference(
  actual: readonly string[],
  expected: readonly string[],
): { at: number; actual: string | undefined; expected: string | undefined } | undefined {
  for (let at = 0; at < Math.max(actual.length, expected.length); at++) {
    if (actual[at] !== expected[at]) return { at, actual: actual[at], expected: expected[at] };
  }
  return undefined;
}

const COUNTS = ['lines', 'blank', 'events', 'attributes', 'duplicates', 'anonymous', 'stale', 'customers'] as const;

/** The members of a report that do not depend on its source and duration. */
export function countsOf(report: IngestionReport): unknown {
  const { bytes, rejected } = report;
  return { bytes, rejected, ...Object.fromEntries(COUNTS.map((name) => [name, report[name]])) };
}

/** Returns lines - (blank + events + duplicates + attributes + anonymous + stale + all rejected): 0 when the report adds up. */
export function unaccounted(report: IngestionReport): number {
  const { lines, blank, events, duplicates, attributes, anonymous, stale, rejected } = report;
  const refused = Object.values(rejected).reduce((sum, count) => sum + count, 0);
  return lines - (blank + events + duplicates + attributes + anonymous + stale + refused);
}
