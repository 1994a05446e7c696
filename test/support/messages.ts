import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { API_CLIENT } from '../../server/domain/actor.js';
import { servedSeconds, type CustomerRecord } from '../../server/domain/customer/customer.js';
import type { CustomerRepository } from '../../server/domain/customer/customer-repository.js';
import type { EditNote } from '../../server/domain/customer/history.js';
import { reportOf, type IngestionReport } from '../../server/domain/ingestion/ingestion.js';
import { SourceIngestor } from '../../server/ingestion/source-ingestor.js';
import { openFile, openStream, type ReadableSource } from '../../server/ingestion/sources/source.js';
import { temporaryFolder, type Engine } from './engine.js';
import { IN_THIS_THREAD } from './threads.js';

/** The note of an edit that a test makes. */
export const UPDATED: EditNote = { actor: API_CLIENT, action: 'updated' };

/** The default time of a message, in seconds since the Unix epoch. */
export const TIME = 1_428_067_050;

let lastId = 0;

/** Returns the line of an event. @param members that differ from the defaults */
export function event(members: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    id: `event-${++lastId}`,
    type: 'event',
    name: 'page',
    user_id: '1',
    timestamp: TIME,
    ...members,
  });
}

/** Returns the line of an attributes message. */
export function attributes(data: unknown, members: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    id: `attributes-${++lastId}`,
    type: 'attributes',
    user_id: '1',
    data,
    timestamp: TIME,
    ...members,
  });
}

/** Ingests lines as one source. */
export async function ingestLines(engine: Omit<Engine, 'close'>, lines: readonly string[]): Promise<IngestionReport> {
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  if (engine.way?.from === 'file') return ingestFile(engine, bytes);
  return ingest(engine, openStream('test', Readable.from(bytes, { objectMode: false })));
}

async function ingestFile(engine: Omit<Engine, 'close'>, bytes: Uint8Array): Promise<IngestionReport> {
  const folder = temporaryFolder();
  try {
    const path = join(folder.path, 'lines.jsonl');
    writeFileSync(path, bytes);
    return await ingest(engine, { ...(await openFile(path)), name: 'test' });
  } finally {
    folder.remove();
  }
}

/** Ingests a source to its end, or until the signal. */
export async function ingest(
  engine: Omit<Engine, 'close'>,
  source: ReadableSource,
  signal?: AbortSignal,
): Promise<IngestionReport> {
  const ingestion = await engine.ingestions.begin(source);
  const ended = await ingestorOf(engine).run(source, ingestion, () => undefined, signal);
  return { ...reportOf(ended), seconds: 0 };
}

/** Creates an ingestor over an engine. */
export function ingestorOf({ customers, ingestions, way = IN_THIS_THREAD }: Omit<Engine, 'close'>): SourceIngestor {
  return new SourceIngestor(customers, ingestions, { keepsLog: true, ...way.ingest, spoolFolder: tmpdir() });
}

/** Returns a record as the API shows it, but with the id as text. */
export function shown(record: CustomerRecord | undefined): unknown {
  if (!record) return undefined;
  const { id, attributes: values, events, lastUpdated } = record;
  return {
    id,
    attributes: JSON.parse(values) as unknown,
    events: JSON.parse(events) as unknown,
    last_updated: servedSeconds(lastUpdated),
  };
}

/** Returns all customers in the order of lists. */
export async function allCustomers(customers: CustomerRepository): Promise<unknown[]> {
  return (await customers.page(0, 1_000_000)).customers.map(shown);
}
