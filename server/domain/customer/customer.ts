import { forEachMember } from '../json-members.js';
import { compareCodePoints } from '../text.js';

/** The newest value of one attribute. A removed attribute stays as a tombstone, so that an older message cannot restore it. */
export interface AttributeState {
  /** JSON text, or null for a tombstone. */
  readonly value: string | null;
  /** Milliseconds since the Unix epoch. */
  readonly timestamp: number;
}

/** The complete state of one customer, without the identities of its messages. Rules change it in place. */
export interface CustomerState {
  /** The `user_id`. */
  readonly id: string;
  /** False before the first message and after a deletion. */
  exists: boolean;
  /** Tombstones included. */
  readonly attributes: Map<string, AttributeState>;
  /** The number of distinct events of each name. */
  readonly events: Map<string, number>;
  /** Milliseconds since the Unix epoch: the largest timestamp applied, or the time of a later edit. */
  lastUpdated: number;
  /** Milliseconds since the Unix epoch: messages up to then are ignored. Stays when the customer starts anew. */
  deletedAt: number | undefined;
  /** Milliseconds since the Unix epoch: from then on its messages are rejected. A suppressed customer does not exist. */
  suppressedAt: number | undefined;
  /** See {@link StoredCustomer.labels}. */
  labels: string | undefined;
}

/** A customer as it is stored and served: JSON texts with sorted keys, so that an answer needs no parse. */
export interface CustomerRecord {
  readonly id: string;
  readonly attributes: string;
  readonly events: string;
  /** Milliseconds since the Unix epoch. It is served in whole seconds: see {@link servedSeconds}. */
  readonly lastUpdated: number;
}

/** A customer as it is stored. */
export interface StoredCustomer extends CustomerRecord {
  /** A JSON object with the timestamp, in ms since the Unix epoch, of every attribute, tombstones included. Only the fold needs it. */
  readonly attributeTimes: string;
  /** A JSON list of its labels in the order of code points; absent if it has none. See `readLabels`. */
  readonly labels?: string | undefined;
}

/** A time in whole seconds, rounded down, as `last_updated` is served, filtered and sorted by. @param time ms */
export function servedSeconds(time: number): number {
  return Math.floor(time / 1000);
}

/** The record of a stored customer, without the members that only the fold needs. */
export function recordOf({ id, attributes, events, lastUpdated }: StoredCustomer): CustomerRecord {
  return { id, attributes, events, lastUpdated };
}

/** A customer without messages or edits. */
export function unknownCustomer(id: string): CustomerState {
  const never = { deletedAt: undefined, suppressedAt: undefined, labels: undefined };
  return { id, exists: false, attributes: new Map(), events: new Map(), lastUpdated: 0, ...never };
}

/** Texts of a stored customer that a fold leaves as they are: those of its attributes, or of its events. They need no parse then. */
export interface KeptTexts {
  readonly attributes?: Pick<StoredCustomer, 'attributes' | 'attributeTimes'>;
  readonly events?: Pick<StoredCustomer, 'events'>;
}

/** Writes the state as JSON texts. Names are in the order of their code points. */
export function toStored(state: CustomerState, kept: KeptTexts = {}): StoredCustomer {
  return {
    id: state.id,
    ...(kept.attributes ?? attributeTexts(state)),
    ...(kept.events ?? eventText(state)),
    lastUpdated: state.lastUpdated,
    ...(state.labels !== undefined && { labels: state.labels }),
  };
}

function attributeTexts(state: CustomerState): Pick<StoredCustomer, 'attributes' | 'attributeTimes'> {
  let attributes = '';
  let times = '';
  for (const [name, { value, timestamp }] of sortedByName(state.attributes)) {
    const key = JSON.stringify(name);
    times += `${times && ','}${key}:${timestamp}`;
    if (value !== null) attributes += `${attributes && ','}${key}:${value}`;
  }
  return { attributes: `{${attributes}}`, attributeTimes: `{${times}}` };
}

function eventText(state: CustomerState): Pick<StoredCustomer, 'events'> {
  let events = '';
  for (const [name, count] of sortedByName(state.events)) {
    events += `${events && ','}${JSON.stringify(name)}:${count}`;
  }
  return { events: `{${events}}` };
}

/**
 * Reads the state of a stored customer. Without `stored` the customer does not exist.
 * @param kept texts that are not read
 */
export function toState(
  id: string,
  stored: StoredCustomer | undefined,
  deletedAt: number | undefined,
  kept: KeptTexts = {},
): CustomerState {
  const state = unknownCustomer(id);
  state.deletedAt = deletedAt;
  if (!stored) return state;
  state.exists = true;
  state.lastUpdated = stored.lastUpdated;
  state.labels = stored.labels;
  if (!kept.attributes) {
    forEachMember(stored.attributeTimes, (name, time) => {
      state.attributes.set(name, { value: null, timestamp: Number(time) });
    });
    forEachMember(stored.attributes, (name, value) => {
      const timestamp = state.attributes.get(name)?.timestamp;
      if (timestamp !== undefined) state.attributes.set(name, { value, timestamp });
    });
  }
  if (!kept.events) forEachMember(stored.events, (name, count) => state.events.set(name, Number(count)));
  return state;
}

function sortedByName<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => compareCodePoints(a, b));
}
