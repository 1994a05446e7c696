import type { SqliteDatabase } from '../database/database.js';
import { prepareRows } from '../database/statements.js';
import { bytesOf, numbersOf } from './documents.js';
import type { LabelKind } from './labels.js';

const SPREAD_OVER = 2 ** 41;
const MOST_STEP = 2 ** 16;
const FROM = 2 ** 40;

/** Gives all texts labels with room between them again, and the columns of all blocks with them. Some seconds for a million. */
export async function relabel(database: SqliteDatabase): Promise<void> {
  await database.write(() => {
    for (const kind of ['email', 'id'] as const) relabelKind(database, kind);
    database.writer.exec("UPDATE meta SET value = value + 1 WHERE name IN ('search_version', 'search_labels_version')");
  });
}

function relabelKind({ writer }: SqliteDatabase, kind: LabelKind): void {
  const rows = prepareRows<[text: string, label: number]>(
    writer,
    'SELECT text, label FROM search_labels WHERE kind = ? ORDER BY text',
  ).all(kind);
  const step = Math.min(MOST_STEP, Math.floor(SPREAD_OVER / (rows.length + 1)));
  const before = Float64Array.from(rows, ([, label]) => label);
  const update = writer.prepare('UPDATE search_labels SET label = ? WHERE kind = ? AND text = ?');
  rows.forEach(([text], i) => update.run(FROM + i * step, kind, text));
  const columns = prepareRows<[block: number]>(writer, 'SELECT block FROM search_columns WHERE name = ?').all(kind);
  const read = prepareRows<[Uint8Array]>(writer, 'SELECT numbers FROM search_columns WHERE block = ? AND name = ?');
  const write = writer.prepare('UPDATE search_columns SET numbers = ? WHERE block = ? AND name = ?');
  for (const [block] of columns) {
    const numbers = numbersOf(read.get(block, kind)?.[0] ?? new Uint8Array());
    for (let i = 0; i < numbers.length; i++) {
      // What is no label: a number that is an id, or no value.
      if (numbers[i] >= 0 && numbers[i] !== Infinity) numbers[i] = FROM + rankOf(before, numbers[i]) * step;
    }
    write.run(bytesOf(numbers), block, kind);
  }
}

function rankOf(sorted: Float64Array, label: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < label) low = middle + 1;
    else high = middle;
  }
  return low;
}
