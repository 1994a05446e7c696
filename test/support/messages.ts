import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import type { CustomerRecord } from '../../server/domain/customer/customer.js';
import type { CustomerRepository } from '../../server/domain/customer/customer-repository.js';
import { reportOf, type IngestionReport } from '../../server/domain/ingestion/ingestion.js';
import { SourceIngestor } from '../../server/ingestion/source-ingestor.js';
import { openStream } from '../../server/ingestion/sources/source.js';
import type { Engine } from './engine.js';

/** The time of a message that does not say another. */
export const TIME = 1_428_067_050;

let lastId = 0;

/** The line of an event; only what matters has to be said. */
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

/** The line of an attributes message. */
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
  const source = openStream(
    'test',
    Readable.from(Buffer.from(lines.map((line) => `${line}\n`).join('')), { objectMode: false }),
  );
  const run = new SourceIngestor(engine.customers, engine.ingestions, {
    memoryMb: 64,
    threads: 1,
    spoolFolder: tmpdir(),
  });
  const ingestion = await run.run(source, await engine.ingestions.begin(source), () => undefined);
  return { ...reportOf(ingestion), seconds: 0 };
}

/** A record as the API shows it, but with the id as text. */
export function shown(record: CustomerRecord | undefined): unknown {
  if (!record) return undefined;
  const { id, attributes: values, events, lastUpdated } = record;
  return {
    id,
    attributes: JSON.parse(values) as unknown,
    events: JSON.parse(events) as unknown,
    last_updated: lastUpdated,
  };
}

/** All customers in their order. */
export async function allCustomers(customers: CustomerRepository): Promise<unknown[]> {
  return (await customers.page(0, 1_000_000)).customers.map(shown);
}
