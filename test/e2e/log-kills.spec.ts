import { DatabaseSync } from '@photostructure/sqlite';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../server/generation/random.js';
import { ingest } from '../support/cli-process.js';
import { expectSound, stateOf, sumOf } from '../support/database-state.js';
import { temporaryFolder } from '../support/engine.js';
import { newPostgresSchema } from '../support/postgres-schema.js';
import { roughLines } from '../support/rough-lines.js';
import { ServerProcess } from '../support/server-process.js';
import { IS_THOROUGH } from '../support/thorough.js';
import { until } from '../support/until.js';
import { writeLines } from '../support/write-lines.js';

/** Kills in each phase over each engine. */
const KILLS = IS_THOROUGH ? 10 : 1;
const SEED = 20_261_129;
/** Compacted in four transactions more than kills: each kill comes after one of them. */
const CUSTOMERS = 64 * (KILLS + 4);
const EVENTS = 8 * CUSTOMERS;
/** The most answers of erasures before a kill. */
const MOST_ERASED = 30;

jest.setTimeout(IS_THOROUGH ? 1_500_000 : 300_000);

interface Place {
  readonly url: string;
  query(text: string): Promise<Readonly<Record<string, unknown>>[]>;
  remove(): Promise<void>;
}

const folder = temporaryFolder();
const file = join(folder.path, 'rough.data');
const noData = join(folder.path, 'none');
const random = new Random(SEED);

beforeAll(() => {
  mkdirSync(noData);
  writeLines(file, roughLines({ seed: 3, events: EVENTS, customers: CUSTOMERS, padding: 2_000 }).lines);
});
afterAll(() => folder.remove());

function sqlitePlace(): Promise<Place> {
  const path = join(folder.path, 'roster.db');
  const query = (text: string): Promise<Record<string, unknown>[]> => {
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      // Safe: rows are objects.
      return Promise.resolve(database.prepare(text).all() as Record<string, unknown>[]);
    } finally {
      database.close();
    }
  };
  return Promise.resolve({ url: `file:${path}`, query, remove: () => Promise.resolve() });
}

async function postgresPlace(): Promise<Place> {
  const schema = await newPostgresSchema();
  return { url: schema.url, query: (text) => schema.query(text), remove: () => schema.drop() };
}

describe.each([
  ['SQLite', sqlitePlace],
  ['PostgreSQL', postgresPlace],
])('a server over %s that is killed', (_, open) => {
  let place: Place;
  beforeAll(async () => {
    place = await open();
    await ingest([file], { env: env() });
  });
  afterAll(() => place.remove());

  const env = (): Record<string, string> => ({ DATABASE_URL: place.url, DATA_DIR: noData });
  const blocks = async (format: number): Promise<number> => {
    const rows = await place.query(`SELECT count(*) AS count FROM log_blocks WHERE format = ${format}`);
    return Number(rows[0].count);
  };

  it('while it compacts has each message once, and goes on', async () => {
    const sum = await sumOf(place.url);
    for (let kill = 0; kill < KILLS; kill++) {
      const before = await blocks(1);
      // Four transactions or more come before the first one that compacts.
      for (let commits = 5; (await blocks(1)) === before; commits++) {
        const end = await ServerProcess.end({ ...env(), FAIL_AT: `kill:transaction:after-commit@${commits}` });
        expect(end).toBe('SIGKILL');
      }
      expect(await blocks(0)).toBeGreaterThan(0);
      expect(await sumOf(place.url)).toBe(sum);
      await expectSound(place.url);
    }
  });

  it('while it erases has all of a customer, or nothing', async () => {
    const ids = Array.from({ length: CUSTOMERS }, (__, at) => String(1 + at));
    const erased: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const server = await ServerProcess.start(env());
      const most = 1 + random.below(MOST_ERASED);
      let answered = 0;
      const client = async (): Promise<void> => {
        for (let id = ids.pop(); id !== undefined; id = ids.pop()) {
          const answer = await fetch(`${server.url}/customers/${id}?erase=true`, { method: 'DELETE' }).catch(
            () => undefined,
          );
          if (!answer) return;
          if (answer.status === 201) erased.push(id);
          else expect([id, answer.status]).toEqual([id, 404]);
          answered++;
        }
      };
      const clients = Promise.all([client(), client(), client()]);
      await until(() => Promise.resolve(answered >= most));
      await server.kill();
      await clients;
      await expectSound(place.url);
    }
    expect(erased.length).toBeGreaterThan(0);
    const left = async (): Promise<string[]> => {
      const { customers } = await stateOf(place.url);
      return erased.filter((id) => customers.some((text) => text.startsWith(`{"id":${id},`)));
    };
    expect(await left()).toEqual([]);
    await ingest([file], { env: env() });
    await expectSound(place.url);
    expect(await left()).toEqual([]);
  });
});
