import type { AttributeChange } from '../message/attribute.js';
import type { StoredCustomer } from './customer.js';
import type { MessageEffect, OutcomeCounts } from './fold.js';
import type { LogBlock } from '../log/log-entry.js';
import { entriesIn } from '../log/packed-entries.js';
import { IDENTITY_BYTES, unpackIdentity, type Identity } from '../message/message-identity.js';
import { utf8Text } from '../utf8.js';
import {
  CHANGE_HEADER_BYTES,
  CHANGE_NAME,
  CHANGE_VALUE_BYTES,
  NO_NAME,
  NOT_NUMERIC,
  ROW_ATTRIBUTES_BYTES,
  ROW_ATTRIBUTES_COUNT,
  ROW_CHANGES_START,
  ROW_DUPLICATE_COUNT,
  ROW_EVENT_COUNT,
  ROW_EVENTS_BYTES,
  ROW_HEADER_BYTES,
  ROW_ID_BYTES,
  ROW_IDENTITIES,
  ROW_LAST_UPDATED,
  ROW_LOG_BYTES,
  ROW_LOG_FIRST_TIME,
  ROW_MESSAGE_CHANGES,
  ROW_MESSAGE_IDENTITY,
  ROW_MESSAGE_NAME,
  ROW_MESSAGE_SIZE,
  ROW_MESSAGE_TIME,
  ROW_MESSAGES,
  ROW_MESSAGES_BYTES,
  ROW_NUMBER_HIGH,
  ROW_NUMBER_LOW,
  ROW_TIMES_BYTES,
} from './batch-layout.js';

/** A customer that was not known before, as it is stored: JSON texts in UTF-8. */
export interface FreshCustomer {
  readonly attributes: Uint8Array;
  readonly attributeTimes: Uint8Array;
  readonly events: Uint8Array;
  /** Milliseconds since the Unix epoch. */
  readonly lastUpdated: number;
  /** The distinct identities, packed, in ascending order. */
  readonly identities: Uint8Array;
  /** None of the messages is stale. */
  readonly counts: Readonly<OutcomeCounts>;
  /** The distinct messages for the log, in the order of their lines. Absent: no log is kept. */
  readonly log?: LogBlock | undefined;
}

/** A message of a customer. It may be a duplicate. */
export type PartialMessage = MessageEffect & { readonly identity: Identity };

/** The table of names of a batch. */
interface Names {
  name(index: number): string;
}

/** Reads a customer that was not known before. */
export function storedFresh(
  id: string,
  { attributes, events, attributeTimes, lastUpdated }: FreshCustomer,
): StoredCustomer {
  return {
    id,
    attributes: utf8Text(attributes),
    events: utf8Text(events),
    attributeTimes: utf8Text(attributeTimes),
    lastUpdated,
  };
}

/** Reads a row: the part of a customer that one batch knows. batch-layout.ts has the layout. */
export class PartialCustomer {
  constructor(
    private readonly names: Names,
    private readonly rows: Uint8Array,
    private readonly view: DataView,
    private readonly at: number,
  ) {}

  /** The user id as a number; undefined if it is not numeric. */
  get number(): number | undefined {
    const high = this.word(ROW_NUMBER_HIGH);
    return high === NOT_NUMERIC ? undefined : high * 2 ** 32 + this.word(ROW_NUMBER_LOW);
  }

  /** The user id. */
  get id(): string {
    const number = this.number;
    if (number !== undefined) return String(number);
    const start = this.texts;
    return utf8Text(this.rows.subarray(start, start + this.word(ROW_ID_BYTES)));
  }

