import type { AttributeChange } from '../message/attribute.js';
import type { CustomerRecord } from './customer.js';
import { IDENTITY_BYTES, unpackIdentity, type Identity } from '../message/message-identity.js';
import { utf8Text } from '../utf8.js';

/** A customer of whom nothing was known before, ready to be kept: JSON texts as bytes of UTF-8. */
export interface FreshCustomer {
  readonly attributes: Uint8Array;
  readonly attributeTimes: Uint8Array;
  readonly events: Uint8Array;
  /** Seconds since the Unix epoch. */
  readonly lastUpdated: number;
  /** Packed and sorted, each once. */
  readonly identities: Uint8Array;
  readonly counts: { readonly event: number; readonly attributes: number; readonly duplicate: number };
}

/** One message of a customer as it came, also one that came before. */
export interface PartialMessage {
  readonly identity: Identity;
  /** Seconds since the Unix epoch. */
  readonly timestamp: number;
  /** The name of an event; undefined for an attributes message. */
  readonly event: string | undefined;
  readonly changes: readonly AttributeChange[];
}

/** The texts of names, by their numbers. */
interface Names {
  name(index: number): string;
}

const HEADER_BYTES = 64;
const ATTRIBUTES = 0xffffffff;
const ATTRIBUTES_BYTES = 40;
const NO_CHANGES: readonly AttributeChange[] = [];

/** A fresh customer as it is served. */
export function recordOf(id: string, { attributes, events, lastUpdated }: FreshCustomer): CustomerRecord {
  return { id, attributes: utf8Text(attributes), events: utf8Text(events), lastUpdated };
}

/** What a part says of one customer: a row of the `rows` of FoldedBatchData, which tells how it is laid out. */
export class PartialCustomer {
  constructor(
    private readonly names: Names,
    private readonly rows: Uint8Array,
    private readonly view: DataView,
    private readonly at: number,
  ) {}

  /** The id where it is a number; undefined for every other one. */
  get number(): number | undefined {
    const high = this.word(13);
    return high === 0xffffffff ? undefined : high * 2 ** 32 + this.word(12);
  }

  /** The `user_id`. */
  get id(): string {
    const number = this.number;
    if (number !== undefined) return String(number);
    const start = this.texts;
    return utf8Text(this.rows.subarray(start, start + this.word(4)));
  }

  /** The customer as it is if nothing was known of it before. */
  fresh(): FreshCustomer {
    const { rows } = this;
    const events = this.texts + this.word(4);
    const attributes = events + this.word(5);
    const times = attributes + this.word(6);
    return {
      identities: this.identities,
      events: rows.subarray(events, attributes),
      attributes: rows.subarray(attributes, times),
      attributeTimes: rows.subarray(times, times + this.word(7)),
      lastUpdated: this.word(11),
      counts: { event: this.word(8), attributes: this.word(9), duplicate: this.word(10) },
    };
  }

  /** How many messages, those that came before included. */
  get messageCount(): number {
    return this.word(1);
  }

  /** Packed and sorted, each once. */
  get identities(): Uint8Array {
    const start = this.messageStart + this.word(2);
    return this.rows.subarray(start, start + this.word(3) * IDENTITY_BYTES);
  }

  /** In the order of their lines; there are none unless the summary is complete. */
  *messages(): Generator<PartialMessage> {
    const { view, names } = this;
    const end = this.messageStart + this.word(2);
    for (let at = this.messageStart; at < end; at += view.getUint32(at + 4, true)) {
      const name = view.getUint32(at + 12, true);
      yield {
        identity: identityAt(view, at + 16),
        timestamp: view.getUint32(at + 8, true),
        event: name === ATTRIBUTES ? undefined : names.name(name),
        changes: name === ATTRIBUTES ? this.changes(at) : NO_CHANGES,
      };
    }
  }

  private changes(message: number): AttributeChange[] {
    const { view, rows, names } = this;
    const changes: AttributeChange[] = [];
    const count = view.getUint32(message + 32, true);
    let at = message + ATTRIBUTES_BYTES;
    for (let i = 0; i < count; i++) {
      const length = view.getUint32(at + 4, true);
      const value = length === 0 ? null : utf8Text(rows.subarray(at + 8, at + 8 + length));
      changes.push({ name: names.name(view.getUint32(at, true)), value });
      at += 8 + ((length + 7) & ~7);
    }
    return changes;
  }

  private get messageStart(): number {
    return this.at + HEADER_BYTES;
  }

  private get texts(): number {
    return this.messageStart + this.word(2) + this.word(3) * IDENTITY_BYTES;
  }

  private word(index: number): number {
    return this.view.getUint32(this.at + index * 4, true);
  }
}

function identityAt(view: DataView, at: number): Identity {
  return unpackIdentity(
    view.getUint32(at + 4, true),
    view.getUint32(at, true),
    view.getUint32(at + 12, true),
    view.getUint32(at + 8, true),
  );
}
