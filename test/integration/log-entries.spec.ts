import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { FoldedBatch } from '../../server/domain/customer/folded-batch.js';
import { SourceIngestor } from '../../server/ingestion/source-ingestor.js';
import { sizesFor } from '../../server/ingestion/source-sizes.js';
import { CHUNK_BYTES } from '../../server/ingestion/scanning/chunk-layout.js';
import { openFile, openStream, type ReadableSource } from '../../server/ingestion/sources/source.js';
import { openMemory } from '../../server/storage/memory/open.js';
import { anySource, slowed } from '../support/any-line.js';
import { Draw } from '../support/any-request.js';
import { temporaryFolder } from '../support/engine.js';
import { logsOf, naiveLogs, placedLines, type NaiveLog } from '../support/naive-entries.js';
import { roughLines } from '../support/rough-lines.js';
import { event } from '../support/messages.js';
import { IN_THIS_THREAD, WAYS, type Way } from '../support/threads.js';

/** The lines of a stretch, and the logs of its customers. */
interface Applied {
  readonly lines: number;
  readonly logs: ReadonlyMap<string, NaiveLog>;
}

/** Ingests a source with a log. @param stopAfter the number of stretches after which it is stopped and taken up again */
async function ingest(
  open: () => ReadableSource | Promise<ReadableSource>,
  { ingest: options }: Pick<Way, 'ingest'>,
  stopAfter = Infinity,
): Promise<{ id: number; applied: readonly Applied[] }> {
  const { customers, ingestions } = openMemory();
  const stop = new AbortController();
  const applied: Applied[] = [];
  const apply = customers.apply.bind(customers);
  jest.spyOn(customers, 'apply').mockImplementation(async (batches, checkpoint) => {
    const logs = new Map<string, NaiveLog>();
    const noted = async function* (): AsyncGenerator<FoldedBatch> {
      for await (const batch of batches) {
        for (const [id, log] of logsOf(batch.customers())) {
          expect(logs.has(id)).toBe(false);
          logs.set(id, log);
        }
        yield batch;
      }
    };
    const outcome = await apply(noted(), checkpoint);
    applied.push({ lines: checkpoint.counts.lines, logs });
    if (applied.length === stopAfter) stop.abort();
    return outcome;
  });
  const ingestor = new SourceIngestor(customers, ingestions, { ...options, spoolFolder: tmpdir(), keepsLog: true });
  const first = await open();
  // Another ingestion has the id 1.
  await ingestions.begin({ ...first, name: 'another', fingerprint: 'another' });
  const { id } = await ingestions.begin(first);
  const known = await ingestions.find(id);
  if (!known) throw new Error('There is no ingestion.');
  const ended = await ingestor.run(first, known, () => undefined, stop.signal);
  if (ended.state === 'interrupted') await ingestor.run(await open(), ended, () => undefined);
  return { id, applied };
}

function expectLogs(source: Buffer, { id, applied }: Awaited<ReturnType<typeof ingest>>): void {
  const lines = placedLines(source);
  let first = 0;
  for (const stretch of applied) {
    const expected = naiveLogs(lines.slice(first, first + stretch.lines), id);
    expect([...stretch.logs].sort()).toEqual([...expected].sort());
    first += stretch.lines;
  }
  expect(first).toBe(lines.length);
}

function roughSource(): Buffer {
  const { lines } = roughLines({ seed: 7, events: 600, customers: 60, padding: 1_000 });
  return Buffer.from(lines.join('\n'));
}

const SOURCES: [string, () => Buffer][] = [
  ['lines as they are generated, with carriage returns and a byte order mark', roughSource],
  ['lines that are parsed', () => slowed(roughSource())],
  ['lines of every kind', () => anySource(new Draw(42), 600)],
];

describe.each(SOURCES)('entries of %s', (_what, make) => {
  const folder = temporaryFolder();
  const source = make();
  const plain = join(folder.path, 'lines.jsonl');
  const packed = join(folder.path, 'lines.jsonl.gz');
  writeFileSync(plain, source);
  writeFileSync(packed, gzipSync(source));
  afterAll(() => folder.remove());

  const opened: [string, () => ReadableSource | Promise<ReadableSource>][] = [
    ['a file', () => openFile(plain)],
    ['a compressed file', () => openFile(packed)],
    ['a stream', () => openStream('-', Readable.from(source, { objectMode: false }))],
    ['a compressed stream', () => openStream('-', Readable.from(gzipSync(source), { objectMode: false }))],
  ];
  // A file is read in both ways, the others each in one.
  const all = opened.flatMap(([from, open], at) =>
    [WAYS[0], WAYS[3]]
      .filter((_way, one) => at === 0 || one === at % 2)
      .map((way) => [from, way.name, open, way] as const),
  );

  it.each(all)('name the lines of %s, read %s', async (_from, _name, open, way) => {
    expectLogs(source, await ingest(open, way));
  });

  it.each(opened.slice(0, 2))('name the lines of %s that was taken up again', async (_from, open) => {
    const ended = await ingest(open, WAYS[0], 1);
    expect(ended.applied.length).toBeGreaterThan(1);
    expectLogs(source, ended);
  });
});

describe('a source of one customer', () => {
  const line = event({ data: { text: 'x'.repeat(1_000) } });
  const lines = Array.from({ length: 2_000 }, (_, at) => line.replace(/"id":"[^"]*"/, `"id":"${at}"`));
  const source = Buffer.from(lines.join('\n'));
  const folder = temporaryFolder();
  const path = join(folder.path, 'one.jsonl');
  writeFileSync(path, source);
  afterAll(() => folder.remove());
  const pieces = Array.from({ length: Math.ceil(source.length / CHUNK_BYTES) }, (_, at) =>
    source.subarray(at * CHUNK_BYTES, (at + 1) * CHUNK_BYTES),
  );
  const sizes = { ...sizesFor(64), cutFromBytes: 1, headBytes: CHUNK_BYTES, customerBytes: 2 * CHUNK_BYTES };

  it.each([
    ['a file', () => openFile(path)],
    ['a stream', () => openStream('-', Readable.from(pieces))],
  ])('is applied in several stretches, as its entries are in memory at once, read from %s', async (_from, open) => {
    const ended = await ingest(open, { ingest: { ...IN_THIS_THREAD.ingest, sizes } });
    const most = Math.max(...ended.applied.map((stretch) => stretch.lines));
    expect(most).toBeLessThan(1_000);
    expectLogs(source, ended);
  });
});
