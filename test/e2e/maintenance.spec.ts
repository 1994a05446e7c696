import { DatabaseSync } from '@photostructure/sqlite';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TableCheck } from '../../server/storage/check/differences.js';
import { CliProcess, type CliEnd } from '../support/cli-process.js';
import { temporaryFolder } from '../support/engine.js';
import { attributes, event } from '../support/messages.js';
import { ServerProcess } from '../support/server-process.js';

const folder = temporaryFolder();
const path = join(folder.path, 'roster.db');
const env = { DATABASE_URL: `file:${path}`, DATA_DIR: join(folder.path, 'none') };
const lines = Array.from({ length: 2_000 }, (_, i) =>
  [attributes({ email: `a${i}@x.example` }, { user_id: `${i}` }), event({ user_id: `${i}` }), ''].join('\n'),
);
afterAll(() => folder.remove());

function roster(args: readonly string[], over: Readonly<Record<string, string>> = {}): Promise<CliEnd> {
  return CliProcess.run(args, { env: { ...env, ...over } });
}

interface Result {
  readonly agrees: boolean;
  readonly tables: readonly TableCheck[];
  readonly mended: readonly string[];
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
    expect(await CliProcess.run(['ingest', '-'], { env, input: lines })).toMatchObject({ code: 0 });
    const server = await ServerProcess.start(env);
    let writing = true;
    const write = async (): Promise<void> => {
      for (let i = 0; writing; i++) {
        await fetch(`${server.url}/customers/${i % 2_000}`, {
          method: 'PATCH',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ customer: { attributes: { [`n${i % 7}`]: `${i}` } } }),
        });
      }
    };
    const writer = write();
    try {
      for (let round = 0; round < 3; round++)
        expect(await roster(['check'])).toMatchObject({
          code: 0,
          stdout: 'Every table agrees with the customers.\n',
          stderr: '',
        });
    } finally {
      writing = false;
      await writer;
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
      'statistics: 1 difference\n  "attribute email": expected 2000 customers, found 2001 customers\n',
    );
    expect(stdout).toMatch(/^customer_ranges: \d+ differences\n {2}"from 0": expected \d+, found \d+\n/);
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
    database.exec('DELETE FROM history WHERE key = 3 AND id = 1');
    database.exec("INSERT INTO history VALUES (3, 9, 0, 'api', 'updated', '[]')");
    database.close();
    const { code, stdout } = await roster(['check', '--mend']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^history: 1 difference\n[^]*Nothing can make these anew: history\. Restore a backup/);
  });
});
