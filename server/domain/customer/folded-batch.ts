import { utf8Text } from '../utf8.js';
import {
  NAME_ATTRIBUTE_CUSTOMERS,
  NAME_END,
  NAME_ENTRY_BYTES,
  NAME_EVENT_CUSTOMERS,
  NAME_EVENTS,
  ROW_SIZE,
} from './batch-layout.js';
import { PartialCustomer } from './partial-customer.js';

/** The messages of a batch, folded customer by customer, as bytes that can be transferred to another thread. */
export interface FoldedBatchData {
  readonly customers: number;
  /** True if the rows hold the messages, which are needed only for customers that are known already. */
  readonly hasMessages: boolean;
  /** One row for each customer, in the order of user ids; batch-layout.ts has the layout. */
  readonly rows: readonly Uint8Array<ArrayBuffer>[];
  /** The table of names; batch-layout.ts has the layout. */
  readonly names: Uint8Array<ArrayBuffer>;
  readonly nameCount: number;
}

/** Occurrences of a name in a batch, counted as if no customer had been known before. */
export interface BatchNameCount {
  readonly name: string;
  /** Customers that have the attribute. */
  readonly attributes: number;
  /** Customers that have the event. */
  readonly customers: number;
  readonly events: number;
}

/** Reads a {@link FoldedBatchData}. */
export class FoldedBatch {
  private readonly nameTexts: (string | undefined)[] = [];
  private readonly nameView: DataView;

  /** @param completion gives the same batch with its messages, if `data` has none */
  constructor(
    readonly data: FoldedBatchData,
    private readonly completion?: () => FoldedBatch | Promise<FoldedBatch>,
  ) {
    this.nameView = viewOf(data.names);
  }

  /**
   * Gives the same batch with its messages, for a repository that finds a known customer in it. Has to be called before the next
   * batch of the stretch is asked for.
   */
  async complete(): Promise<FoldedBatch> {
    if (this.data.hasMessages) return this;
    if (!this.completion) throw new Error('This batch has no messages.');
    return this.completion();
  }

  /** Customers. */
  get count(): number {
    return this.data.customers;
  }

  /** Bytes of memory. */
  get size(): number {
    return this.data.rows.reduce((sum, rows) => sum + rows.byteLength, this.data.names.byteLength);
  }

  /** The user id of the first customer; undefined if the batch is empty. */
  get firstId(): string | undefined {
    return this.data.rows.length === 0
      ? undefined
      : new PartialCustomer(this, this.data.rows[0], viewOf(this.data.rows[0]), 0).id;
  }

  /** The user id of the last customer; undefined if the batch is empty. */
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
    for (let at = 0; at < rows.length; at += view.getUint32(at + ROW_SIZE, true))
      yield new PartialCustomer(this, rows, view, at);
  }

  /** The text of a name of an event or of an attribute. */
  name(index: number): string {
    return (this.nameTexts[index] ??= this.readName(index));
  }

  *nameCounts(): Generator<BatchNameCount> {
    for (let index = 0; index < this.data.nameCount; index++) {
      yield {
        name: this.readName(index),
        attributes: this.nameField(index, NAME_ATTRIBUTE_CUSTOMERS),
        customers: this.nameField(index, NAME_EVENT_CUSTOMERS),
        events: this.nameField(index, NAME_EVENTS),
      };
    }
  }

  private readName(index: number): string {
    const texts = this.data.nameCount * NAME_ENTRY_BYTES;
    const start = index === 0 ? 0 : this.nameField(index - 1, NAME_END);
    return utf8Text(this.data.names.subarray(texts + start, texts + this.nameField(index, NAME_END)));
  }

  private nameField(index: number, offset: number): number {
    return this.nameView.getUint32(index * NAME_ENTRY_BYTES + offset, true);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
