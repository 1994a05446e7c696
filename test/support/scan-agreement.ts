import { toStored, unknownCustomer } from '../../server/domain/customer/customer.js';
import { foldMessages } from '../../server/domain/customer/decide-messages.js';
import { foldMessage, noOutcomes } from '../../server/domain/customer/fold.js';
import { FoldedBatch } from '../../server/domain/customer/folded-batch.js';
import { identityOf, MessageIdentifier, type Identity } from '../../server/domain/message/message-identity.js';
import type { Message } from '../../server/domain/message/message.js';
import { latestTimestamp } from '../../server/domain/message/timestamp.js';
import { BatchBuilder } from '../../server/ingestion/folding/batch-builder.js';
import type { ScanResult } from '../../server/ingestion/scanning/line-scanner.js';
import { parseLine } from '../../server/ingestion/scanning/parse-line.js';
import { ADDED, ANONYMOUS, DECLINED } from '../../server/ingestion/scanning/scan-result.js';

/** The time at which lines are read, in ms since the Unix epoch. */
export const NOW = 1_500_000_000_000;
const KEY = Uint32Array.of(5, 6, 7, 8);
const identifier = new MessageIdentifier(KEY);
const INGESTION = 3;
const LINE = { number: 2 ** 40, offset: 2 ** 50 };
const builder = new BatchBuilder(KEY, INGESTION);

function scanned(bytes: Buffer, latest: number): ScanResult {
  builder.bytes.set(bytes, builder.chunkStart);
  return builder.scan(builder.chunkStart, bytes.length, latest, LINE.number, LINE.offset);
}

/** Scans a line into a batch. */
export function scan(bytes: Buffer): { result: ScanResult; batch: FoldedBatch } {
  // The rest of a longer line that was scanned before must not matter.
  scanned(Buffer.from(`${' '.repeat(bytes.length)}"nt"}}`), 0);
  return {
    result: scanned(bytes, latestTimestamp(NOW)),
    batch: new FoldedBatch(builder.finish(true)),
  };
}

function merged(batch: FoldedBatch, userId: string): unknown {
  const customers = [...batch.customers()];
  expect(customers.map(({ id }) => id)).toEqual([userId]);
  const state = unknownCustomer(userId);
  const applied = new Set<string>();
  const counts = foldMessages(state, customers[0], applied);
  return [toStored(state), applied, counts];
}

function folded(one: Message): unknown {
  const state = unknownCustomer(one.userId);
  const applied = new Set<string>();
  const counts = noOutcomes();
  identifier.identify(one);
  counts[foldMessage(state, one, identityOf(identifier.lanes), applied)]++;
  return [toStored(state), applied, counts];
}

/** Expects the scanner to read a line as `JSON.parse` and the checks do, or to decline it. */
export function agree(bytes: Buffer): void {
  const { result, batch } = scan(bytes);
  if (result !== ADDED) expect(batch.count).toBe(0);
  if (result === DECLINED) return;
  const outcome = parseLine(bytes, false, NOW);
  if (result === ANONYMOUS) expect(outcome).toEqual({ kind: 'anonymous' });
  else if (outcome.kind !== 'message') throw new Error(`The scanner took what is ${JSON.stringify(outcome)}.`);
  else {
    expect(merged(batch, outcome.message.userId)).toEqual(folded(outcome.message));
    builder.add(outcome.message, LINE);
    expect(entriesOf(batch)).toEqual(entriesOf(new FoldedBatch(builder.finish(false))));
  }
}

/** The entries of the log, as hexadecimal digits. */
function entriesOf(batch: FoldedBatch): string[] {
  const entries = [...batch.customers()].flatMap((customer) => customer.logEntries());
  return entries.map((entry) => Buffer.from(entry).toString('hex'));
}

/** The identity of the message of a line, by way of `JSON.parse`. */
export function identityOfLine(bytes: Buffer): Identity {
  const outcome = parseLine(bytes, false, NOW);
  if (outcome.kind !== 'message') throw new Error(`${bytes.toString()} is ${outcome.kind}.`);
  identifier.identify(outcome.message);
  return identityOf(identifier.lanes);
}
