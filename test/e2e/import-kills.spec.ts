import { join } from 'node:path';
import type { ImportView } from '../../server/imports/import.dto.js';
import { expectSound } from '../support/database-state.js';
import { temporaryFolder } from '../support/engine.js';
import { newPostgresSchema } from '../support/postgres-schema.js';
import { ServerProcess } from '../support/server-process.js';
import { IS_THOROUGH } from '../support/thorough.js';
import { until } from '../support/until.js';

const CUSTOMERS = 500;
/** Each customer has two rows, of which the second changes the city that the first has set. */
const ROWS = Array.from({ length: CUSTOMERS }, (_, at) => [
  `${at},Rome,${at}`,
  `${at},Bern,${at}`,
  `,nobody,${at}`,
]).flat();
const SHEET = ['id,city,number', ...ROWS, ''].join('\n');
const RESULT = {
  rows: 3 * CUSTOMERS,
  created: CUSTOMERS,
  changed: CUSTOMERS,
  unchanged: 0,
  rejected: CUSTOMERS,
  reasons: { missing_id: CUSTOMERS },
};
const HEADERS = { accept: 'application/json' };

jest.setTimeout(IS_THOROUGH ? 1_500_000 : 300_000);

interface Place {
  readonly env: Readonly<Record<string, string>>;
  readonly remove: () => Promise<void> | void;
}

function sqlite(): Place {
  const folder = temporaryFolder();
  const env = { DATA_DIR: folder.path, DATABASE_URL: `file:${join(folder.path, 'roster.db')}` };
  return { env, remove: folder.remove };
}

async function postgres(): Promise<Place> {
  const folder = temporaryFolder();
  const schema = await newPostgresSchema();
  const remove = async (): Promise<void> => {
    await schema.drop();
    folder.remove();
  };
  return { env: { DATA_DIR: folder.path, DATABASE_URL: schema.url, TMPDIR: folder.path }, remove };
}

async function ask<T>(url: string, method = 'GET', body?: string): Promise<T> {
  const answer = await fetch(url, { method, headers: HEADERS, ...(body !== undefined && { body }) });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

const show = async (url: string): Promise<ImportView> => (await ask<{ import: ImportView }>(`${url}/imports/1`)).import;

/** Uploads the sheet, tries it and confirms it. */
async function confirm(url: string): Promise<void> {
  await ask(`${url}/imports?name=sheet.csv`, 'POST', SHEET);
  await ask(`${url}/imports/1/dry-run`, 'POST');
  await until(async () => (await show(url)).state === 'checked');
  expect((await show(url)).dry_run).toMatchObject(RESULT);
  await ask(`${url}/imports/1/confirm`, 'POST');
}

async function expectWhole(url: string): Promise<void> {
  await until(async () => (await show(url)).state === 'done');
  const { result, ingestion } = await show(url);
  expect(result).toMatchObject(RESULT);
  expect(await ask(`${url}/ingestions/${ingestion}`)).toMatchObject({
    ingestion: {
      ...{ state: 'done', lines: 3 * CUSTOMERS, attributes: 2 * CUSTOMERS, duplicates: 0, blank: 0 },
      ...{ customers: CUSTOMERS, rejected: { missing_id: CUSTOMERS } },
    },
  });
  const { customers, meta } = await ask<{ customers: { attributes: unknown }[]; meta: { total: number } }>(
    `${url}/customers?per_page=10000`,
  );
  expect(meta.total).toBe(CUSTOMERS);
  expect(customers.filter(({ attributes }) => (attributes as { city: string }).city !== 'Bern')).toEqual([]);
  // One message for each row that was applied, and none twice.
  const { entries } = await ask<{ entries: { source: { row: number } }[] }>(`${url}/customers/7/timeline`);
  expect(entries.map(({ source }) => source.row)).toEqual([23, 22]);
  const rejects = await fetch(`${url}/imports/1/rejects`, { headers: HEADERS });
  expect((await rejects.text()).split('\r\n')).toHaveLength(CUSTOMERS + 2);
}

async function ends(url: string): Promise<void> {
  await until(async () =>
    fetch(url).then(
      () => false,
      () => true,
    ),
  );
}

describe.each([
  ['sqlite', sqlite],
  ['postgres', postgres],
] as const)('a confirmed import over %s', (_, make) => {
  it('goes on after its server was killed, again and again, and counts nothing twice', async () => {
    const { env, remove } = await make();
    try {
      const killed = await ServerProcess.start({ ...env, FAIL_AT: 'kill:ingestion:stretch-applied@3' });
      await confirm(killed.url);
      await ends(killed.url);
      await expectSound(env.DATABASE_URL);
      expect(await ServerProcess.end({ ...env, FAIL_AT: 'kill:ingestion:before-done@1' })).toBe('SIGKILL');
      await expectSound(env.DATABASE_URL);
      const server = await ServerProcess.start(env);
      await expectWhole(server.url);
      expect(await server.stop()).toBe(0);
    } finally {
      await remove();
    }
  });

  if (IS_THOROUGH) {
    it('goes on after its server was killed at any moment', async () => {
      const { env, remove } = await make();
      try {
        let server = await ServerProcess.start(env);
        await confirm(server.url);
        for (let tenth = 1; tenth < 10; tenth++) {
          await until(async () => ((await show(server.url)).result?.rows ?? 0) > (tenth / 10) * 3 * CUSTOMERS);
          await server.kill();
          await expectSound(env.DATABASE_URL);
          server = await ServerProcess.start(env);
        }
        await expectWhole(server.url);
        expect(await server.stop()).toBe(0);
      } finally {
        await remove();
      }
    });
  }
});

describe('a server that imports', () => {
  it('is stopped, and the next one goes on', async () => {
    const { env, remove } = sqlite();
    try {
      const stopped = await ServerProcess.start(env);
      await confirm(stopped.url);
      await until(async () => ((await show(stopped.url)).result?.rows ?? 0) > CUSTOMERS);
      expect(await stopped.stop()).toBe(0);
      const server = await ServerProcess.start(env);
      await expectWhole(server.url);
      expect(await server.stop()).toBe(0);
    } finally {
      await remove();
    }
  });
});
