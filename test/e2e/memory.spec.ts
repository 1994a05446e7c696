import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { openSqlite } from '../../server/storage/sqlite/open.js';
import { ingest, type CliEnd, type CliReport } from '../support/cli-process.js';
import { stateOf } from '../support/database-state.js';
import { temporaryFolder } from '../support/engine.js';
import { writeLines } from '../support/write-lines.js';

const TIME = 1_500_000_000;
const MIB = 1024 * 1024;
/** The heap may grow by this much before the garbage collector runs, in MiB. */
const SLACK_MB = 150;
/** Lets the garbage collector run early, so that the peak is what a process holds. */
const SMALL_HEAP = '--max-old-space-size=32 --max-semi-space-size=4';

const folder = temporaryFolder();
/** The peak memory of a process that ingests a small file, in MiB. */
let least: number;

beforeAll(async () => {
  const { peakMb } = await ingestTightly('least', padded(10 * MIB));
  least = peakMb ?? NaN;
});
afterAll(() => folder.remove());

function* times<T>(count: number, make: (at: number) => T): Generator<T> {
  for (let at = 0; at < count; at++) yield make(at);
}

/** Ingests lines with the least memory, and then forgets the file. @param nodeOptions options of Node.js */
async function ingestTightly(
  name: string,
  lines: Iterable<string>,
  nodeOptions = '',
): Promise<CliReport & CliEnd & { database: string }> {
  const [path, database] = [join(folder.path, `${name}.jsonl`), join(folder.path, `${name}.db`)];
  writeLines(path, lines);
  const tight = { INGEST_MEMORY_MB: '16', INGEST_WORKERS: '2', NODE_OPTIONS: nodeOptions };
  const report = await ingest([path], { env: { DATABASE_URL: `file:${database}`, ...tight } });
  rmSync(path);
  return { ...report, database };
}

const event = (id: string, user: number | string, name = 'page'): string =>
  `{"id":"${id}","type":"event","name":"${name}","user_id":"${user}","data":{},"timestamp":${TIME}}`;

const PADDING = 'x'.repeat(3_600);

/** Lines of 3.7 kB of 5 000 customers, about `bytes` in all. */
function padded(bytes: number): Iterable<string> {
  return times(Math.ceil(bytes / 3_700), (at) =>
    event(`id-${at}`, at % 5_000).replace('{}', `{"padding":"${PADDING}"}`),
  );
}

describe('memory', () => {
  it('does not grow with the source', async () => {
    // Both databases are larger than the page cache, and both heaps are too small to hold garbage for long.
    const medium = await ingestTightly('medium', padded(40 * MIB), SMALL_HEAP);
    const large = await ingestTightly('large', padded(120 * MIB), SMALL_HEAP);
    expect(large.bytes - medium.bytes).toBeGreaterThan(75 * MIB);
    // A process that held the source, or what it says, would hold 75 MiB more.
    expect((large.peakMb ?? NaN) - (medium.peakMb ?? NaN)).toBeLessThan(25);
    // The page cache, folded batches, and the second parser thread; a small file needs none of them.
    expect((medium.peakMb ?? NaN) - least).toBeLessThan(80);
  });

  it('is bounded when one customer has 100 000 events, with ids that are no UUIDs', async () => {
    const lines = times(100_000, (at) => event(`${at} ${'é'.repeat(at % 50)}`, 'one', `event ${at % 300}`));
    const report = await ingestTightly('one', lines);
    expect(report).toMatchObject({ lines: 100_000, events: 100_000, duplicates: 0, customers: 1 });
    expect(report.peakMb).toBeLessThan(least + SLACK_MB);
    const [customer] = (await stateOf(report.database)).customers;
    const { events } = JSON.parse(customer) as { events: Record<string, number> };
    expect(Object.keys(events)).toHaveLength(300);
    expect(Object.values(events).reduce((sum, count) => sum + count, 0)).toBe(100_000);
  });

  it('is bounded when 100 000 customers have one event each', async () => {
    // An odd multiplier visits every customer once, in no order.
    const lines = times(100_000, (at) => event(String(at), (at * 77_773) % 100_000));
    const report = await ingestTightly('many', lines);
    expect(report).toMatchObject({ lines: 100_000, events: 100_000, customers: 100_000 });
    expect(report.peakMb).toBeLessThan(least + SLACK_MB);
    const storage = openSqlite(report.database);
    expect(await storage.customers.page(99_999, 1)).toMatchObject({
      total: 100_000,
      customers: [{ id: '99999', attributes: '{}', events: '{"page":1}' }],
    });
    await storage.close();
  });

  it('is bounded when a customer has 50 000 attribute names', async () => {
    const names = (at: number): string => [...times(500, (of) => `"name-${at * 500 + of}":"${at}"`)].join(',');
    const lines = times(200, (at) =>
      event(`id-${at}`, 'wide')
        .replace('"event"', '"attributes"')
        .replace('"data":{}', `"data":{${names(at % 100)}}`),
    );
    const report = await ingestTightly('wide', lines);
    expect(report).toMatchObject({ lines: 200, attributes: 200, customers: 1 });
    expect(report.peakMb).toBeLessThan(least + SLACK_MB);
    const [customer] = (await stateOf(report.database)).customers;
    expect(Object.keys((JSON.parse(customer) as { attributes: object }).attributes)).toHaveLength(50_000);
  });

  it('is bounded when hardly a line can be taken', async () => {
    const line = `{"type":"${'é'.repeat(150)}"}`;
    const report = await ingestTightly(
      'rejected',
      times(60_000, () => line),
    );
    expect(report).toMatchObject({ lines: 60_000, rejected: { unknown_type: 60_000 }, customers: 0 });
    expect(report.peakMb).toBeLessThan(least + SLACK_MB);
  });

  it('is bounded when a line is far too long', async () => {
    const part = Buffer.alloc(MIB, 'x');
    function* input(): Generator<Uint8Array | string> {
      for (let at = 0; at < 150; at++) yield part;
      yield `\n${event('id', 1)}\n`;
    }
    const env = { DATABASE_URL: `file:${join(folder.path, 'long.db')}`, INGEST_MEMORY_MB: '16' };
    const end = await ingest(['-'], { env, input: input() });
    expect(end).toMatchObject({ lines: 2, events: 1, rejected: { line_too_long: 1 } });
    expect(end.peakMb).toBeLessThan(least + SLACK_MB);
  });
});
