import { PartialCustomer } from './partial-customer.js';
import { utf8Text } from '../utf8.js';

/**
 * What one part of a source says, customer by customer in the order of lists, each once: bytes that can go from one thread to
 * another.
 */
export interface FoldedBatchData {
  readonly customers: number;
  /** Whether the rows have the messages, which only customers need that are known already. */
  readonly hasMessages: boolean;
  /**
   * Customers one after the other, each at a multiple of 8 and all of it little endian. 16 words of 32 bits:
   *
   *     0 bytes of this customer        1 messages               2 bytes of the messages    3 distinct identities
   *     4 bytes of the id               5 of the events' JSON    6 of the attributes' JSON  7 of the attribute times' JSON
   *     8 distinct events               9 distinct attributes messages                     10 duplicates
   *    11 the latest timestamp      12, 13 the id where it is a number, else all bits set
   *
   * then the messages in the order of their lines, or none (word 2 is 0 then), the identities in their order (16 bytes each, most significant first), and
   * the texts of 4 to 7, which are UTF-8.
   *
   * A message: bytes of it, at 4; its timestamp, at 8; the index of an event's name at 12, or all bits set; its identity from
   * 16 on, as two words of 64 bits. One of attributes: how many, at 32; from 40 on for each the index of its name, the bytes
   * of its value (0: it is removed), the value as JSON text, up to a multiple of 8.
   */
  readonly rows: readonly Uint8Array<ArrayBuffer>[];
  /**
   * Of every name four words of 32 bits: where it ends, the customers that have such an attribute, those that have such an
   * event, and how many such events there are, as if nothing had been known before. Then all names one after the other.
   */
  readonly names: Uint8Array<ArrayBuffer>;
  readonly nameCount: number;
}

/** How often a name is there in a part of which nothing was known before. */
export interface BatchNameCount {
  readonly name: string;
  /** Customers that have the attribute. */
  readonly attributes: number;
  /** Customers that have the event. */
  readonly customers: number;
  readonly events: number;
}

const NAME_BYTES = 16;

/** Reads a {@link FoldedBatchData}. */
export class FoldedBatch {
  private readonly nameTexts: (string | undefined)[] = [];
  private readonly nameView: DataView;

  /** @param completion makes the same with the messages, where `data` has none */
  constructor(
    readonly data: FoldedBatchData,
    private readonly completion?: () => FoldedBatch | Promise<FoldedBatch>,
  ) {
    this.nameView = viewOf(data.names);
  }

  /**
   * The same with the messages of its customers: for who finds that one of them is known already. To be asked for while the
   * summaries of its part are gone through.
   */
  async complete(): Promise<FoldedBatch> {
    if (this.data.hasMessages) return this;
    if (!this.completion) throw new Error('This summary has no messages.');
    return this.completion();
  }

  /** How many customers. */
  get count(): number {
    return this.data.customers;
  }

  /** Bytes of memory. */
  get size(): number {
    return this.data.rows.reduce((sum, rows) => sum + rows.byteLength, this.data.names.byteLength);
  }

  /** The id of the first customer; undefined when there is none. */
  get firstId(): string | undefined {
    return this.data.rows.length === 0
      ? undefined
      : new PartialCustomer(this, this.data.rows[0], viewOf(this.data.rows[0]), 0).id;
  }

  /** The id of the last one. */
  get lastId(): string | undefined {
    const rows = this.data.rows.at(-1);
    if (!rows) return undefined;
    let last: PartialCustomer | undefined;
    for (const customer of this.customersOf(rows)) last = customer;
    return last?.id;
  }

  *customers(): Generator<PartialCustomer> {
    for (const rows of this.data.rows) yield* this.customersOf(rows);
  }

  private *customersOf(rows: Uint8Array): Generator<PartialCustomer> {
    const view = viewOf(rows);
    for (let at = 0; at < rows.length; at += view.getUint32(at, true)) yield new PartialCustomer(this, rows, view, at);
  }

  /** The text of a name of an event or of an attribute. */
  name(index: number): string {
    return (this.nameTexts[index] ??= this.readName(index));
  }

  *nameCounts(): Generator<BatchNameCount> {
    for (let index = 0; index < this.data.nameCount; index++) {
      const at = index * NAME_BYTES;
      yield {
        name: this.readName(index),
        attributes: this.nameView.getUint32(at + 4, true),
        customers: this.nameView.getUint32(at + 8, true),
        events: this.nameView.getUint32(at + 12, true),
      };
    }
  }

  private readName(index: number): string {
    const texts = this.data.nameCount * NAME_BYTES;
    const at = index * NAME_BYTES;
    const start = index === 0 ? 0 : this.nameView.getUint32(at - NAME_BYTES, true);
    return utf8Text(this.data.names.subarray(texts + start, texts + this.nameView.getUint32(at, true)));
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
