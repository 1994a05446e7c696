import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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
import { writeRoughFile } from '../support/rough-file.js';

const ENV = { INGEST_MEMORY_MB: '16', INGEST_WORKERS: '2' };
const PATIENCE_MS = 60_000;

jest.setTimeout(120_000);

const folder = temporaryFolder();
const file = join(folder.path, 'rough.data');
let reference: DatabaseState;
let report: IngestionReport;
let databases = 0;

beforeAll(async () => {
  await writeRoughFile(file, 2, 30_000);
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

function start(path: string, env: Environment, background = false): CliProcess {
  return CliProcess.start(['ingest', '--json', path], { env, background });
}

/** Waits until a part of the newest ingestion is in the database. */
async function untilMidway(url: string): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; ((await ingestionsOf(url)).at(-1)?.lines ?? 0) === 0;) {
    if (Date.now() > deadline) throw new Error('The ingestion does not begin.');
    await sleep(2);
  }
}

interface Customer {
  readonly id: number | string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: Readonly<Record<string, number>>;
  readonly last_updated: number;
}

const parse = (text: string): Customer => JSON.parse(text) as Customer;

/** Messages in no order of time, of which no two have the same: a tie between files may go either way. */
function linesWithoutTies(count: number): string[] {
  return Array.from({ length: count }, (_, at) => {
    const message = { id: `message-${at}`, user_id: (at >> 1) % 400, timestamp: 1_400_000_000 + ((at * 7919) % count) };
    return JSON.stringify(
      at % 2 === 0
        ? { ...message, type: 'event', name: `event ${at % 30}` }
        : { ...message, type: 'attributes', data: { [`name ${at % 13}`]: `value ${at}` } },
    );
  });
}

describe('two processes with one database', () => {
  it('apply every message of one file once', async () => {
    const env = newDatabase();
    const ends = await Promise.all([start(file, env).ended, start(file, env).ended]);
    expect(ends.map(({ code, stderr }) => ({ code, stderr }))).toEqual([
      { code: 0, stderr: '' },
      { code: 0, stderr: '' },
    ]);
    const { customers, ingestions } = await stateOf(pathOf(env));
    expect(firstDifference(customers, reference.customers)).toBeUndefined();
    expect(ingestions.map(unaccounted)).toEqual([0, 0]);
    expect(ingestions.map(({ lines }) => lines)).toEqual([report.lines, report.lines]);
    const [a, b] = ingestions;
    expect(a.events + b.events).toBe(report.events);
    expect(a.attributes + b.attributes).toBe(report.attributes);
    expect(a.rejected).toEqual(report.rejected);
  });

  it('apply what two files share once', async () => {
    const lines = linesWithoutTies(60_000);
    const [head, tail, whole] = ['head', 'tail', 'whole'].map((name) => join(folder.path, `${name}.data`));
    writeFileSync(head, lines.slice(0, 40_000).join('\n'));
    writeFileSync(tail, lines.slice(20_000).join('\n'));
    writeFileSync(whole, lines.join('\n'));
    const alone = newDatabase();
    const once = await ingest([whole], { env: alone });
    expect([once.events, once.attributes]).toEqual([30_000, 30_000]);
    const env = newDatabase();
    const ends = await Promise.all([start(head, env).ended, start(tail, env).ended]);
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    const { customers, ingestions } = await stateOf(pathOf(env));
    expect(ingestions.map(unaccounted)).toEqual([0, 0]);
    const sum = (name: 'events' | 'attributes'): number => ingestions.reduce((total, run) => total + run[name], 0);
    expect([sum('events'), sum('attributes')]).toEqual([once.events, once.attributes]);
    expect(firstDifference(customers, (await stateOf(pathOf(alone))).customers)).toBeUndefined();
  });
});