  /** The customer as it is if it was not known before. */
  fresh(): FreshCustomer {
    const { rows } = this;
    const events = this.texts + this.word(ROW_ID_BYTES);
    const attributes = events + this.word(ROW_EVENTS_BYTES);
    const times = attributes + this.word(ROW_ATTRIBUTES_BYTES);
    const lastUpdated = timeAt(this.view, this.at + ROW_LAST_UPDATED);
    return {
      identities: this.identities,
      events: rows.subarray(events, attributes),
      attributes: rows.subarray(attributes, times),
      attributeTimes: rows.subarray(times, times + this.word(ROW_TIMES_BYTES)),
      lastUpdated,
      counts: {
        events: this.word(ROW_EVENT_COUNT),
        attributes: this.word(ROW_ATTRIBUTES_COUNT),
        duplicates: this.word(ROW_DUPLICATE_COUNT),
        stale: 0,
        suppressed: 0,
      },
      log: this.log(lastUpdated),
    };
  }

  /** Messages, duplicates included. */
  get messageCount(): number {
    return this.word(ROW_MESSAGES);
  }

  /** The distinct identities, packed, in ascending order. */
  get identities(): Uint8Array {
    const start = this.entryStart + this.word(ROW_LOG_BYTES);
    return this.rows.subarray(start, start + this.word(ROW_IDENTITIES) * IDENTITY_BYTES);
  }

  /** The messages in the order of their lines; none if the batch has no messages. */
  *messages(): Generator<PartialMessage> {
    const { view, names } = this;
    const end = this.messageStart + this.word(ROW_MESSAGES_BYTES);
    for (let at = this.messageStart; at < end; at += view.getUint32(at + ROW_MESSAGE_SIZE, true)) {
      const name = view.getUint32(at + ROW_MESSAGE_NAME, true);
      const identity = identityAt(view, at + ROW_MESSAGE_IDENTITY);
      const timestamp = timeAt(view, at + ROW_MESSAGE_TIME);
      if (name === NO_NAME) yield { type: 'attributes', identity, timestamp, changes: this.changes(at) };
      else yield { type: 'event', identity, timestamp, name: names.name(name) };
    }
  }

  /** The entries of the log, one for each distinct message in the order of their lines; none if no log is kept. */
  logEntries(): readonly Uint8Array[] {
    return [...entriesIn(this.packedLog)];
  }

  private log(lastTime: number): LogBlock | undefined {
    const packed = this.packedLog;
    if (packed.length === 0) return undefined;
    const firstTime = timeAt(this.view, this.at + ROW_LOG_FIRST_TIME);
    return { packed, count: this.word(ROW_IDENTITIES), firstTime, lastTime };
  }

  private changes(message: number): AttributeChange[] {
    const { view, rows, names } = this;
    const changes: AttributeChange[] = [];
    const count = view.getUint32(message + ROW_MESSAGE_CHANGES, true);
    let at = message + ROW_CHANGES_START;
    for (let i = 0; i < count; i++) {
      const length = view.getUint32(at + CHANGE_VALUE_BYTES, true);
      const start = at + CHANGE_HEADER_BYTES;
      const value = length === 0 ? null : utf8Text(rows.subarray(start, start + length));
      changes.push({ name: names.name(view.getUint32(at + CHANGE_NAME, true)), value });
      at = start + ((length + 7) & ~7);
    }
    return changes;
  }

  private get messageStart(): number {
    return this.at + ROW_HEADER_BYTES;
  }

  private get packedLog(): Uint8Array {
    return this.rows.subarray(this.entryStart, this.entryStart + this.word(ROW_LOG_BYTES));
  }

  private get entryStart(): number {
    return this.messageStart + this.word(ROW_MESSAGES_BYTES);
  }

  private get texts(): number {
    return this.entryStart + this.word(ROW_LOG_BYTES) + this.word(ROW_IDENTITIES) * IDENTITY_BYTES;
  }

  /** @param offset of a field of the row */
  private word(offset: number): number {
    return this.view.getUint32(this.at + offset, true);
  }
}

function timeAt(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
}

function identityAt(view: DataView, at: number): Identity {
  return unpackIdentity(
    view.getUint32(at + 4, true),
    view.getUint32(at, true),
    view.getUint32(at + 12, true),
    view.getUint32(at + 8, true),
  );
}
