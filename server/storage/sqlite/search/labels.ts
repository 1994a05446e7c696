import type {
  DatabaseSyncInstance as DatabaseSync,
  StatementSyncInstance as StatementSync,
} from '@photostructure/sqlite';
import { compareCodePoints } from '../../../domain/text.js';
import { prepareRows, type Query } from '../database/statements.js';

/** What has a text to be sorted by: emails, folded, and ids that are no numbers. */
export type LabelKind = 'email' | 'id';

/** Labels are whole numbers below this, so that a thousand fractions between two of them are exact as well. */
const MOST = 2 ** 42;
const MIDDLE = 2 ** 41;
const STEP = 2 ** 16;

/** Thrown where there is no number left between two labels: all have to be given anew. */
export class LabelsExhausted extends Error {}

/**
 * Gives every text a number, so that numbers are ordered as their texts are (by code point) and a list is sorted without
 * looking at a text. A text keeps its number; one that comes between two others gets a number between theirs.
 */
export class Labels {
  private readonly exact: Query<[label: number]>;
  private readonly before: Query<[text: string, label: number]>;
  private readonly after: Query<[text: string, label: number]>;
  private readonly insert: StatementSync;

  constructor(db: DatabaseSync) {
    this.exact = prepareRows(db, 'SELECT label FROM search_labels WHERE kind = ? AND text = ?');
    this.before = prepareRows(
      db,
      'SELECT text, label FROM search_labels WHERE kind = ? AND text < ? ORDER BY text DESC LIMIT 1',
    );
    this.after = prepareRows(
      db,
      'SELECT text, label FROM search_labels WHERE kind = ? AND text > ? ORDER BY text LIMIT 1',
    );
    this.insert = db.prepare('INSERT INTO search_labels (kind, text, label) VALUES (?, ?, ?)');
  }

  find(kind: LabelKind, text: string): number | undefined {
    return this.exact.get(kind, text)?.[0];
  }

  /**
   * Numbers for texts that need not have a label, in the order of the labels and among themselves; good for one query.
   * @param texts at most a thousand
   */
  between(kind: LabelKind, texts: readonly string[]): Map<string, number> {
    const sorted = [...new Set(texts)].sort(compareCodePoints);
    const numbers = new Map<string, number>();
    sorted.forEach((text, i) => {
      const label = this.find(kind, text) ?? (this.before.get(kind, text)?.[1] ?? -1) + (i + 1) / (sorted.length + 1);
      numbers.set(text, label);
    });
    return numbers;
  }

  /**
   * The labels of texts, which are written down where they are new.
   * @throws LabelsExhausted
   */
  assign(kind: LabelKind, sorted: readonly string[], labels: Map<string, number>): void {
    for (let i = 0; i < sorted.length;) {
      const known = this.find(kind, sorted[i]);
      if (known !== undefined) {
        labels.set(sorted[i++], known);
        continue;
      }
      const below = this.before.get(kind, sorted[i]);
      const above = this.after.get(kind, sorted[i]);
      let end = i + 1;
      while (end < sorted.length && (!above || compareCodePoints(sorted[end], above[0]) < 0)) end++;
      this.spread(kind, sorted.slice(i, end), below?.[1], above?.[1], labels);
      i = end;
    }
  }

  private spread(
    kind: LabelKind,
    texts: readonly string[],
    below: number | undefined,
    above: number | undefined,
    labels: Map<string, number>,
  ): void {
    let first: number;
    let step = STEP;
    if (below === undefined) first = above === undefined ? MIDDLE : above - texts.length * STEP;
    else if (above === undefined) first = below + STEP;
    else {
      step = Math.floor((above - below) / (texts.length + 1));
      first = below + step;
    }
    const last = first + (texts.length - 1) * step;
    if (step === 0 || first < 0 || last >= MOST) throw new LabelsExhausted();
    texts.forEach((text, i) => {
      const label = first + i * step;
      this.insert.run(kind, text, label);
      labels.set(text, label);
    });
  }
}