describe('an ingestion', () => {
  it('loses no edit that comes meanwhile, and no message because of one', async () => {
    const env = newDatabase();
    const server = await serve(pathOf(env));
    try {
      const process = start(file, env, true);
      await untilMidway(server.url);
      const ids = (await customersOf(server.url)).slice(0, 20).map((text) => String(parse(text).id));
      const deleted = ids.filter((_, at) => at % 5 === 0);
      const patched = ids.filter((_, at) => at % 5 !== 0);
      const before = Math.floor(Date.now() / 1000);
      for (const id of ids) {
        const answer = deleted.includes(id)
          ? await fetch(`${server.url}/customers/${id}`, { method: 'DELETE' })
          : await fetch(`${server.url}/customers/${id}`, {
              method: 'PATCH',
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify({ customer: { attributes: { edited_by_hand: id } } }),
            });
        expect(answer.status).toBe(deleted.includes(id) ? 201 : 200);
      }
      const { code, stderr } = await process.ended;
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });

      const customers = (await customersOf(server.url)).map(parse);
      const expected = reference.customers.map(parse).filter(({ id }) => !deleted.includes(String(id)));
      for (const id of patched) {
        const [now, then] = [customers, expected].map((list) => list.find((customer) => String(customer.id) === id));
        expect(now?.last_updated).toBeGreaterThanOrEqual(before);
        if (now && then) {
          Object.assign(then, {
            attributes: { ...then.attributes, edited_by_hand: id },
            last_updated: now.last_updated,
          });
        }
      }
      const texts = (list: Customer[]): string[] =>
        list.map((customer) => JSON.stringify(withSortedAttributes(customer)));
      expect(firstDifference(texts(customers), texts(expected))).toBeUndefined();

      const [run] = await ingestionsOf(server.url);
      expect(run).toMatchObject({ state: 'done', lines: report.lines, rejected: report.rejected });
      expect(unaccounted(run)).toBe(0);
    } finally {
      await server.stop();
    }
  });

  it('begins anew when its file has changed since it was killed', async () => {
    const changing = join(folder.path, 'changing.data');
    copyFileSync(file, changing);
    const env = newDatabase();
    const server = await serve(pathOf(env));
    try {
      const process = start(changing, env, true);
      await untilMidway(server.url);
      await process.end('SIGKILL');
      const [killed] = await ingestionsOf(server.url);
      expect(killed).toMatchObject({ state: 'interrupted' });

      // What is new stands first: who went on from where the other one stopped would miss it.
      const added = { id: 'new', type: 'event', name: 'added', user_id: 'added', timestamp: 1 };
      const text = `${JSON.stringify(added)}\n${readFileSync(file, 'utf8').replace('\uFEFF', '')}`;
      writeFileSync(changing, text);
      await ingest([changing], { env });

      const fresh = newDatabase();
      const once = await ingest([changing], { env: fresh });
      const customers = await customersOf(server.url);
      expect(customers).toContain('{"id":"added","attributes":{},"events":{"added":1},"last_updated":1}');
      expect(firstDifference(customers, (await stateOf(pathOf(fresh))).customers)).toBeUndefined();
      const [first, second] = await ingestionsOf(server.url);
      expect({ state: first.state, counts: countsOf(first) }).toEqual({
        state: 'interrupted',
        counts: countsOf(killed),
      });
      expect(second).toMatchObject({ state: 'done', lines: once.lines, bytes: Buffer.byteLength(text) });
      expect(first.events + second.events).toBe(once.events);
    } finally {
      await server.stop();
    }
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('stops at %s and goes on next time', async (signal) => {
    const env = newDatabase();
    const server = await serve(pathOf(env));
    try {
      const process = start(file, env, true);
      await untilMidway(server.url);
      const { code, stdout, stderr } = await process.end(signal);
      expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
      const [stopped] = await ingestionsOf(server.url);
      expect(stopped.state).toBe('interrupted');
      expect(JSON.parse(stdout)).toMatchObject(countsOf(stopped) as object);
      expect(unaccounted(stopped)).toBe(0);
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

function withSortedAttributes(customer: Customer): Customer {
  return { ...customer, attributes: Object.fromEntries(Object.entries(customer.attributes).sort()) };
}
