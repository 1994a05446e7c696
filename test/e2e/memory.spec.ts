import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ingest, type CliEnd, type CliReport } from '../support/cli-process.js';
import { customersOf, serve } from '../support/database-state.js';
import { temporaryFolder } from '../support/engine.js';

/**
 * What a process may hold: Node with its heap as it grows before the garbage collector sees a need, the caches of SQLite (64 and
 * 32 MiB), and a few times the budget. Less than the largest source, so that who holds a source is found.
 */
const MOST_MB = 350;
const WRITE_BYTES = 1024 * 1024;
const TIME = 1_500_000_000;

jest.setTimeout(120_000);

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** Writes lines in large pieces; the test process holds no more than one. */
function write(name: string, lines: Iterable<string>): string {
  const path = join(folder.path, name);
  const file = openSync(path, 'w');
  let text = '';
  for (const line of lines) {
    text += `${line}\n`;
    if (text.length < WRITE_BYTES) continue;
    writeSync(file, text);
    text = '';
  }
  writeSync(file, text);
  closeSync(file);
  return path;
}

function* times<T>(count: number, make: (at: number) => T): Generator<T> {
  for (let at = 0; at < count; at++) yield make(at);
}

/** Ingests a file with little memory, and then forgets the file. */
async function ingestTightly(path: string, database: string): Promise<CliReport & CliEnd> {
  const env = { DATABASE_URL: `file:${database}`, INGEST_MEMORY_MB: '16', INGEST_WORKERS: '2' };
  const report = await ingest([path], { env });
  rmSync(path);
  return report;
}

async function customersIn<T>(database: string, look: (url: string) => Promise<T>): Promise<T> {
  const server = await serve(database);
  try {
    return await look(server.url);
  } finally {
    await server.stop();
  }
}

const event = (id: string, user: number | string, name = 'page'): string =>
  `{"id":"${id}","type":"event","name":"${name}","user_id":"${user}","data":{},"timestamp":${TIME}}`;

describe('memory', () => {
  it('is bounded when the source is many times the budget', async () => {
    const padding = 'x'.repeat(3_600);
    const lines = times(110_000, (at) => event(`id-${at}`, at % 5000).replace('{}', `{"padding":"${padding}"}`));
    const database = join(folder.path, 'large.db');
    const report = await ingestTightly(write('large.jsonl', lines), database);
    expect(report).toMatchObject({ lines: 110_000, events: 110_000, customers: 5000 });
    expect(report.bytes).toBeGreaterThan(400_000_000);
    expect(report.peakMb).toBeLessThan(MOST_MB);
  });

  it('is bounded when one customer has 200 000 events, with ids that are no UUIDs', async () => {
    const database = join(folder.path, 'one.db');
    const lines = times(200_000, (at) => event(`${at} ${'é'.repeat(at % 50)}`, 'one', `event ${at % 300}`));
    const report = await ingestTightly(write('one.jsonl', lines), database);
    expect(report).toMatchObject({ lines: 200_000, events: 200_000, duplicates: 0, customers: 1 });
    expect(report.peakMb).toBeLessThan(MOST_MB);
    const [customer] = await customersIn(database, customersOf);
    const { events } = JSON.parse(customer) as { events: Record<string, number> };
    expect(Object.keys(events)).toHaveLength(300);
    expect(Object.values(events).reduce((sum, count) => sum + count, 0)).toBe(200_000);
  });

  it('is bounded when 200 000 customers have one event each', async () => {
    const database = join(folder.path, 'many.db');
    // An odd multiplier visits every customer once, in no order.
    const lines = times(200_000, (at) => event(String(at), (at * 77_773) % 200_000));
    const report = await ingestTightly(write('many.jsonl', lines), database);
    expect(report).toMatchObject({ lines: 200_000, events: 200_000, customers: 200_000 });
    expect(report.peakMb).toBeLessThan(MOST_MB);
    const page = await customersIn(database, async (url) =>
      (await fetch(`${url}/customers?page=200000&per_page=1`)).text(),
    );
    expect(page).toBe(
      `{"customers":[{"id":199999,"attributes":{},"events":{"page":1},"last_updated":${TIME}}],` +
        '"meta":{"page":200000,"per_page":1,"total":200000}}',
    );
  });

  it('is bounded when a customer has 50 000 attribute names', async () => {
    const database = join(folder.path, 'wide.db');
    const names = (at: number): string => [...times(500, (of) => `"name-${at * 500 + of}":"${at}"`)].join(',');
    const lines = times(200, (at) =>
      event(`id-${at}`, 'wide')
        .replace('"event"', '"attributes"')
        .replace('"data":{}', `"data":{${names(at % 100)}}`),
    );
    const report = await ingestTightly(write('wide.jsonl', lines), database);
    expect(report).toMatchObject({ lines: 200, attributes: 200, customers: 1 });
    expect(report.peakMb).toBeLessThan(MOST_MB);
    const [customer] = await customersIn(database, customersOf);
    expect(Object.keys((JSON.parse(customer) as { attributes: object }).attributes)).toHaveLength(50_000);
  });

  it('is bounded when hardly a line can be taken', async () => {
    const database = join(folder.path, 'rejected.db');
    const line = `{"type":"${'é'.repeat(150)}"}`;
    const report = await ingestTightly(
      write(
        'rejected.jsonl',
        times(150_000, () => line),
      ),
      database,
    );
    expect(report).toMatchObject({ lines: 150_000, rejected: { unknown_type: 150_000 }, customers: 0 });
    expect(report.peakMb).toBeLessThan(MOST_MB);
  });
});
