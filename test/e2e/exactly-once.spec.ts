import { mkdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FAIL_POINTS, type FailPoint } from '../../server/domain/fail-point.js';
import { Random } from '../../server/generation/random.js';
import type { IngestionReport } from '../../server/domain/ingestion/ingestion.js';
import { expectAppliedOnce } from '../support/applied-once.js';
import { CliProcess, ingest } from '../support/cli-process.js';
import { stateOf, unaccounted, type DatabaseState } from '../support/database-state.js';
import { temporaryFolder } from '../support/engine.js';
import { holdLiveMark } from '../support/live-mark.js';
import { roughLines } from '../support/rough-lines.js';
import { ServerProcess } from '../support/server-process.js';
import { IS_THOROUGH } from '../support/thorough.js';
import { writeLines } from '../support/write-lines.js';

/** Kills at random moments, how many of them hit one ingestion before it may end, and how many ingestions run at a time. */
const RANDOM_KILLS = 50;
const KILLS_OF_ONE = 12;
const CHAINS = 2;
const SERVER_KILLS = IS_THOROUGH ? 5 : 0;
/** A container is given ten seconds to stop, as a rule. */
const STOP_MS = 8_000;
/** The least memory: 32 MiB of a file, or 16 MiB of a stream, between two checkpoints. */
const ENV = { INGEST_MEMORY_MB: '16', INGEST_WORKERS: '2' };
const SPAN_BYTES = 32 * 1024 * 1024;

/** The fail points in an order in which one ingestion can be killed at all of them, and how many of its spans are kept then. */
const KILLS: [point: FailPoint, hit: number, spans: 0 | 1 | 2][] = [
  ['ingestion:begun', 1, 0],
  ['spool:chunk-written', 9, 0],
  ['parser:range-read', 1, 0],
  // The first transaction takes the ingestion up, and another tells the audit who runs it.
  ['transaction:begun', 3, 0],
  ['apply:batch-written', 2, 0],
  ['transaction:before-commit', 3, 0],
  ['transaction:after-commit', 3, 1],
  ['ingestion:stretch-applied', 1, 2],
  ['ingestion:before-done', 1, 2],
  ['ingestion:after-done', 1, 2],
];

/** Needs live messages. */
const BETWEEN_PARTS: FailPoint = 'apply:part-committed';

if (IS_THOROUGH) jest.setTimeout(240_000);

const folder = temporaryFolder();
const file = join(folder.path, 'rough.data');
const data = join(folder.path, 'data');
const random = new Random(20_150_403);
let reference: DatabaseState;
/** The value of the last line of each tie, by customer. */
let tied: ReadonlyMap<string, string>;
let report: IngestionReport;
/** Milliseconds that an undisturbed process takes, from its start to its end. */
let duration: number;

beforeAll(async () => {
  const rough = roughLines({ seed: 1, events: 2_500, customers: 500, padding: 118_000 });
  tied = rough.tied;
  expect(writeLines(file, rough.lines)).toBeGreaterThan(SPAN_BYTES);
  mkdirSync(data);
  symlinkSync(file, join(data, 'rough.data'));
  const database = join(folder.path, 'reference.db');
  const end = await ingest([file], { env: environment(database) });
  [report, duration] = [end, end.took];
  reference = await stateOf(database);
});
afterAll(() => folder.remove());

function environment(database: string): Record<string, string> {
  return { ...ENV, DATABASE_URL: `file:${database}` };
}

/**
 * Kills an ingestion again and again and then lets it come to its end.
 * @returns how often it was killed, and what the ingestion was after the last time
 */
async function killRepeatedly(database: string, kills: number): Promise<{ killed: number; state: string | undefined }> {
  let state: string | undefined;
  for (let killed = 0; ;) {
    const process = CliProcess.start(['ingest', '--json', file], { env: environment(database) });
    const last = killed === kills;
    if (!last) await Promise.race([process.ended, sleep(random.fraction() * duration * 1.05)]);
    const { signal, code, stderr } = last ? await process.ended : await process.end('SIGKILL');
    if (signal === null) {
      expect([code, stderr]).toEqual([0, '']);
      return { killed, state };
    }
    if (++killed === kills) state = (await stateOf(database)).ingestions[0]?.state;
  }
}

