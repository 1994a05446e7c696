import type { IfUnknown, LiveMessage } from '../../../domain/customer/accept-messages.js';
import type { AttributeChange } from '../../../domain/message/attribute.js';
import type { MessageEffect } from '../../../domain/customer/fold.js';

/** UTF-16 units of an identity. */
const IDENTITY_UNITS = 8;

/** Messages for another thread, in columns: objects of a few members each take several times as long to copy. */
export interface PackedMessages {
  readonly userIds: readonly string[];
  /** All identities in one text. */
  readonly identities: string;
  readonly timestamps: Float64Array<ArrayBuffer>;
  readonly sources: readonly number[];
  readonly arrivals: Float64Array<ArrayBuffer>;
  readonly ifUnknown: readonly IfUnknown[];
  /** The name of an event; the changes of attributes. */
  readonly effects: readonly (string | readonly (string | null)[])[];
  /** The entries for the log, one after another; none if no log is kept. */
  readonly entries: Uint8Array<ArrayBuffer>;
  /** The end of each entry, in bytes. */
  readonly ends: readonly number[];
}

/** @param withEntries true if a log is kept */
export function packMessages(messages: readonly LiveMessage[], withEntries: boolean): PackedMessages {
  const entries = withEntries ? messages.map(({ entry }) => entry()) : [];
  let bytes = 0;
  const ends = entries.map(({ length }) => (bytes += length));
  const joined = new Uint8Array(bytes);
  for (const [at, entry] of entries.entries()) joined.set(entry, ends[at] - entry.length);
  return {
    userIds: messages.map(({ userId }) => userId),
    identities: messages.map(({ identity }) => identity).join(''),
    timestamps: Float64Array.from(messages, ({ effect }) => effect.timestamp),
    sources: messages.map(({ source }) => source),
    arrivals: Float64Array.from(messages, ({ arrival }) => arrival),
    ifUnknown: messages.map((message) => message.ifUnknown),
    effects: messages.map(({ effect }) => packEffect(effect)),
    entries: joined,
    ends,
  };
}

/** The memory that can be handed over to the other thread. */
export function buffersOf({ timestamps, arrivals, entries }: PackedMessages): ArrayBuffer[] {
  return [timestamps, arrivals, entries].map(({ buffer }) => buffer);
}

/** @param textOf gives the text of the message at a place, as it came */
export function unpackMessages(packed: PackedMessages, textOf: (place: number) => string): LiveMessage[] {
  const { identities, timestamps, sources, arrivals, ifUnknown, effects, entries, ends } = packed;
  return packed.userIds.map((userId, at) => ({
    userId,
    identity: identities.slice(at * IDENTITY_UNITS, (at + 1) * IDENTITY_UNITS),
    effect: unpackEffect(effects[at], timestamps[at]),
    ifUnknown: ifUnknown[at],
    source: sources[at],
    arrival: arrivals[at],
    entry: () => entries.subarray(at === 0 ? 0 : ends[at - 1], ends[at]),
    text: () => textOf(at),
  }));
}

function packEffect(effect: MessageEffect): PackedMessages['effects'][number] {
  return effect.type === 'event' ? effect.name : effect.changes.flatMap(({ name, value }) => [name, value]);
}

function unpackEffect(packed: PackedMessages['effects'][number], timestamp: number): MessageEffect {
  if (typeof packed === 'string') return { type: 'event', timestamp, name: packed };
  const changes: AttributeChange[] = [];
  for (let at = 0; at < packed.length; at += 2) changes.push({ name: packed[at] ?? '', value: packed[at + 1] });
  return { type: 'attributes', timestamp, changes };
}
