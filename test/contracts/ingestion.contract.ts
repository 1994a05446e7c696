import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { FoldedBatches } from '../../server/domain/customer/customer-repository.js';
import { deleteCustomer, patchAttributes } from '../../server/domain/customer/edit.js';
import { FoldedBatch } from '../../server/domain/customer/folded-batch.js';
import { noCounts, reportOf, type Ingestion, type IngestionReport } from '../../server/domain/ingestion/ingestion.js';
import { openFile, openStream, type ReadableSource } from '../../server/ingestion/sources/source.js';
import { openMemory } from '../../server/storage/memory/open.js';
import { unaccounted } from '../support/database-state.js';
import { temporaryFolder, type Engine } from '../support/engine.js';
import { allCustomers, event, ingestorOf, UPDATED } from '../support/messages.js';
import { viewsOf } from '../support/rejects.js';
import { roughLines } from '../support/rough-lines.js';

const SMALL = { customers: 30, padding: 10 };
const ROUGH = roughLines({ seed: 5, events: 60, ...SMALL });
const LINES = ROUGH.lines.join('\n');
/** The second half of the lines, followed by new ones. */
const OVERLAP = [
  ...ROUGH.lines.slice(ROUGH.lines.length / 2),
  ...roughLines({ seed: 6, events: 14, ...SMALL }).lines.slice(1),
].join('\n');
const CHUNK_BYTES = 1_000;
const NOW = 1_700_000_000;

type Opened = Omit<Engine, 'close'>;

interface Customer {
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly last_updated: number;
}

/** The stretches and batches that went into an engine. A test may do something after one of them, or let it fail. */
class Watch {
  stretches = 0;
  batches = 0;
  onStretch = async (): Promise<void> => undefined;
  onBatch = (): void => undefined;

  constructor({ customers }: Opened) {
    const apply = customers.apply.bind(customers);
    customers.apply = async (batches, checkpoint) => {
      const counts = await apply(this.watched(batches), checkpoint);
      this.stretches++;
      await this.onStretch();
      return counts;
    };
  }

  private async *watched(batches: FoldedBatches): AsyncGenerator<FoldedBatch> {
    for await (const batch of batches) {
      yield batch;
      this.batches++;
      this.onBatch();
    }
  }
}

function streamOf(text: string): ReadableSource {
  const bytes = Buffer.from(text);
  const starts = Array.from({ length: Math.ceil(bytes.length / CHUNK_BYTES) }, (_, at) => at * CHUNK_BYTES);
  return openStream('stream', Readable.from(starts.map((start) => bytes.subarray(start, start + CHUNK_BYTES))));
}

/** All of a report but where the lines came from and how long it took. */
function countsOf(ingestion: Ingestion): IngestionReport {
  return { ...reportOf(ingestion), source: 'a source', seconds: 0 };
}

async function run(engine: Opened, source: ReadableSource, signal?: AbortSignal): Promise<Ingestion> {
  return ingestorOf(engine).run(source, await engine.ingestions.begin(source), () => undefined, signal);
}

