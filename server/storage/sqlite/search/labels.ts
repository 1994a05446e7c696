import type { Connection, SearchDocument, SearchStore, Statement } from './store.js';

/** The values that are sorted as text: folded emails, and ids that are not numbers. */
export type LabelKind = 'email' | 'id';

/** Labels are integers from 0 on and below this, so that fractions of 1/1001 between two of them are exact enough. */
const MOST = 2 ** 42;
const MIDDLE = 2 ** 41;
const STEP = 2 ** 16;

/** Thrown when there is no integer left between two labels: all labels have to be given anew. */
export class LabelsExhausted extends Error {}

/**
 * Gives texts numbers in the same order, so that documents are sorted without reading their texts. A text keeps its label; a new
 * text gets a label between those of its neighbours.
 */
export class Labels {
  private readonly exact: Statement<[label: number]>;
  private readonly before: Statement<[text: string, label: number]>;
  private readonly after: Statement<[text: string, label: number]>;
  private readonly insert: Statement<never>;

  constructor(
    db: Connection,
    private readonly texts: Pick<SearchStore<SearchDocument>, 'compare'>,
  ) {
    this.exact = db.prepare('SELECT label FROM search_labels WHERE kind = ? AND text = ?');
    this.before = db.prepare(
      'SELECT text, label FROM search_labels WHERE kind = ? AND text < ? ORDER BY text DESC LIMIT 1',
    );
    this.after = db.prepare('SELECT text, label FROM search_labels WHERE kind = ? AND text > ? ORDER BY text LIMIT 1');
    this.insert = db.prepare('INSERT INTO search_labels (kind, text, label) VALUES (?, ?, ?)');
  }

  find(kind: LabelKind, text: string): number | undefined {
    return this.exact.get(kind, text)?.[0];
  }

  /**
   * Numbers for texts that need not have a label: in the order of the texts among each other and among all labels. They hold for
   * one query.
   * @param texts at most 1000
   */
  between(kind: LabelKind, texts: readonly string[]): ReadonlyMap<string, number> {
    const sorted = this.sort(texts);
    const numbers = new Map<string, number>();
    sorted.forEach((text, i) => {
      const label = this.find(kind, text) ?? (this.before.get(kind, text)?.[1] ?? -1) + (i + 1) / (sorted.length + 1);
      numbers.set(text, label);
    });
    return numbers;
  }

  /** Distinct texts in their order. */
  sort(texts: readonly string[]): string[] {
    return [...new Set(texts)].sort((a, b) => this.texts.compare(a, b));
  }

  /**
   * Gives labels to texts that have none, and stores them.
   * @param sorted distinct texts in their order
   * @param labels gets the labels of all texts
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
      while (end < sorted.length && (!above || this.texts.compare(sorted[end], above[0]) < 0)) end++;
      this.spread(kind, sorted.slice(i, end), below?.[1], above?.[1], labels);
      i = end;
    }
  }

  /** Spreads new texts between the labels of their neighbours. */
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
