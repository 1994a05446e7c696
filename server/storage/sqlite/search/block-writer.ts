import type { StatementSyncInstance as StatementSync } from '@photostructure/sqlite';
import { numericId } from '../../../domain/customer/customer-id.js';
import { compareCodePoints } from '../../../domain/text.js';
import type { SqliteDatabase } from '../database/database.js';
import { prepareRows, type Query } from '../database/statements.js';
import type { BlockBuilder, NameKind } from './block-builder.js';
import { bytesOf, noBits } from './documents.js';
import { Labels, type LabelKind } from './labels.js';
import { idNumber, NO_VALUE, type ColumnName } from './sort-columns.js';
import { packTerms } from './term-chunks.js';

/** What one transaction writes at most, so that other writers wait for 20 ms at most or so. */
const LABELS_AT_A_TIME = 1_000;
const BYTES_AT_A_TIME = 2 ** 20;

/** Writes a block, in short transactions, so that nobody reads it before it is published. */
export class BlockWriter {
  private readonly labels: Labels;
  private readonly insertName: StatementSync;
  private readonly insertBlock: Query<[number]>;
  private readonly insertColumn: StatementSync;
  private readonly insertTerms: StatementSync;

  constructor(
    private readonly database: SqliteDatabase,
    private readonly signal: AbortSignal | undefined,
  ) {
    const { writer } = database;
    this.labels = new Labels(writer);
    this.insertName = writer.prepare('INSERT INTO search_names VALUES (?, ?, ?)');
    this.insertBlock = prepareRows(
      writer,
      'INSERT INTO search_blocks (size, live, dead, names, published) VALUES (?, ?, ?, ?, 0) RETURNING block',
    );
    this.insertColumn = writer.prepare('INSERT INTO search_columns VALUES (?, ?, ?)');
    this.insertTerms = writer.prepare('INSERT INTO search_terms VALUES (?, ?, ?)');
  }

  /**
   * @param newNames of attributes and events that have got their numbers just now
   * @returns the number of the block, which is not published yet
   * @throws LabelsExhausted
   */
  async write(
    builder: BlockBuilder,
    newNames: readonly (readonly [number: number, kind: NameKind, name: string])[],
  ): Promise<number> {
    const { size } = builder;
    const emails = await this.label(
      'email',
      builder.emails.filter((email) => email !== undefined),
    );
    const ids = await this.label(
      'id',
      builder.ids.filter((id) => numericId(id) === undefined),
    );
    const names = builder.names().map(({ name, documents, events }) => [name, documents, events]);
    const block = await this.database.write(() => {
      for (const [number, kind, name] of newNames) this.insertName.run(number, kind, name);
      const row = this.insertBlock.get(size, size, bytesOf(noBits(size)), JSON.stringify(names));
      if (!row) throw new Error('A new block was not returned.');
      const columns: readonly (readonly [ColumnName, readonly number[]])[] = [
        ['key', builder.keys],
        ['id', builder.ids.map((id) => idNumber(id, (text) => ids.get(text) ?? NO_VALUE))],
        ['email', builder.emails.map((email) => (email === undefined ? NO_VALUE : (emails.get(email) ?? NO_VALUE)))],
        ['created_at', builder.createdAt],
        ['last_updated', builder.lastUpdated],
      ];
      for (const [name, numbers] of columns) this.insertColumn.run(row[0], name, bytesOf(Float64Array.from(numbers)));
      return row[0];
    });
    await this.writeTerms(block, builder);
    return block;
  }

  private async label(kind: LabelKind, texts: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const labels = new Map<string, number>();
    const sorted = [...new Set(texts)].sort(compareCodePoints);
    for (let at = 0; at < sorted.length; at += LABELS_AT_A_TIME) {
      this.signal?.throwIfAborted();
      await this.database.write(() => this.labels.assign(kind, sorted.slice(at, at + LABELS_AT_A_TIME), labels));
    }
    return labels;
  }

  private async writeTerms(block: number, builder: BlockBuilder): Promise<void> {
    const chunks = packTerms(builder.terms());
    for (let done = false; !done;) {
      const some: { first: number | string; packed: Uint8Array }[] = [];
      for (let bytes = 0; bytes < BYTES_AT_A_TIME;) {
        const next = chunks.next();
        if (next.done) {
          done = true;
          break;
        }
        some.push(next.value);
        bytes += next.value.packed.length;
      }
      this.signal?.throwIfAborted();
      await this.database.write(() => {
        for (const { first, packed } of some) this.insertTerms.run(block, first, packed);
      });
    }
  }
}
