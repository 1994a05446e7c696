import { join } from 'node:path';
import type { IngestionReport } from '../../server/domain/ingestion/ingestion.js';
import { CliProcess, ingest } from '../support/cli-process.js';
import {
  countsOf,
  customersOf,
  firstDifference,
  ingestionsOf,
  serve,
  stateOf,
  unaccounted,
  type DatabaseState,
} from '../support/database-state.js';
import { temporaryFolder } from '../support/engine.js';
import { roughLines } from '../support/rough-lines.js';
import { writeLines } from '../support/write-lines.js';

const ENV = { INGEST_MEMORY_MB: '16', INGEST_WORKERS: '2' };

const folder = temporaryFolder();
const file = join(folder.path, 'rough.data');
let reference: DatabaseState;
let report: IngestionReport;
let databases = 0;

beforeAll(async () => {
  writeLines(file, roughLines({ seed: 2, events: 2_500, customers: 500, padding: 118_000 }).lines);
  const env = newDatabase();
  report = await ingest([file], { env });
  reference = await stateOf(pathOf(env));
});
afterAll(() => folder.remove());

type Environment = Readonly<Record<'DATABASE_URL', string>>;

function newDatabase(): Environment {
  return { ...ENV, DATABASE_URL: `file:${join(folder.path, `${++databases}.db`)}` };
}

function pathOf(env: Environment): string {
  return env.DATABASE_URL.slice('file:'.length);
}

/** Starts a process that waits after it has applied the first of two spans. */
function startHeld(env: Environment): CliProcess {
  return CliProcess.start(['ingest', '--json', file], { env, holdAt: 'ingestion:stretch-applied@1' });
}

interface Customer {
  readonly id: number | string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: Readonly<Record<string, number>>;
  readonly last_updated: number;
}

const parse = (text: string): Customer => JSON.parse(text) as Customer;

describe('an ingestion', () => {
  it('by two processes at once applies every message once, and loses no edit that comes meanwhile through a third', async () => {
    const env = newDatabase();
    const server = await serve(pathOf(env));
    try {
      const processes = [startHeld(env), startHeld(env)];
      await Promise.all(processes.map((process) => process.held()));
      const ids = (await customersOf(server.url)).slice(0, 20).map((text) => String(parse(text).id));
      const before = Math.floor(Date.now() / 1000);
      for (const id of ids) {
        const answer = await fetch(`${server.url}/customers/${id}`, {
          method: 'PATCH',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ customer: { attributes: { edited_by_hand: id } } }),
        });
        expect(answer.status).toBe(200);
      }
      for (const process of processes) process.release();
      const ends = await Promise.all(processes.map(({ ended }) => ended));
      expect(ends.map(({ code, stderr }) => [code, stderr])).toEqual([
        [0, ''],
        [0, ''],
      ]);
      const customers = (await customersOf(server.url)).map(parse);
      const unedited = customers.map(({ attributes, last_updated, ...customer }) => {
        const { edited_by_hand, ...others } = attributes;
        expect(edited_by_hand).toBe(ids.includes(String(customer.id)) ? String(customer.id) : undefined);
        if (edited_by_hand !== undefined) expect(last_updated).toBeGreaterThanOrEqual(before);
        return JSON.stringify({ ...customer, attributes: others });
      });
      expect(firstDifference(unedited.map(sorted), reference.customers.map(sorted))).toBeUndefined();

      const [a, b] = await ingestionsOf(server.url);
      expect([unaccounted(a), unaccounted(b)]).toEqual([0, 0]);
      expect([a.lines, b.lines]).toEqual([report.lines, report.lines]);
      expect(a.events + b.events).toBe(report.events);
      expect(a.attributes + b.attributes).toBe(report.attributes);
      expect(a.rejected).toEqual(report.rejected);
    } finally {
      await server.stop();
    }
  });

  it('stops at SIGTERM and goes on next time', async () => {
    const env = newDatabase();
    const server = await serve(pathOf(env));
    try {
      const process = startHeld(env);
      await process.held();
      const end = process.end('SIGTERM');
      process.release();
      const { code, stdout, stderr } = await end;
      expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
      const [stopped] = await ingestionsOf(server.url);
      expect(stopped.state).toBe('interrupted');
      expect(JSON.parse(stdout)).toMatchObject(countsOf(stopped) as object);
      expect(unaccounted(stopped)).toBe(0);
      expect(stopped.lines).toBeGreaterThan(0);
      expect(stopped.lines).toBeLessThan(report.lines);

      await ingest([file], { env });
      const [run, ...others] = await ingestionsOf(server.url);
      expect(others).toEqual([]);
      expect({ state: run.state, counts: countsOf(run) }).toEqual({ state: 'done', counts: countsOf(report) });
      expect(firstDifference(await customersOf(server.url), reference.customers)).toBeUndefined();
    } finally {
      await server.stop();
    }
  });
});

/** A customer with its members and attributes in their order, to be compared. */
function sorted(text: string): string {
  const { id, attributes, events } = JSON.parse(text) as Omit<Customer, 'last_updated'>;
  return JSON.stringify({ id, attributes: Object.fromEntries(Object.entries(attributes).sort()), events });
}