/** Describes an ingestion, for every engine and every way to read, fold and apply a source. */
export function describeIngestion(name: string, open: () => Promise<Engine>): void {
  describe(`ingestion on ${name}`, () => {
    const folder = temporaryFolder();
    const path = join(folder.path, 'lines.jsonl');
    let engine: Engine;
    let watch: Watch;
    /** Takes the same lines in one piece. */
    let whole: Opened;

    beforeEach(async () => {
      writeFileSync(path, LINES);
      engine = await open();
      watch = new Watch(engine);
      whole = openMemory();
    });
    afterEach(() => engine.close());
    afterAll(() => folder.remove());

    const customersOf = async ({ customers }: Opened) => (await allCustomers(customers)) as Customer[];
    const runFile = async (signal?: AbortSignal) => run(engine, await openFile(path), signal);
    const runWhole = (text: string) => run(whole, openStream('whole', Readable.from([Buffer.from(text)])));
    const runs = async () => (await engine.ingestions.list(10)).reverse();
    const expectWhole = async (): Promise<void> => {
      const report = countsOf(await runWhole(LINES));
      expect((await runs()).map((ingestion) => [ingestion.state, countsOf(ingestion)])).toEqual([['done', report]]);
      expect(await customersOf(engine)).toEqual(await customersOf(whole));
    };

    it('comes to the same in many spans, ranges and buckets as in one', async () => {
      const complete = jest.spyOn(FoldedBatch.prototype, 'complete');
      const ended = [await runFile(), await run(engine, streamOf(OVERLAP))];
      const onDemand = complete.mock.contexts.filter((batch) => !(batch as FoldedBatch).data.hasMessages).length;
      complete.mockRestore();
      expect(watch.stretches).toBeGreaterThan(6);
      expect(watch.batches).toBeGreaterThan(2 * watch.stretches);
      if (name.endsWith('on demand')) expect(onDemand).toBeGreaterThan(4);
      else expect(onDemand).toBe(0);

      expect(ended.map(unaccountedOf)).toEqual([0, 0]);
      expect(ended.map(countsOf)).toEqual([countsOf(await runWhole(LINES)), countsOf(await runWhole(OVERLAP))]);
      expect(await customersOf(engine)).toEqual(await customersOf(whole));
    });

    it('names the line and the offset of every reject, however the source is cut', async () => {
      const { id } = await runFile();
      const lines = LINES.split('\n');
      const offsets = [0];
      for (const line of lines) offsets.push((offsets.at(-1) ?? 0) + Buffer.byteLength(line) + 1);
      let count = 0;
      for await (const { line, offset, bytes } of engine.ingestions.rejects(id)) {
        expect([offset, Buffer.from(bytes).toString()]).toEqual([
          offsets[line - 1],
          lines[line - 1].replace(/\r$/, ''),
        ]);
        count++;
      }
      expect(count).toBeGreaterThan(4);
    });

    it('refuses a file that holds no JSON lines, and takes it when it was mended', async () => {
      const table = Array.from({ length: 200 }, (_, at) => `${at};anna@example.com;${'x'.repeat(50)}`).join('\n');
      writeFileSync(path, table);
      await expect(runFile()).rejects.toThrow('it seems to be CSV with ";" between its columns');
      const [refused] = await runs();
      expect(refused).toMatchObject({ state: 'refused', failure: expect.stringContaining('CSV') as string });
      expect(refused.counts).toEqual(noCounts());
      expect(await viewsOf(engine.ingestions.rejects(refused.id))).toEqual([]);
      expect(await engine.ingestions.runOf(await openFile(path))).toBe('done');
      writeFileSync(path, LINES);
      expect(await engine.ingestions.runOf(await openFile(path))).toBeUndefined();
      expect(countsOf(await runFile())).toEqual(countsOf(await runWhole(LINES)));
    });

    it('lets the last line of a tie win, wherever the others are', async () => {
      await runFile();
      const last = new Map((await customersOf(engine)).map(({ id, attributes }) => [id, attributes.last]));
      expect([...ROUGH.tied.keys()].map((id) => [id, last.get(id)])).toEqual([...ROUGH.tied]);
    });

    it('stops at a signal, and goes on from there', async () => {
      const stop = new AbortController();
      watch.onStretch = async () => (watch.stretches === 2 ? stop.abort() : undefined);
      const stopped = await runFile(stop.signal);
      expect(stopped).toMatchObject({ state: 'interrupted', failure: undefined });
      expect(unaccountedOf(stopped)).toBe(0);
      expect(stopped.counts.lines).toBeGreaterThan(0);
      expect(stopped.counts.bytes).toBeLessThan(Buffer.byteLength(LINES));
      expect(await runs()).toEqual([stopped]);
      await runFile();
      await expectWhole();
    });

    it('that fails within a stretch applies none of it, and goes on when there is room', async () => {
      watch.onBatch = () => {
        if (watch.stretches === 2) throw new Error('The disk is full.');
      };
      await expect(runFile()).rejects.toThrow('The disk is full.');
      const [failed] = await runs();
      expect(failed).toMatchObject({ state: 'failed', failure: 'The disk is full.' });
      expect(unaccountedOf(failed)).toBe(0);
      const customers = (await customersOf(engine)) as (Customer & { events: Record<string, number> })[];
      expect(customers).toHaveLength(failed.counts.customers);
      const events = customers.flatMap((customer) => Object.values(customer.events));
      expect(events.reduce((sum, count) => sum + count, 0)).toBe(failed.counts.events);
      watch.onBatch = () => undefined;
      await runFile();
      await expectWhole();
    });

    it('loses no edit that comes between two stretches, and no message because of one', async () => {
      let edited: string[] = [];
      watch.onStretch = async () => {
        if (watch.stretches !== 2) return;
        edited = (await customersOf(engine)).slice(0, 10).map(({ id }) => id);
        for (const id of edited) {
          const edit = [{ name: 'edited', value: JSON.stringify(id) }];
          await engine.customers.change(
            id,
            (state) =>
              id === edited[0] ? deleteCustomer(state, NOW * 1000) : patchAttributes(state, edit, NOW * 1000),
            UPDATED,
          );
        }
      };
      const { counts } = await runFile();
      await runWhole(LINES);
      const expected = (await customersOf(whole)).map((customer) =>
        edited.includes(customer.id)
          ? { ...customer, attributes: { ...customer.attributes, edited: customer.id }, last_updated: NOW }
          : customer,
      );
      expect(edited).toHaveLength(10);
      expect(await customersOf(engine)).toEqual(expected.filter(({ id }) => id !== edited[0]));
      expect(counts.stale).toBeGreaterThan(0);
    });

    it('begins anew when its file has changed since it was interrupted', async () => {
      const stop = new AbortController();
      watch.onStretch = async () => stop.abort();
      const stopped = await runFile(stop.signal);
      // The new line stands first: an ingestion that went on from the old place would miss it.
      const changed = `${event({ id: 'new', user_id: 'new' })}\n${LINES.slice(1)}`;
      writeFileSync(path, changed);
      watch.onStretch = async () => undefined;
      const ended = await runFile();
      expect(await runs()).toEqual([stopped, ended]);
      const report = countsOf(await runWhole(changed));
      expect(ended).toMatchObject({ state: 'done', counts: { lines: report.lines, bytes: report.bytes } });
      expect(stopped.counts.events + ended.counts.events).toBe(report.events);
      expect(await customersOf(engine)).toEqual(await customersOf(whole));
    });

    it('applies every message once when two sources that share lines come at once', async () => {
      const lines = Array.from({ length: 240 }, (_, at) => event({ id: `e${at}`, user_id: String(at % 30) }));
      const [head, tail] = [lines.slice(0, 180), lines.slice(60)].map((part) => streamOf(part.join('\n')));
      const ended = await Promise.all([run(engine, head), run(engine, tail)]);
      expect(ended.map(({ counts }) => counts.lines)).toEqual([180, 180]);
      expect(ended.map(unaccountedOf)).toEqual([0, 0]);
      expect(ended[0].counts.events + ended[1].counts.events).toBe(240);
      await runWhole(lines.join('\n'));
      expect(await customersOf(engine)).toEqual(await customersOf(whole));
    });

    it('of a source that breaks off keeps what was whole, and is exact when it is mended', async () => {
      const compressed = gzipSync(LINES);
      writeFileSync(path, compressed.subarray(0, compressed.length / 2));
      await expect(runFile()).rejects.toThrow('is a truncated gzip file.');
      const [failed] = await runs();
      expect(failed.state).toBe('failed');
      expect(unaccountedOf(failed)).toBe(0);
      expect(failed.counts.lines).toBeGreaterThan(0);
      writeFileSync(path, compressed);
      const mended = await runFile();
      const report = countsOf(await runWhole(LINES));
      expect(mended.counts.lines).toBe(report.lines);
      expect(failed.counts.events + mended.counts.events).toBe(report.events);
      expect(await customersOf(engine)).toEqual(await customersOf(whole));
    });
  });
}

function unaccountedOf(ingestion: Ingestion): number {
  return unaccounted(reportOf(ingestion));
}
