import { indexOf, type ColumnName } from './columns.js';
import type { LabelKind } from './labels.js';
import type { SnapshotReader } from './snapshot.js';
import type { SearchDocument, Statement } from './store.js';

/** Erased documents whose blocks are rewritten together. */
const DOCUMENTS_AT_ONCE = 1_000;
const LABELS_AT_ONCE = 10_000;

/** A document that was erased, and the last block that may have values of it. */
export interface ErasedDocument {
  readonly key: number;
  readonly lastBlock: number;
}

/** Finds what the index has of erased documents, and of no other: blocks, labels of texts, and names. */
export class ErasedDocuments<D extends SearchDocument> {
  private readonly erased: Statement<[key: number, lastBlock: number]>;
  private readonly labelsAfter: Statement<[text: string, label: number]>;
  private readonly blockNames: Statement<[names: string]>;
  private readonly numbered: Statement<[number: number]>;
  private readonly removeLabel: Statement<never>;
  private readonly removeName: Statement<never>;
  private readonly forget: Statement<never>;

  constructor(private readonly reader: SnapshotReader<D>) {
    const { reader: read, writer } = reader.store;
    this.erased = read.prepare(`SELECT key, last_block FROM search_erased ORDER BY key LIMIT ${DOCUMENTS_AT_ONCE}`);
    this.labelsAfter = read.prepare(
      `SELECT text, label FROM search_labels WHERE kind = ? AND text > ? ORDER BY text LIMIT ${LABELS_AT_ONCE}`,
    );
    this.blockNames = read.prepare('SELECT names FROM search_blocks WHERE published = 1');
    this.numbered = read.prepare('SELECT number FROM search_names');
    this.removeLabel = writer.prepare('DELETE FROM search_labels WHERE kind = ? AND text = ?');
    this.removeName = writer.prepare('DELETE FROM search_names WHERE number = ?');
    this.forget = writer.prepare('DELETE FROM search_erased WHERE key = ? AND last_block = ?');
  }

  /** Some of them; none when nothing is left to do. Must be called within a snapshot, as the others that read. */
  some(): ErasedDocument[] {
    return this.erased.all().map(([key, lastBlock]) => ({ key, lastBlock }));
  }

  /** Texts with a label that no document of a block has. */
  unusedLabels(): (readonly [kind: LabelKind, text: string])[] {
    return [...this.unusedOf('email'), ...this.unusedOf('id')];
  }

  /** The numbers of names that no block has. */
  unusedNames(): number[] {
    const used = new Set<number>();
    // Safe: written by the indexer.
    for (const [json] of this.blockNames.all()) for (const [name] of JSON.parse(json) as [number][]) used.add(name);
    return this.numbered.all().flatMap(([number]) => (used.has(number) ? [] : [number]));
  }

  /** Removes texts, and that the documents were erased. Must be called within a transaction. */
  remove(
    labels: readonly (readonly [kind: LabelKind, text: string])[],
    names: readonly number[],
    erased: readonly ErasedDocument[],
  ): void {
    for (const label of labels) this.removeLabel.run(...label);
    for (const number of names) this.removeName.run(number);
    for (const { key, lastBlock } of erased) this.forget.run(key, lastBlock);
  }

  private unusedOf(kind: LabelKind & ColumnName): (readonly [kind: LabelKind, text: string])[] {
    const columns = this.reader.blocks.current().map((block) => block.column(kind));
    const used = new Float64Array(columns.reduce((sum, column) => sum + column.length, 0));
    columns.reduce((at, column) => (used.set(column, at), at + column.length), 0);
    used.sort();
    const unused: (readonly [kind: LabelKind, text: string])[] = [];
    for (let after = ''; ;) {
      const rows = this.labelsAfter.all(kind, after);
      for (const [text, label] of rows) {
        after = text;
        if (indexOf(used, label) === undefined) unused.push([kind, text]);
      }
      if (rows.length < LABELS_AT_ONCE) return unused;
    }
  }
}
