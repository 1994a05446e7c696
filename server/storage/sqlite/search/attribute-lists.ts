import { hasBit, noBits, setBit } from './bits.js';
import { documentsTerm, type LaterTerm } from './term-chunks.js';
import { bucketOf, bucketTerm, existsTerm, MOST_VALUE_LENGTH, textsTerm, valueTerm } from './terms.js';
import { TextList } from './text-lists.js';

/** An attribute with more distinct values in a block, or with a long one, has texts and buckets. */
const MOST_VALUES = 256;
/** Such an attribute has a list of a value that so many documents have, if it is one of the first distinct values of the block. */
const LEAST_LISTED = 128;
const MOST_COUNTED = 1_024;

/** Collects the values of an attribute in a new block. */
export class AttributeLists {
  private readonly documents: number[] = [];
  /** The bucket of the comparable value of each document. */
  private readonly buckets: number[] = [];
  /** The documents whose text is not their comparable value. */
  private readonly otherwise = new Set<number>();
  /** The documents of each value, or of the first values if there are texts. */
  private readonly values = new Map<string, number[]>();
  private texts: TextList | undefined;
  /** The documents with a text that is too long for a list of texts. */
  readonly long: number[] = [];

  /**
   * @param fold see `SearchStore`
   * @param listed the values that are listed beside texts; chosen by their documents if it is absent
   */
  constructor(
    private readonly fold: (text: string) => string,
    private readonly listed?: ReadonlySet<string>,
  ) {
    if (listed) this.texts = new TextList();
  }

  /** False if all values are listed. */
  get hasTexts(): boolean {
    return this.texts !== undefined;
  }

  get size(): number {
    return this.documents.length;
  }

  /**
   * @param document greater than those before it
   * @param folded `text`
   * @param comparable absent if it is `text`
   */
  add(document: number, text: string, folded: string, comparable: string | undefined): void {
    if (comparable !== undefined) this.otherwise.add(document);
    this.documents.push(document);
    this.buckets.push(bucketOf(comparable ?? text));
    const same = this.values.get(text);
    const isShort = text.length <= MOST_VALUE_LENGTH;
    if (!same && !this.texts && !(isShort && this.values.size < MOST_VALUES)) this.beginTexts();
    if (same) same.push(document);
    else if (isShort && (this.listed?.has(text) ?? this.values.size < MOST_COUNTED)) this.values.set(text, [document]);
    if (this.texts) this.addText(this.texts, document, folded);
  }

  /** @param size of the block */
  *terms(name: number, size: number): Generator<LaterTerm> {
    yield documentsTerm(existsTerm(name), this.documents, size);
    const listed = noBits(size);
    for (const [value, documents] of this.values) {
      if (this.texts && !(this.listed?.has(value) ?? documents.length >= LEAST_LISTED)) continue;
      yield documentsTerm(valueTerm(name, value), documents, size);
      for (const document of documents) setBit(listed, document);
    }
    const { texts } = this;
    if (texts) yield { term: textsTerm(name), list: () => texts.encode(size, listed) };
    const lists = new Map<number, number[]>();
    for (const [i, document] of this.documents.entries()) {
      if (hasBit(listed, document) && !this.otherwise.has(document)) continue;
      const list = lists.get(this.buckets[i]);
      if (list) list.push(document);
      else lists.set(this.buckets[i], [document]);
    }
    for (const [bucket, list] of lists) yield documentsTerm(bucketTerm(name, bucket), list, size);
  }

  /** Takes the texts of the documents before. */
  private beginTexts(): void {
    this.texts = new TextList();
    const folded = Array.from(this.values, ([value, documents]) => {
      const text = this.fold(value);
      return documents.map((document) => ({ document, text }));
    });
    for (const { document, text } of folded.flat().sort((a, b) => a.document - b.document))
      this.addText(this.texts, document, text);
  }

  private addText(texts: TextList, document: number, text: string): void {
    if (!texts.add(document, text)) this.long.push(document);
  }
}
