import type { Json } from '../../domain/json.js';
import type { SourceKind } from '../../domain/sources/source.js';
import {
  decoded,
  itemOf,
  malformed,
  membersOf,
  pathSegments,
  readList,
  readOnly,
  trimmed,
  writeAsItCame,
} from './body.js';
import type { Item, LiveAnswer, LiveCall, LiveFacts, LiveOutcome, MemberNames, Reading } from './live-call.js';
import { readCall, wrong } from './read-call.js';

/* The format of Segment's clients, of RudderStack's, and of Customer.io's data pipelines. */

/** The kinds of messages. */
const TYPES = ['identify', 'track', 'page', 'screen', 'group', 'alias'] as const;
type SegmentType = (typeof TYPES)[number];

/** The paths of scripts in browsers. */
const SHORT_TYPES = new Map<string, SegmentType>(TYPES.map((type) => [type[0], type]));

/** A request by its method and path. */
export type SegmentRoute =
  | { readonly kind: 'batch' }
  | { readonly kind: 'single'; readonly type: SegmentType }
  | { readonly kind: 'settings'; readonly writeKey: string };

/** @param path below the root, percent-encoded, without a query. @returns undefined if no client calls it */
export function segmentRoute(method: string, path: string): SegmentRoute | undefined {
  const [version, name, ...rest] = pathSegments(path);
  if (version !== 'v1') return undefined;
  if (method === 'GET') {
    const writeKey = name === 'projects' && rest.length === 2 && rest[1] === 'settings' && decoded(rest[0]);
    return writeKey ? { kind: 'settings', writeKey } : undefined;
  }
  if (method !== 'POST' || rest.length > 0) return undefined;
  if (name === 'batch' || name === 'b') return { kind: 'batch' };
  const type = SHORT_TYPES.get(name) ?? TYPES.find((one) => one === name);
  return type && { kind: 'single', type };
}

/** The key in a body, for clients that send no `Authorization`. */
export function segmentKey(body: Json | undefined): string | undefined {
  const key = itemOf(body)?.writeKey;
  return typeof key === 'string' && key !== '' ? key : undefined;
}

/** A key in JSON, also one that is cut off. */
const KEY = /"writeKey"\s*:\s*"[^"]*"?/g;

/** Takes the key out of a body that cannot be read: its text is kept, a key never. */
export function withoutKey(text: string): string {
  return text.replaceAll(KEY, '"writeKey":""');
}

export function readSegment(
  route: Exclude<SegmentRoute, { kind: 'settings' }>,
  body: Json | undefined,
  facts: LiveFacts,
): Reading {
  const item = itemOf(body);
  if (!item) return malformed('invalid_request', 'The body must be a JSON object.');
  if (route.kind === 'single') {
    return readOnly(body, readCall(callOf(item, route.type, facts), 0, facts), writeWithoutKey);
  }
  const { batch } = item;
  if (!Array.isArray(batch)) return malformed('invalid_request', 'The body must have a list called "batch".');
  return readList(batch, facts, readItem, writeWithoutKey);
}

/** The answer to every body that could be read: clients give up a whole batch on any other, whatever is wrong with one message. */
export function segmentAnswer(): LiveAnswer {
  return { status: 200, body: { success: true } };
}

/** The names by which scripts find how to send. */
const INTEGRATIONS = { segment: 'Segment.io', customerio: 'Customer.io Data Pipelines' } as const;

/**
 * The settings that the scripts in browsers ask for as they are loaded. A script that finds more than its own integration loads code for it from
 * the host of its settings, so a source that is meant for one script names one.
 * @param host of this server, with its port
 */
export function segmentSettings(
  kind: SourceKind,
  writeKey: string,
  host: string,
  protocol: 'http' | 'https',
): LiveAnswer {
  const integration = { apiKey: writeKey, apiHost: `${host}/v1`, protocol };
  const names = kind === 'segment' || kind === 'customerio' ? [INTEGRATIONS[kind]] : Object.values(INTEGRATIONS);
  return { status: 200, body: { integrations: Object.fromEntries(names.map((name) => [name, integration])) } };
}

