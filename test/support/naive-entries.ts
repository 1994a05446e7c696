import type { PartialCustomer } from '../../server/domain/customer/partial-customer.js';
import { lastMember } from '../../server/domain/json-members.js';
import { identityOf, MessageIdentifier } from '../../server/domain/message/message-identity.js';
import { parseLine } from '../../server/ingestion/scanning/parse-line.js';
import { linesOf, readNaively } from './naive-lines.js';

/** What the log has of one customer: entries as hexadecimal digits, and the times of the block in ms since the Unix epoch. */
export interface NaiveLog {
  readonly entries: string[];
  readonly firstTime: number;
  readonly lastTime: number;
}

/** A line with its place in the source. */
export interface PlacedLine {
  /** Counted from 1. */
  readonly number: number;
  readonly offset: number;
  readonly bytes: Buffer;
}

const identifier = new MessageIdentifier(Uint32Array.of(1, 2, 3, 4));
const UNSIGNED = 2n ** 32n;

export function placedLines(source: Buffer): PlacedLine[] {
  return linesOf(source).map((line, at) => ({ ...line, number: at + 1 }));
}

/** Packs the messages of lines one by one, as domain/log/entry-layout.ts describes. @returns the logs by user id */
export function naiveLogs(lines: readonly PlacedLine[], ingestion: number): Map<string, NaiveLog> {
  const logs = new Map<string, NaiveLog>();
  const seen = new Set<string>();
  for (const line of lines) {
    const message = readNaively(line.bytes, Date.now());
    if (typeof message === 'string') continue;
    const { userId, time } = message;
    const identity = `${identityOfLine(line.bytes)} ${userId}`;
    if (seen.has(identity)) continue;
    seen.add(identity);
    const log = logs.get(userId) ?? { entries: [], firstTime: time, lastTime: time };
    log.entries.push(entryOf(message, line, ingestion).toString('hex'));
    const [firstTime, lastTime] = [Math.min(log.firstTime, time), Math.max(log.lastTime, time)];
    logs.set(userId, { ...log, firstTime, lastTime });
  }
  return logs;
}

/** The logs of a batch, in the same form. @throws if the entries and the block of a customer differ */
export function logsOf(customers: Iterable<PartialCustomer>): Map<string, NaiveLog> {
  const logs = new Map<string, NaiveLog>();
  for (const customer of customers) {
    const { log } = customer.fresh();
    if (!log) throw new Error(`${customer.id} has no log.`);
    const entries = customer.logEntries().map((entry) => Buffer.from(entry).toString('hex'));
    expect(Buffer.from(log.packed).toString('hex')).toBe(entries.join(''));
    expect(log.count).toBe(entries.length);
    logs.set(customer.id, { entries, firstTime: log.firstTime, lastTime: log.lastTime });
  }
  return logs;
}

function identityOfLine(line: Buffer): string {
  const outcome = parseLine(line, false, Date.now());
  if (outcome.kind !== 'message') throw new Error(`${line.toString()} is ${outcome.kind}.`);
  identifier.identify(outcome.message);
  return identityOf(identifier.lanes);
}

function entryOf(
  message: Exclude<ReturnType<typeof readNaively>, string>,
  { number, offset, bytes }: PlacedLine,
  ingestion: number,
): Buffer {
  const json = bytes.toString('latin1');
  const found = lastMember(json, 'data');
  const id = Buffer.from(message.id);
  const name = Buffer.from(message.type === 'event' ? (message.name ?? '') : '');
  const data = Buffer.from(found ? json.slice(found.start, found.end) : '', 'latin1');
  const header = Buffer.alloc(40);
  const size = 40 + id.length + name.length + data.length;
  header.writeUInt32LE(Math.ceil(size / 8) * 8, 0);
  header.writeUInt32LE(Number(BigInt(message.time) % UNSIGNED), 4);
  header.writeUInt16LE(Number(BigInt(message.time) / UNSIGNED), 8);
  header.writeUInt8(message.type === 'event' ? 0 : 1, 10);
  header.writeUInt32LE(ingestion, 12);
  header.writeBigUInt64LE(BigInt(number), 16);
  header.writeBigUInt64LE(BigInt(offset), 24);
  header.writeUInt16LE(id.length, 32);
  header.writeUInt16LE(name.length, 34);
  header.writeUInt32LE(data.length, 36);
  return Buffer.concat([header, id, name, data, Buffer.alloc((8 - (size % 8)) % 8)]);
}
