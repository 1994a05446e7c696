import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTick } from 'node:timers/promises';
import type { FoldedBatches } from '../../server/domain/customer/customer-repository.js';
import type { FoldedBatch } from '../../server/domain/customer/folded-batch.js';
import { reportOf, type Ingestion, type IngestionReport } from '../../server/domain/ingestion/ingestion.js';
import { openFile } from '../../server/ingestion/sources/source.js';
import { LiveMark } from '../../server/storage/sqlite/database/live-mark.js';
import { expectAgreement } from '../support/agreement.js';
import { unaccounted } from '../support/database-state.js';
import { temporaryFolder, type Engine } from '../support/engine.js';
import { attributes, event, ingestorOf, shown } from '../support/messages.js';
import { liveMessages } from './live-messages.contract.js';

/** Fit into one stretch, and into several batches. */
const USERS = Array.from({ length: 18 }, (_, at) => String(at + 1)).concat('é', 'text');
const FILE = USERS.flatMap((user_id) => {
  const line = attributes({ last: 'file' }, { user_id });
  return [line, event({ user_id }), line];
});

/** The customers and the events of another file. */
const OTHER_USERS = Array.from({ length: 40 }, (_, at) => String(at + 1_001));
const OTHERS = 2_000;

interface Seen {
  readonly id: string;
  readonly attributes: { readonly last?: string };
  readonly events: Readonly<Record<string, number>>;
}

/** Tests that live messages come between the parts of a file, and that the file counts exactly all the same. */
export function describeParts(name: string, open: () => Promise<Engine>): void {
  describe(`parts of a file on ${name}`, () => {
    const folder = temporaryFolder();
    const path = join(folder.path, 'lines.jsonl');
    writeFileSync(path, FILE.join('\n'));
    const otherPath = join(folder.path, 'others.jsonl');
    writeFileSync(
      otherPath,
      Array.from({ length: OTHERS }, (_, at) => event({ user_id: OTHER_USERS[at % OTHER_USERS.length] })).join('\n'),
    );
    /** Its slices are longer than the file. */
    const isInMemory = name.startsWith('memory');
    let engine: Engine;
    /** Beside a database of SQLite. */
    let liveMark: LiveMark | undefined;
    /** Customers that got a live value after that of the file. */
    let overtaken: Set<string>;

    beforeEach(async () => {
      engine = await open();
      const databases = name.startsWith('sqlite') ? await engine.sql?.('PRAGMA database_list') : undefined;
      liveMark = databases && new LiveMark(String(databases[0].file));
      overtaken = new Set();
    });
    afterEach(() => expectAgreement(engine).finally(() => engine.close()));
    afterAll(() => folder.remove());

    const seen = async (id: string): Promise<Seen | undefined> =>
      shown(await engine.customers.get(id)) as Seen | undefined;

    /**
     * Ingests the file while messages come without a pause: one that nobody else sends, and the same value at the same time as a customer
     * of the file, once that was seen.
     * @returns the ingestion, or its error
     */
    async function ingestMeanwhile(): Promise<Ingestion | Error> {
      const source = await openFile(path);
      const ingestion = await engine.ingestions.begin(source);
      let end: Ingestion | Error | undefined;
      const run = ingestorOf(engine).run(source, ingestion, () => undefined);
      const ended = run.then(
        (done) => (end = done),
        (error: unknown) => (end = error as Error),
      );
      for (let at = 0; !end; at = (at + 1) % USERS.length) {
        const id = USERS[at];
        const lines = [event({ user_id: 'live' })];
        if (!overtaken.has(id) && (await seen(id))?.attributes.last === 'file') {
          lines.push(attributes({ last: 'live' }, { user_id: id }));
          overtaken.add(id);
        }
        const outcomes = await engine.customers.accept(await liveMessages(engine, lines));
        expect(outcomes).toEqual(lines.map(() => 'accepted'));
        await nextTick();
      }
      return ended;
    }

    async function expectWhole(end: Ingestion | Error): Promise<void> {
      if (end instanceof Error) throw end;
      const report: IngestionReport = reportOf(end);
      expect(unaccounted(report)).toBe(0);
      const { events, attributes: applied, duplicates, customers, lines } = report;
      const count = USERS.length;
      expect({ events, applied, duplicates, customers, lines }).toEqual({
        events: count,
        applied: count,
        duplicates: count,
        customers: count,
        lines: 3 * count,
      });
      expect(end.counts.early).toBeUndefined();
      const found = await Promise.all(USERS.map(seen));
      expect(found.map((one) => [one?.id, one?.attributes.last, one?.events.page])).toEqual(
        USERS.map((id) => [id, overtaken.has(id) ? 'live' : 'file', 1]),
      );
    }

    /** Lets a stretch go on, or end, only when a part of it is there. @param then what follows its first batch */
    function applyInParts(then: () => void = () => undefined): () => void {
      const apply = engine.customers.apply.bind(engine.customers);
      engine.customers.apply = (batches, checkpoint) => {
        const hasPart = async (): Promise<boolean> => {
          // On a busy machine the mark of a message gets old before the stretch sees it. The message would then wait for the stretch.
          liveMark?.touch();
          return isInMemory || (await engine.ingestions.find(checkpoint.ingestionId))?.counts.early !== undefined;
        };
        return apply(held(batches, hasPart, then), checkpoint);
      };
      return () => {
        engine.customers.apply = apply;
      };
    }

    it('lets messages through, which win a tie that they arrive after', async () => {
      applyInParts();
      await expectWhole(await ingestMeanwhile());
    });

    it('of two files at the same time are exact', async () => {
      const source = await openFile(otherPath);
      const ingestion = await engine.ingestions.begin(source);
      const other = ingestorOf(engine).run(source, ingestion, () => undefined);
      await expectWhole(await ingestMeanwhile());
      const { events, duplicates, lines } = reportOf(await other);
      expect({ events, duplicates, lines }).toEqual({ events: OTHERS, duplicates: 0, lines: OTHERS });
      const found = await Promise.all(OTHER_USERS.map(seen));
      expect(found.map((one) => one?.events.page)).toEqual(OTHER_USERS.map(() => OTHERS / OTHER_USERS.length));
    });

    it('that breaks off between two parts is exact when it is read again', async () => {
      const release = applyInParts(() => {
        throw new Error('The disk is full.');
      });
      expect(await ingestMeanwhile()).toEqual(new Error('The disk is full.'));
      const [failed] = await engine.ingestions.list(1);
      expect([failed.state, unaccounted(reportOf(failed)), failed.counts.lines]).toEqual(['failed', 0, 0]);
      release();
      await expectWhole(await ingestMeanwhile());
      expect(await engine.ingestions.list(2)).toHaveLength(1);
    });
  });
}

/** Gives the first batch, and goes on once a part of it is there. */
async function* held(
  batches: FoldedBatches,
  hasPart: () => Promise<boolean>,
  then: () => void,
): AsyncGenerator<FoldedBatch> {
  let isFirst = true;
  for await (const batch of batches) {
    yield batch;
    if (!isFirst) continue;
    isFirst = false;
    while (!(await hasPart())) await nextTick();
    then();
  }
}
