import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { reportOf } from '../../server/domain/ingestion/ingestion.js';
import { REJECT_REASONS, type Message } from '../../server/domain/message/message.js';
import { parseLine } from '../../server/ingestion/scanning/parse-line.js';
import { ADDED, ANONYMOUS } from '../../server/ingestion/scanning/scan-result.js';
import { openFile, openStream, type ReadableSource } from '../../server/ingestion/sources/source.js';
import { openMemory } from '../../server/storage/memory/open.js';
import { anySource, slowed } from '../support/any-line.js';
import { Draw } from '../support/any-request.js';
import { ENGINES, temporaryFolder, type Engine } from '../support/engine.js';
import { ingestorOf } from '../support/messages.js';
import {
  linesOf,
  parseTagged,
  readNaively,
  writeSorted,
  type NaiveMessage,
  type Tagged,
} from '../support/naive-lines.js';
import { areFirst, foldNaively } from '../support/naive-model.js';
import { identityOfLine, NOW, scan } from '../support/scan-agreement.js';
import { IN_THIS_THREAD, WAYS, type Way } from '../support/threads.js';

/** Seed of the first part. */
const SEED = Number(process.env.ROSTER_FUZZ_SEED ?? 20_261_128);
/** Lines of a run. The variable asks for a longer one. */
const LINES = Number(process.env.ROSTER_FUZZ ?? 2_000);
/** Lines of a part of a run. Each part has a seed of its own, so that one that fails can be tried again. */
const MOST_LINES_PER_PART = 50_000;
const PARTS = Array.from({ length: Math.ceil(LINES / MOST_LINES_PER_PART) }, (_, at) => SEED + at);
const LINES_PER_PART = Math.ceil(LINES / PARTS.length);
const LINES_PER_SOURCE = Math.max(500, LINES_PER_PART / 20);
/** Parts of this number of lines have every outcome. */
const MANY_LINES = 40_000;
const SELDOM = ['line_too_long', 'too_many_attributes'];
const MS_PER_LINE = 60;
const KEPT_OF_A_REJECT = 65_536;
const MOST_FAULTS = 20;
const [[, openSqlite]] = ENGINES;
const [, FILE_ON_DEMAND, , STREAM_IN_THREADS] = WAYS;
const [FILE_AT_ONCE, , STREAM_AT_ONCE] = WAYS;

/** The ways through ingestion that sources take in turn. */
const THIS_THREAD: readonly Way[] = [FILE_AT_ONCE, IN_THIS_THREAD, FILE_ON_DEMAND];
const THREADS: readonly Way[] = [{ ...STREAM_AT_ONCE, from: 'file' }, STREAM_IN_THREADS, STREAM_AT_ONCE];

/** The outcome of a line, and for a message all that is kept of it but its id. */
type Told = string;

/** A value of a message. `null` and an empty text both remove the attribute. */
function told(value: Tagged): string | null {
  return value === null || value === 's' ? null : writeSorted(value);
}