describe('ingestion', () => {
  it('has something to get wrong', () => {
    expect(report.lines).toBeGreaterThan(4_000);
    expect(unaccounted(report)).toBe(0);
    for (const count of [report.events, report.attributes, report.duplicates, report.anonymous, report.blank]) {
      expect(count).toBeGreaterThan(5);
    }
    expect(Object.keys(report.rejected).sort()).toEqual(['invalid_json', 'invalid_timestamp', 'unknown_type']);
    expect(reference.customers).toHaveLength(report.customers);
    for (const [id, last] of tied) {
      const text = reference.customers.find((customer) => customer.startsWith(`{"id":"${id}",`));
      expect(text).toContain(`"last":"${last}"`);
    }
  });

  it('is killed at every fail point', () => {
    const points: FailPoint[] = [...KILLS.map(([point]) => point), BETWEEN_PARTS];
    expect(points.sort()).toEqual([...FAIL_POINTS].sort());
  });

  it('killed between the parts of a stretch, again and again, comes to the same in the end', async () => {
    const database = join(folder.path, 'parts.db');
    const options = { env: environment(database) };
    const release = await holdLiveMark(`file:${database}`);
    for (const hit of [1, 3]) {
      const end = await CliProcess.run(['ingest', '--json', file], { ...options, killAt: `${BETWEEN_PARTS}@${hit}` });
      expect(end.signal).toBe('SIGKILL');
    }
    const { ingestions, customers } = await stateOf(database);
    expect([ingestions.length, ingestions[0].state, ingestions[0].bytes, unaccounted(ingestions[0])]).toEqual([
      1,
      'interrupted',
      0,
      0,
    ]);
    expect(customers.length).toBeGreaterThan(0);
    await ingest([file], options);
    await release();
    expectAppliedOnce(await stateOf(database), reference, report);
  });

  describe('killed at every fail point in turn', () => {
    const database = join(folder.path, 'points.db');

    it.each(KILLS)('%s, keeps whole spans', async (point, hit, spans) => {
      const options = { env: environment(database), killAt: `${point}@${hit}` } as const;
      const { signal } = await CliProcess.run(['ingest', '--json', file], options);
      const { ingestions, customers } = await stateOf(database);
      const [{ state, bytes, customers: counted }] = ingestions;
      const kept = bytes === report.bytes ? 2 : Math.round(bytes / SPAN_BYTES);
      expect([signal, ingestions.length, kept, unaccounted(ingestions[0])]).toEqual(['SIGKILL', 1, spans, 0]);
      expect(state).toBe(point === 'ingestion:after-done' ? 'done' : 'interrupted');
      expect(customers).toHaveLength(counted);
    });

    it('comes to the same in the end', async () => {
      await ingest([file], { env: environment(database) });
      const state = await stateOf(database);
      expect(state.ingestions).toHaveLength(2);
      expectAppliedOnce(state, reference, report);
    });
  });

  if (IS_THOROUGH) {
    it('comes to the same, wherever it is killed', async () => {
      const databases: string[] = [];
      let killed = 0;
      const states: (string | undefined)[] = [];
      const chain = async (): Promise<void> => {
        while (killed < RANDOM_KILLS) {
          const database = join(folder.path, `killed-${databases.length}.db`);
          databases.push(database);
          const outcome = await killRepeatedly(database, KILLS_OF_ONE);
          killed += outcome.killed;
          states.push(outcome.state);
          expectAppliedOnce(await stateOf(database), reference, report);
        }
      };
      await Promise.all(Array.from({ length: CHAINS }, chain));
      expect(killed).toBeGreaterThanOrEqual(RANDOM_KILLS);
      expect(states).not.toContain('running');
      expect(states).not.toContain('failed');
    });
  }

  it('comes to the same when the server is killed while it ingests the files of its start', async () => {
    const database = join(folder.path, 'server.db');
    const env = { ...environment(database), DATA_DIR: data };
    // The applying thread reaches these in the first span, and after the commit of the second.
    for (const at of ['apply:batch-written@2', 'transaction:after-commit@2']) {
      expect(await ServerProcess.end({ ...env, FAIL_AT: `kill:${at}` })).toBe('SIGKILL');
    }
    for (let kill = 0; kill < SERVER_KILLS; kill++) {
      const server = await ServerProcess.start(env, false);
      await sleep((random.fraction() * duration * kill) / SERVER_KILLS);
      await server.kill();
    }
    const server = await ServerProcess.start(env);
    await server.stop();
    expectAppliedOnce(await stateOf(database), reference, report);
  });

  it('stops within seconds when the server is told to, and goes on at its next start', async () => {
    const database = join(folder.path, 'stopped.db');
    const env = { ...environment(database), DATA_DIR: data };
    const server = await ServerProcess.start(env, false);
    const started = performance.now();
    expect(await server.stop()).toBe(0);
    expect(performance.now() - started).toBeLessThan(STOP_MS);
    // A copy of the file is complete now.
    expect(statSync(`${database}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0);
    const states = (await stateOf(database)).ingestions.map(({ state }) => state);
    expect(['', 'interrupted']).toContain(states.join());

    await (await ServerProcess.start(env)).stop();
    expectAppliedOnce(await stateOf(database), reference, report);
  });
});
