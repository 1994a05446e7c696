import { DatabaseSync } from '@photostructure/sqlite';
import { copyFileSync, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { TableCheck } from '../../server/storage/check/differences.js';
import { CliProcess, type CliEnd } from '../support/cli-process.js';
import { stateOf, sumOf } from '../support/database-state.js';
import { temporaryFolder } from '../support/engine.js';
import { attributes, event } from '../support/messages.js';
import { newPostgresSchema } from '../support/postgres-schema.js';
import { runHere } from '../support/run-here.js';
import { ServerProcess } from '../support/server-process.js';
import { until } from '../support/until.js';

const folder = temporaryFolder();
const path = join(folder.path, 'roster.db');
const env = { DATABASE_URL: `file:${path}`, DATA_DIR: join(folder.path, 'none') };
const CUSTOMERS = 400;
const lines = Array.from({ length: CUSTOMERS }, (_, i) =>
  [attributes({ email: `a${i}@x.example` }, { user_id: `${i}` }), event({ user_id: `${i}` }), ''].join('\n'),
);
afterAll(() => folder.remove());

type End = Pick<CliEnd, 'code' | 'stdout' | 'stderr'>;

function roster(args: readonly string[], over: Readonly<Record<string, string>> = {}): Promise<End> {
  return runHere(args, { ...env, ...over });
}

interface Result {
  readonly agrees: boolean;
  readonly tables: readonly TableCheck[];
  readonly mended: readonly string[];
}

describe('roster backup', () => {
  const backup = join(folder.path, 'backup.db');

  it.each([
    [`file:${join(folder.path, 'no.db')}`, `There is no database ${join(folder.path, 'no.db')}.\n`],
    ['memory:', 'A database in memory is gone with its process: there is no backup of it.\n'],
  ])('refuses %s in a line, and writes nothing', async (url, stderr) => {
    expect(await roster(['backup', backup], { DATABASE_URL: url })).toMatchObject({ code: 1, stdout: '', stderr });
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('holds every edit that was acknowledged before it began, and whole customers, while a server is written to', async () => {
    expect(await CliProcess.run(['ingest', '-'], { env, input: lines })).toMatchObject({ code: 0 });
    const server = await ServerProcess.start(env);
    const edits = new Edits(server.url);
    try {
      for (let round = 0; round < 2; round++) {
        await edits.atLeast(20);
        const before = new Map(edits.acknowledged);
        const file = join(folder.path, `${round}.db`);
        const { code, stdout, stderr } = await CliProcess.run(['backup', file], { env });
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        expect(stdout).toMatch(/^\/.*\/\d\.db: [\d.]+ MiB, checked\.\n$/);
        expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
        const { customers } = await stateOf(file);
        const stored = new Map(customers.map((text) => JSON.parse(text) as Customer).map((one) => [one.id, one]));
        expect(stored.size).toBe(CUSTOMERS);
        for (const [id, n] of before) {
          const { a, b } = stored.get(id)?.attributes ?? {};
          expect([id, a === b, Number(a) >= n]).toEqual([id, true, true]);
        }
      }
    } finally {
      await edits.stop();
      await server.stop();
    }
    expect(readdirSync(folder.path).filter((name) => name.includes('.part'))).toEqual([]);
  });

  it('does not overwrite a file unless it is told to, and never the database', async () => {
    const first = await roster(['backup', backup]);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const { ino } = statSync(backup);
    expect(await roster(['backup', backup])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `${backup} exists. Name another file, or replace it with --force.\n`,
    });
    expect(statSync(backup).ino).toBe(ino);
    expect(await roster(['backup', backup, '--force'])).toMatchObject({ code: 0, stderr: '' });
    expect(statSync(backup).ino).not.toBe(ino);
    expect(await roster(['backup', path, '--force'])).toMatchObject({
      code: 1,
      stderr: `${path} is the database itself. Name another file.\n`,
    });
  });

  it('says in a line that it cannot be written, and leaves nothing', async () => {
    const nowhere = join(folder.path, 'nowhere', 'backup.db');
    const { code, stderr } = await roster(['backup', nowhere]);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^The backup cannot be written: ENOENT[^\n]*\n$/) as string,
    });
    const cramped = join(folder.path, 'cramped.db');
    const full = await CliProcess.run(['backup', cramped], { env, mostFileBytes: 64 * 1024 });
    expect(full).toMatchObject({ code: 1, stdout: '' });
    expect(full.stderr).toMatch(
      /^(The audit has no entry of this command\. [^\n]+\n)?The database cannot be written: [^\n]+ Make room and try again\.\n$/,
    );
    expect(readdirSync(folder.path).filter((name) => name.includes('cramped'))).toEqual([]);
  });

  it('has the sum of the database, and is restored by putting it in its place', async () => {
    const sum = await roster(['check', '--sum']);
    expect(await roster(['check', '--sum'], { DATABASE_URL: `file:${backup}` })).toMatchObject({ stdout: sum.stdout });
    const restored = join(folder.path, 'restored.db');
    copyFileSync(backup, restored);
    const again = await CliProcess.run(['ingest', '--json', '-'], {
      env: { DATABASE_URL: `file:${restored}` },
      input: lines,
    });
    expect(JSON.parse(again.stdout)).toMatchObject({ events: 0, attributes: 0, duplicates: 2 * CUSTOMERS });
  });

  it('of a PostgreSQL database is a SQLite file with the same sum', async () => {
    const schema = await newPostgresSchema();
    try {
      const over = { DATABASE_URL: schema.url };
      expect(await CliProcess.run(['ingest', '-'], { env: { ...env, ...over }, input: lines })).toMatchObject({
        code: 0,
      });
      const file = join(folder.path, 'from-postgres.db');
      expect(await roster(['backup', file], over)).toMatchObject({ code: 0, stderr: '' });
      expect(await sumOf(file)).toBe(await sumOf(schema.url));
    } finally {
      await schema.drop();
    }
  });
});