function tell(
  message: Pick<NaiveMessage, 'type' | 'userId' | 'time' | 'name'>,
  changes: [string, string | null][],
): Told {
  const { type, userId, time, name } = message;
  return JSON.stringify([type, userId, time, type === 'event' ? name : changes.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function tellExpected(outcome: NaiveMessage | string): Told {
  if (typeof outcome === 'string') return outcome;
  return tell(
    outcome,
    (outcome.data ?? []).map(([name, value]) => [name, told(value)]),
  );
}

type Effect =
  | Pick<Message & { type: 'event' }, 'type' | 'timestamp' | 'name'>
  | Pick<Message & { type: 'attributes' }, 'type' | 'timestamp' | 'changes'>;

function tellEffect(userId: string, message: Effect): Told {
  const { type, timestamp: time } = message;
  if (message.type === 'event') return tell({ type, userId, time, name: message.name }, []);
  return tell(
    { type, userId, time },
    message.changes.map(({ name, value }) => [name, value === null ? null : told(parseTagged(value))]),
  );
}

function tellParsed(line: Buffer): Told {
  const outcome = parseLine(line, line.length > 1_048_576, NOW);
  if (outcome.kind === 'message') return tellEffect(outcome.message.userId, outcome.message);
  return outcome.kind === 'rejected' ? outcome.reason : outcome.kind;
}

/** Undefined if the scanner left the line to `JSON.parse`. */
function tellScanned(line: Buffer): Told | undefined {
  if (line.length > 1_048_576) return undefined;
  const { result, batch } = scan(line);
  const messages = [...batch.customers()].flatMap((customer) =>
    [...customer.messages()].map((message) => ({ userId: customer.id, message })),
  );
  if (messages.length !== (result === ADDED ? 1 : 0)) return `${messages.length} messages`;
  if (result === ANONYMOUS) return 'anonymous';
  if (result !== ADDED) return undefined;
  const [{ userId, message }] = messages;
  return message.identity === identityOfLine(line) ? tellEffect(userId, message) : 'another identity';
}

/** A difference that was found, in a form that can be read and tried again. */
class Faults {
  readonly found: unknown[] = [];

  compare(what: string, actual: unknown, expected: unknown, line?: Buffer): void {
    const [is, shouldBe] = [JSON.stringify(actual), JSON.stringify(expected)];
    if (is === shouldBe || this.found.length >= MOST_FAULTS) return;
    const at = firstDifference(is, shouldBe);
    const about = (text: string): string => text.slice(Math.max(0, at - 100), at + 300);
    this.found.push({ what, line: line?.toString('latin1').slice(0, 2_000), is: about(is), shouldBe: about(shouldBe) });
  }
}

function firstDifference(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}

async function ingested(engine: Engine, source: ReadableSource): Promise<unknown> {
  const { id } = await engine.ingestions
    .begin(source)
    .then((ingestion) => ingestorOf(engine).run(source, ingestion, () => undefined));
  const ingestion = await engine.ingestions.find(id);
  const rejects: unknown[] = [];
  for await (const { line, offset, reason, bytes, isTruncated } of engine.ingestions.rejects(id)) {
    rejects.push([line, offset, reason, isTruncated, Buffer.from(bytes).toString('latin1')]);
  }
  const { rejected, ...report } = reportOf(ingestion ?? neverFound(id));
  const counts = { ...report, source: undefined, seconds: undefined };
  return [counts, Object.entries(rejected).sort(), rejects];
}

function neverFound(id: number): never {
  throw new Error(`Ingestion ${id} is not there.`);
}

/** The result of {@link ingested} for a source. @param before the messages of earlier sources */
function expectedOf(
  source: Buffer,
  outcomes: readonly (NaiveMessage | string)[],
  before: readonly NaiveMessage[],
): unknown {
  const own = outcomes.filter((one) => typeof one === 'object');
  const isFirst = areFirst([...before, ...own]).slice(before.length);
  const applied = own.filter((_, at) => isFirst[at]);
  const count = (what: string): number => outcomes.filter((one) => one === what).length;
  const rejected = new Map<string, number>();
  const rejects: unknown[] = [];
  for (const [at, { offset, bytes }] of linesOf(source).entries()) {
    const reason = outcomes[at];
    if (typeof reason !== 'string' || reason === 'blank' || reason === 'anonymous') continue;
    rejected.set(reason, (rejected.get(reason) ?? 0) + 1);
    const kept = bytes.subarray(0, KEPT_OF_A_REJECT);
    rejects.push([at + 1, offset, reason, kept.length < bytes.length, kept.toString('latin1')]);
  }
  const counts = {
    bytes: source.length,
    lines: outcomes.length,
    blank: count('blank'),
    events: applied.filter(({ type }) => type === 'event').length,
    attributes: applied.filter(({ type }) => type === 'attributes').length,
    duplicates: own.length - applied.length,
    anonymous: count('anonymous'),
    stale: 0,
    customers: new Set(applied.map(({ userId }) => userId)).size,
  };
  return [counts, [...rejected].sort(), rejects];
}

/** The records of all customers, with the names of their attributes and events in the order in which they stand. */
async function recordsOf({ customers }: Engine): Promise<unknown[]> {
  const { customers: all } = await customers.page(0, 1_000_000);
  return all
    .map(
      ({ id, attributes, events, lastUpdated }) => [id, fieldsOf(attributes), fieldsOf(events), lastUpdated] as const,
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function fieldsOf(json: string): unknown {
  return Object.entries(parseTagged(json) as Record<string, Tagged>).map(([name, value]) => [
    name.slice(1),
    writeSorted(value),
  ]);
}

function expectedRecords(messages: readonly NaiveMessage[]): unknown[] {
  return foldNaively(messages)
    .map(
      ({ id, attributes, events, lastUpdated }) =>
        [
          id,
          attributes.map(([name, value]) => [name, writeSorted(value)]),
          events.map(([name, count]) => [name, String(count)]),
          lastUpdated,
        ] as const,
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

describe('lines of every kind', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  const open = (source: Buffer, way: Way): Promise<ReadableSource> => {
    if (way.from === 'stream') return Promise.resolve(openStream('lines', Readable.from([source])));
    const path = join(folder.path, 'lines.jsonl');
    writeFileSync(path, source);
    return openFile(path);
  };

  it.each(PARTS)(
    `come to what the contract says, scanned and parsed, in this thread and in threads: ${LINES_PER_PART} of seed %i`,
    async (seed) => {
      const draw = new Draw(seed);
      const faults = new Faults();
      const seen = new Map<string, number>();
      const note = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
      for (let done = 0, round = 0; done < LINES_PER_PART && faults.found.length < MOST_FAULTS; round++) {
        const first = anySource(draw, LINES_PER_SOURCE);
        const second = anySource(
          draw,
          LINES_PER_SOURCE,
          linesOf(first).map(({ bytes }) => bytes),
        );
        const sources = round % 2 === 0 ? [first, second] : [first, second].map(slowed);
        const here: Engine = { ...openMemory(), way: THIS_THREAD[round % THIS_THREAD.length] };
        const there = {
          ...(await openSqlite(THREADS[round % THREADS.length])),
          way: THREADS[round % THREADS.length],
        };
        const messages: NaiveMessage[] = [];
        for (const source of sources) {
          const lines = linesOf(source);
          done += lines.length;
          const outcomes = lines.map(({ bytes }) => {
            const outcome = readNaively(bytes, NOW);
            const expected = tellExpected(outcome);
            const scanned = tellScanned(bytes);
            faults.compare('parsed', tellParsed(bytes), expected, bytes);
            if (scanned !== undefined) faults.compare('scanned', scanned, expected, bytes);
            note(scanned === undefined ? 'declined' : 'scanned');
            note(typeof outcome === 'string' ? outcome : 'message');
            // Only a time can be another with a later clock.
            return outcome === 'invalid_timestamp' ? readNaively(bytes, Date.now()) : outcome;
          });
          const expected = expectedOf(source, outcomes, messages);
          for (const engine of [here, there]) {
            const way = engine.way ?? IN_THIS_THREAD;
            faults.compare(
              `ingested ${way.name} from a ${way.from}`,
              await ingested(engine, await open(source, way)),
              expected,
            );
          }
          messages.push(...outcomes.filter((one) => typeof one === 'object'));
        }
        const records = expectedRecords(messages);
        faults.compare('records in this thread', await recordsOf(here), records);
        faults.compare('records in threads', await recordsOf(there), records);
        faults.compare(
          'checked',
          (await there.check?.run())?.filter(({ differences }) => differences > 0),
          [],
        );
        await Promise.all([here.close(), there.close()]);
      }
      expect(faults.found).toEqual([]);
      const missing = [...REJECT_REASONS, 'blank', 'anonymous'].filter((what) => !seen.has(what));
      expect(missing.filter((what) => LINES_PER_PART > MANY_LINES || !SELDOM.includes(what))).toEqual([]);
      expect(seen.get('scanned')).toBeGreaterThan(LINES_PER_PART / 10);
      expect(seen.get('message')).toBeGreaterThan(LINES_PER_PART / 3);
      // Jest would show it at the end of all parts.
      if (PARTS.length > 1) process.stderr.write(`seed ${seed}: ${JSON.stringify(Object.fromEntries(seen))}\n`);
    },
    60_000 + LINES_PER_PART * MS_PER_LINE,
  );
});