/** Writes a message as it came, but for the key. */
function writeWithoutKey(value: Json): string {
  const item = itemOf(value);
  if (item?.writeKey === undefined) return writeAsItCame(value);
  // Safe: the members of an item are JSON.
  const members = Object.entries(item).filter(([name]) => name !== 'writeKey') as [string, Json][];
  return writeAsItCame(Object.fromEntries(members));
}

function readItem(value: Json, index: number, facts: LiveFacts): LiveOutcome {
  const item = itemOf(value);
  if (!item) return wrong('not_an_object', undefined, 'A message must be a JSON object.');
  return readCall(callOf(item, item.type, facts), index, facts);
}

/** @param type of the path, or of the message in a batch */
function callOf(item: Item, type: Json | undefined, { hasCommandTracks }: LiveFacts): LiveCall {
  const kind = TYPES.find((one) => one === type);
  switch (kind) {
    case 'identify':
      return messageOf(item, 'attributes', undefined, item.traits ?? contextTraits(item) ?? {}, IDENTIFY_NAMES);
    case 'track': {
      const name = trimmed(item.event);
      const command = hasCommandTracks && typeof name === 'string' ? COMMANDS.get(name) : undefined;
      if (command === 'ignored') return { kind: 'ignored', what: 'track' };
      if (command) return { kind: command, ...commonOf(item), names: TRACK_NAMES };
      return messageOf(item, 'event', name, item.properties ?? undefined, TRACK_NAMES);
    }
    case 'page':
    case 'screen': {
      const { name, category, properties } = item;
      const data: Record<string, Json> = {};
      if (name !== undefined && name !== null) data.name = name;
      if (category !== undefined && category !== null) data.category = category;
      return messageOf(item, 'event', kind, { ...data, ...membersOf(properties) }, NAMES);
    }
    case 'group':
      return { kind: 'ignored', what: kind };
    case 'alias':
      return { kind: 'merge', from: { id: item.previousId }, into: { id: item.userId } };
    case undefined:
      return wrong('unknown_type', 'type', `"type" must be one of ${TYPES.join(', ')}.`);
    default:
      return kind satisfies never;
  }
}

/** Tracks that Customer.io does not take for events. */
const COMMANDS = new Map<string, 'delete' | 'suppress' | 'unsuppress' | 'ignored'>([
  ['User Deleted', 'delete'],
  ['User Suppressed', 'suppress'],
  ['User Unsuppressed', 'unsuppress'],
  ['Device Created or Updated', 'ignored'],
  ['Device Deleted', 'ignored'],
  ['Object Deleted', 'ignored'],
  ['Relationship Deleted', 'ignored'],
  ['Report Delivery Event', 'ignored'],
  ['Report Content Event', 'ignored'],
]);

const NAMES: MemberNames = { id: 'messageId', user_id: 'userId', data: 'properties' };
const IDENTIFY_NAMES: MemberNames = { ...NAMES, data: 'traits' };
const TRACK_NAMES: MemberNames = { ...NAMES, name: 'event' };

function messageOf(
  item: Item,
  type: 'event' | 'attributes',
  name: Json | undefined,
  data: Json | undefined,
  names: MemberNames,
): LiveCall {
  return { kind: 'message', type, ...commonOf(item), name, data, names };
}

function commonOf(item: Item): Pick<Extract<LiveCall, { kind: 'message' }>, 'customer' | 'id' | 'timestamp'> {
  const timestamp = item.timestamp ?? item.originalTimestamp ?? undefined;
  return { customer: { id: item.userId }, id: item.messageId ?? undefined, timestamp };
}

/** RudderStack's script sends traits nowhere else. */
function contextTraits({ context }: Item): Json | undefined {
  return itemOf(context)?.traits;
}