interface Customer {
  readonly id: number;
  readonly attributes: { readonly a?: string; readonly b?: string };
}

/** Time between two edits, which leaves the processor to the commands. */
const PAUSE_MS = 20;

/** Edits customers one after another, each with the same value in two attributes. */
class Edits {
  /** The last acknowledged value of each customer. */
  readonly acknowledged = new Map<number, number>();
  private count = 0;
  private stopped = false;
  private readonly running: Promise<void>;

  constructor(private readonly url: string) {
    this.running = this.run();
  }

  /** Waits for further edits. */
  async atLeast(more: number): Promise<void> {
    const wanted = this.count + more;
    await until(async () => this.count >= wanted);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async run(): Promise<void> {
    for (; !this.stopped; this.count++) {
      const id = this.count % 50;
      const answer = await fetch(`${this.url}/customers/${id}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ customer: { attributes: { a: `${this.count}`, b: `${this.count}` } } }),
      });
      if (!answer.ok) throw new Error(`An edit was answered with ${answer.status}.`);
      this.acknowledged.set(id, this.count);
      await pause(PAUSE_MS);
    }
  }
}

describe('roster check', () => {
  it.each([
    [`file:${join(folder.path, 'no.db')}`, `There is no database ${join(folder.path, 'no.db')}.\n`],
    ['memory:', 'A database in memory is gone with its process: there is nothing to check.\n'],
  ])('refuses %s in a line, and creates nothing', async (url, stderr) => {
    expect(await roster(['check'], { DATABASE_URL: url })).toMatchObject({ code: 1, stdout: '', stderr });
    expect(existsSync(join(folder.path, 'no.db'))).toBe(false);
  });

  it('says that all agrees, also while a server runs and writes', async () => {
    const server = await ServerProcess.start(env);
    const edits = new Edits(server.url);
    try {
      for (let round = 0; round < 2; round++)
        expect(await CliProcess.run(['check'], { env })).toMatchObject({
          code: 0,
          stdout: 'Every table agrees with the customers.\n',
          stderr: '',
        });
    } finally {
      await edits.stop();
      await server.stop();
    }
  });

  it('names what differs and ends with 1, mends it and ends with 0', async () => {
    const sum = await roster(['check', '--sum']);
    expect(sum).toMatchObject({ code: 0, stdout: expect.stringMatching(/^[0-9a-f]{64}\n$/) as string });
    const database = new DatabaseSync(path);
    database.exec("UPDATE attribute_counts SET customers = customers + 1 WHERE name = 'email'");
    database.exec('UPDATE customer_ranges SET customers = customers - 1');
    database.close();

    const { code, stdout } = await roster(['check']);
    expect(code).toBe(1);
    expect(stdout).toContain(
      `statistics: 1 difference\n  "attribute email": expected ${CUSTOMERS} customers, found ${CUSTOMERS + 1} customers\n`,
    );
    expect(stdout).toMatch(/^customer_ranges: 1 difference\n {2}"from 0": expected \d+, found \d+\n/);
    expect(stdout).toContain('"roster check --mend" makes the tables anew');
    const found = JSON.parse((await roster(['check', '--json'])).stdout) as Result;
    expect(found).toMatchObject({ agrees: false, mended: [] });

    const mended = await roster(['check', '--mend']);
    expect(mended.code).toBe(0);
    expect(mended.stdout).toMatch(
      /\nMade anew: customer_ranges, statistics\.\nEvery table agrees with the customers\.\n$/,
    );
    expect(await roster(['check', '--json', '--mend'])).toMatchObject({ code: 0 });
    expect((await roster(['check', '--sum'])).stdout).toBe(sum.stdout);
  });

  it('does not mend what nothing says, and says so', async () => {
    const database = new DatabaseSync(path);
    database.exec(
      `INSERT INTO history (key, id, at, source, action, changes) VALUES (${CUSTOMERS - 1}, 9, 0, 'api', 'updated', '[]')`,
    );
    database.close();
    const { code, stdout } = await roster(['check', '--mend']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^history: 1 difference\n[^]*Nothing can make these anew: history\. Restore a backup/);
  });
});
