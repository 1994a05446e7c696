import { indexOf } from './columns.js';
import { bytesOf, numbersOf } from './document-lists.js';
import type { LabelKind } from './labels.js';
import type { Connection } from './store.js';

const SPREAD_OVER = 2 ** 41;
const MOST_STEP = 2 ** 16;
const FROM = 2 ** 40;

/**
 * Gives all texts new labels with room between them, and updates the columns of all blocks, published or not. Must run in a
 * transaction; takes some seconds for a million texts.
 */
export function relabel(writer: Connection): void {
  for (const kind of ['email', 'id'] as const) relabelKind(writer, kind);
  writer.prepare("UPDATE meta SET value = value + 1 WHERE name IN ('search_version', 'search_labels_version')").run();
}

function relabelKind(writer: Connection, kind: LabelKind): void {
  const rows = writer
    .prepare<[text: string, label: number]>('SELECT text, label FROM search_labels WHERE kind = ? ORDER BY text')
    .all(kind);
  const step = Math.min(MOST_STEP, Math.floor(SPREAD_OVER / (rows.length + 1)));
  const before = Float64Array.from(rows, ([, label]) => label);
  const update = writer.prepare('UPDATE search_labels SET label = ? WHERE kind = ? AND text = ?');
  rows.forEach(([text], i) => update.run(FROM + i * step, kind, text));
  const blocks = writer.prepare<[block: number]>('SELECT block FROM search_columns WHERE name = ?').all(kind);
  const read = writer.prepare<[Uint8Array]>('SELECT numbers FROM search_columns WHERE block = ? AND name = ?');
  const write = writer.prepare('UPDATE search_columns SET numbers = ? WHERE block = ? AND name = ?');
  for (const [block] of blocks) {
    const stored = read.get(block, kind)?.[0] ?? new Uint8Array();
    const numbers = numbersOf(stored, Math.floor(stored.length / Float64Array.BYTES_PER_ELEMENT));
    numbers.forEach((number, i) => {
      const label = indexOf(before, number);
      // Ids that are numbers, and missing values, are no labels and stay.
      if (label !== undefined) numbers[i] = FROM + label * step;
    });
    write.run(bytesOf(numbers), block, kind);
  }
}
