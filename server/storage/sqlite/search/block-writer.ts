import { noBits } from './bits.js';
import type { BlockBuilder } from './block-builder.js';
import { idNumber, NO_VALUE, type ColumnName } from './columns.js';
import { bytesOf } from './document-lists.js';
import { Labels, type LabelKind } from './labels.js';
import type { SearchDocument, SearchStore, Statement } from './store.js';
import { packTerms, type ChunkRow } from './term-chunks.js';
import type { NameKind } from './terms.js';

/** Limits of one transaction, so that other writers wait for about 20 ms at most. */
const LABELS_AT_ONCE = 1_000;
const BYTES_AT_ONCE = 2 ** 20;

/** A name that got its number just now. */
export type NewName = readonly [number: number, kind: NameKind, name: string];

/** Writes blocks, each in many short transactions. A block is invisible to readers until it is published. */
export class BlockWriter<D extends SearchDocument> {
  private readonly labels: Labels;
  private readonly insertName: Statement<never>;
  private readonly insertBlock: Statement<[number]>;
  private readonly insertColumn: Statement<never>;
  private readonly insertTerms: Statement<never>;

  constructor(
    private readonly store: SearchStore<D>,
    private readonly signal: AbortSignal | undefined,
  ) {
    const { writer } = store;
    this.labels = new Labels(writer, store);
    this.insertName = writer.prepare('INSERT INTO search_names VALUES (?, ?, ?)');
    this.insertBlock = writer.prepare(
      'INSERT INTO search_blocks (size, live, dead, names, published) VALUES (?, ?, ?, ?, 0) RETURNING block',
    );
    this.insertColumn = writer.prepare('INSERT INTO search_columns VALUES (?, ?, ?)');
    this.insertTerms = writer.prepare('INSERT INTO search_terms VALUES (?, ?, ?)');
  }

  /**
   * @returns the number of the block, which is not published yet
   * @throws LabelsExhausted
   */
  async write(builder: BlockBuilder, newNames: readonly NewName[]): Promise<number> {
    const emails = await this.label('email', builder.emails);
    const ids = await this.label('id', builder.ids);
    const columns: readonly (readonly [ColumnName, readonly number[]])[] = [
      ['key', builder.keys],
      ['id', builder.ids.map((id) => idNumber(id, (text) => ids.get(text)))],
      ['email', builder.emails.map((email) => (email === undefined ? undefined : emails.get(email)) ?? NO_VALUE)],
      ['created_at', builder.createdAt],
      ['last_updated', builder.lastUpdated],
    ];
    const block = await this.store.write(() => {
      for (const name of newNames) this.insertName.run(...name);
      const { size } = builder;
      const row = this.insertBlock.get(size, size, bytesOf(noBits(size)), JSON.stringify(builder.names()));
      if (!row) throw new Error('A new block was not returned.');
      for (const [name, numbers] of columns) this.insertColumn.run(row[0], name, bytesOf(Float64Array.from(numbers)));
      return row[0];
    });
    await this.writeTerms(block, builder);
    return block;
  }

  /** Labels all texts of a column. */
  private async label(
    kind: LabelKind,
    values: readonly (string | number | undefined)[],
  ): Promise<ReadonlyMap<string, number>> {
    const labels = new Map<string, number>();
    const sorted = this.labels.sort(values.filter((value) => typeof value === 'string'));
    for (let at = 0; at < sorted.length; at += LABELS_AT_ONCE) {
      this.signal?.throwIfAborted();
      await this.store.write(() => this.labels.assign(kind, sorted.slice(at, at + LABELS_AT_ONCE), labels));
    }
    return labels;
  }

  private async writeTerms(block: number, builder: BlockBuilder): Promise<void> {
    const chunks = packTerms(builder.terms());
    for (let done = false; !done;) {
      const some: ChunkRow[] = [];
      for (let bytes = 0; bytes < BYTES_AT_ONCE;) {
        const next = chunks.next();
        if (next.done) {
          done = true;
          break;
        }
        some.push(next.value);
        bytes += next.value.packed.length;
      }
      this.signal?.throwIfAborted();
      await this.store.write(() => {
        for (const { first, packed } of some) this.insertTerms.run(block, first, packed);
      });
    }
  }
}
