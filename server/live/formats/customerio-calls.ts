import type { Json, JsonObject } from '../../domain/json.js';
import { itemOf, membersOf, trimmed } from './body.js';
import type { CustomerRef, LiveCall, MemberNames } from './live-call.js';
import { wrong } from './read-call.js';

/** The members of attributes that Customer.io does not keep. */
const NO_ATTRIBUTES = ['id', 'cio_id', 'anonymous_id', '_update'];

/** The kinds of events. */
const EVENT_KINDS = ['event', 'page', 'screen'] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** @returns undefined for another kind */
export function eventKind(kind: Json | undefined): EventKind | undefined {
  return kind === undefined || kind === null ? 'event' : EVENT_KINDS.find((one) => one === kind);
}

/** The id and the timestamp of a call. */
export interface Marks {
  readonly id: Json | undefined;
  readonly timestamp: Json | undefined;
}

/** Reads the marks of a call, which are missing where they are null. */
export function marksOf(id: Json | undefined, timestamp: Json | undefined): Marks {
  return { id: id ?? undefined, timestamp: timestamp ?? undefined };
}

/** The marks of a call that has none. */
export const NO_MARKS: Marks = { id: undefined, timestamp: undefined };

/** @param attributes with `_update: true` if the customer must not be created */
export function attributesCall(
  customer: CustomerRef,
  attributes: Json | undefined,
  marks: Marks,
  names: MemberNames,
): LiveCall {
  const item = itemOf(attributes);
  const isUpdate = item?._update === true;
  const data = item ? without(membersOf(attributes), NO_ATTRIBUTES) : attributes;
  return { kind: 'message', type: 'attributes', customer, ...marks, name: undefined, data, isUpdate, names };
}

/** @param name of the event; of a page its URL, of a screen its name */
export function eventCall(
  kind: EventKind,
  customer: CustomerRef,
  name: Json | undefined,
  data: Json | undefined,
  marks: Marks,
  names: MemberNames,
): LiveCall {
  const text = trimmed(name);
  const common = { kind: 'message', type: 'event', customer, ...marks, names } as const;
  if (kind === 'event') return { ...common, name: text, data: data ?? undefined };
  if (typeof text !== 'string' || text === '') {
    return wrong(
      'invalid_event_name',
      'name',
      `"name" must be the ${kind === 'page' ? 'URL of the page' : 'name of the screen'}.`,
    );
  }
  return { ...common, name: kind, data: { ...membersOf(data), [kind === 'page' ? 'url' : 'name']: text } };
}

function without(members: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name)));
}
