import type { ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { handled } from '../../../domain/handled.js';
import { Turns } from '../database/turns.js';

/** A field of a row: text or bytes (of text in UTF-8, or of a bytea), a number as a bigint, numbers as a bigint[]. */
export type CopyField = string | number | Uint8Array | readonly number[] | null;

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
const HEADER_BYTES = SIGNATURE.length + 8;
const CHUNK_BYTES = 256 * 1024;
const INT8 = 20;
const INT8_BYTES = 8;
/** Header of an array: dimensions, nulls, type, then size and lower bound of the only dimension. */
const ARRAY_HEADER_BYTES = 20;
const WORD = 2 ** 32;

/** Copies rows into a table. @param target table and columns, such as `rejects (ingestion, line)` */
export async function copyRows(
  client: ClientBase,
  target: string,
  rows: Iterable<readonly CopyField[]>,
): Promise<void> {
  const copy = new CopyRows(client, target);
  const turns = new Turns();
  for (const row of rows) {
    const full = copy.row(row);
    if (full) await full;
    await turns.rest();
  }
  await copy.end();
}

/**
 * Writes rows into a table by `COPY … FROM STDIN (FORMAT binary)`: without a statement for each row, and without escapes.
 * https://www.postgresql.org/docs/current/sql-copy.html
 */
export class CopyRows {
  private readonly stream;
  private readonly ended: Promise<void>;
  private chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  private length = 0;

  constructor(client: ClientBase, target: string) {
    this.stream = client.query(copyFrom(`COPY ${target} FROM STDIN (FORMAT binary)`));
    this.ended = handled(finished(this.stream));
    this.length = SIGNATURE.copy(this.chunk);
    this.chunk.fill(0, this.length, HEADER_BYTES);
    this.length = HEADER_BYTES;
  }

  /**
   * Adds a row.
   * @returns a promise when the database has to catch up first
   */
  row(fields: readonly CopyField[]): Promise<void> | undefined {
    this.reserve(2);
    this.length = this.chunk.writeInt16BE(fields.length, this.length);
    for (const field of fields) this.field(field);
    return this.length >= CHUNK_BYTES / 2 ? this.send() : undefined;
  }

  /** @throws the error of the database, if it refuses the rows */
  async end(): Promise<void> {
    this.reserve(2);
    this.length = this.chunk.writeInt16BE(-1, this.length);
    this.stream.end(this.chunk.subarray(0, this.length));
    await this.ended;
  }

  private field(field: CopyField): void {
    if (field === null) {
      this.reserve(4);
      this.length = this.chunk.writeInt32BE(-1, this.length);
    } else if (typeof field === 'number') {
      this.reserve(4 + INT8_BYTES);
      this.int8(field);
    } else if (typeof field === 'string') {
      this.reserve(4 + field.length * 3);
      const bytes = this.chunk.write(field, this.length + 4);
      this.chunk.writeInt32BE(bytes, this.length);
      this.length += 4 + bytes;
    } else if (field instanceof Uint8Array) {
      this.reserve(4 + field.length);
      this.length = this.chunk.writeInt32BE(field.length, this.length);
      this.chunk.set(field, this.length);
      this.length += field.length;
    } else this.int8Array(field);
  }

  private int8(value: number): void {
    const { chunk } = this;
    this.length = chunk.writeInt32BE(INT8_BYTES, this.length);
    this.length = chunk.writeInt32BE(Math.floor(value / WORD), this.length);
    this.length = chunk.writeUInt32BE(((value % WORD) + WORD) % WORD, this.length);
  }

  private int8Array(values: readonly number[]): void {
    const bytes = ARRAY_HEADER_BYTES + values.length * (4 + INT8_BYTES);
    this.reserve(4 + bytes);
    for (const word of [bytes, 1, 0, INT8, values.length, 1]) this.length = this.chunk.writeInt32BE(word, this.length);
    for (const value of values) this.int8(value);
  }

  private reserve(bytes: number): void {
    if (this.length + bytes <= this.chunk.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.chunk.length * 2, this.length + bytes));
    this.chunk.copy(grown, 0, 0, this.length);
    this.chunk = grown;
  }

  private send(): Promise<void> | undefined {
    const full = this.chunk.subarray(0, this.length);
    this.chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    this.length = 0;
    if (this.stream.write(full)) return undefined;
    return this.drained();
  }

  private async drained(): Promise<void> {
    const failed = this.ended.then(() => {
      throw new Error('The copy has ended before its rows.');
    });
    await Promise.race([once(this.stream, 'drain'), handled(failed)]);
  }
}
