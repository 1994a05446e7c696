import { createHash, type Hash } from 'node:crypto';
import { IDENTITY_BYTES } from '../../domain/message/message-identity.js';
import type { CustomerRow, MessagesRow } from './content-rows.js';
import { KEY_OF, SECTIONS, type Contents, type ContentsReader, type Key, type Section } from './contents.js';
import { openBlock } from '../log/block-row.js';
import { readEntry } from '../log/placed-entry.js';
import { readAll } from './batches.js';

/** The count and checksum of a section. They do not depend on the order of its rows or on how an engine splits them. */
export interface SectionSum {
  /** The number of rows; for messages the number of identities, and for blocks of the log that of their entries. */
  readonly count: number;
  /** 16 hexadecimal digits. */
  readonly checksum: string;
}

export type Sums = Readonly<Record<Section, SectionSum>>;

const SUM_BITS = 64;

/** Reads a whole database. @param onRows is told how many rows were read since the last call */
export async function sumsOf(reader: ContentsReader, onRows: (rows: number) => void): Promise<Sums> {
  const sums: Partial<Record<Section, SectionSum>> = {};
  for (const section of SECTIONS) sums[section] = await sumOf(section, reader.rows[section], onRows);
  // Safe: every section has its sum by now.
  return sums as Sums;
}

async function sumOf<Name extends Section>(
  section: Name,
  read: ContentsReader['rows'][Name],
  onRows: (rows: number) => void,
): Promise<SectionSum> {
  const sum = new DigestSum();
  const messages = section === 'messages' ? new MessagesSum(sum) : undefined;
  for await (const batch of readAll(read, KEY_OF[section])) {
    // Safe: the section says which rows these are.
    for (const row of batch) {
      if (messages) messages.add(row as MessagesRow);
      else if (section === 'log_blocks') addEntries(sum, row as Contents['log_blocks']);
      else sum.add(digestOf(row));
    }
    onRows(batch.length);
  }
  messages?.end();
  return { count: messages?.identities ?? sum.count, checksum: sum.checksum };
}

/**
 * Hashes all records with their labels, identities, history, notes and log: the same on every engine, whatever the order of the rows. Identities are hashed with a key of
 * the database, so only copies of one database have the same hash.
 * @returns 64 hexadecimal digits
 */
export async function recordSum({ rows }: ContentsReader): Promise<string> {
  const records = async (after: Key | undefined, limit: number): Promise<readonly CustomerRow[]> =>
    (await rows.customers(after, limit)).map((row) => ({ ...row, touchedBy: [] }));
  const sums = [
    await sumOf('customers', records, () => undefined),
    await sumOf('messages', rows.messages, () => undefined),
    await sumOf('history', rows.history, () => undefined),
    await sumOf('notes', rows.notes, () => undefined),
    await sumOf('log_blocks', rows.log_blocks, () => undefined),
    await sumOf('log_edits', rows.log_edits, () => undefined),
    await sumOf('log_baselines', rows.log_baselines, () => undefined),
  ];
  return createHash('sha256').update(JSON.stringify(sums)).digest('hex');
}

/** The sum of digests, which does not depend on their order. */
class DigestSum {
  count = 0;
  private sum = 0n;

  add(digest: Buffer): void {
    this.count++;
    this.sum = BigInt.asUintN(SUM_BITS, this.sum + digest.readBigUInt64BE());
  }

  get checksum(): string {
    return this.sum.toString(16).padStart(SUM_BITS / 4, '0');
  }
}

/** Makes one digest per customer, which does not depend on how its identities are split into rows. */
class MessagesSum {
  identities = 0;
  private id: string | undefined;
  private hash: Hash | undefined;

  constructor(private readonly sum: DigestSum) {}

  add({ id, identities }: MessagesRow): void {
    if (this.hash === undefined || id !== this.id) {
      this.end();
      this.id = id;
      this.hash = createHash('sha256').update(JSON.stringify(id));
    }
    this.hash.update(identities);
    this.identities += identities.length / IDENTITY_BYTES;
  }

  end(): void {
    if (this.hash) this.sum.add(this.hash.digest());
    this.hash = undefined;
  }
}

/** Adds a digest for each entry of a block, so that it does not matter how entries are packed. */
function addEntries(sum: DigestSum, { customerId, ...block }: Contents['log_blocks']): void {
  for (const entry of openBlock(block)) sum.add(digestOf({ customerId, ...readEntry(entry) }));
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Hashes the members of a row in the order of their names, so that engines may return them in any order. */
function digestOf(row: object): Buffer {
  const members = Object.entries(row)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]: [string, unknown]) => [name, value instanceof Uint8Array ? hashOf(value) : value]);
  return createHash('sha256').update(JSON.stringify(members)).digest();
}
