import type { Json } from '../domain/json.js';
import { itemOf, parseBody, pathSegments } from './formats/body.js';
import { customerioAnswer, customerioRoute, readCustomerio, type CustomerioRoute } from './formats/customerio.js';
import type { LiveAnswer, LiveFacts, LiveResult, Malformed, Reading } from './formats/live-call.js';
import { messagesAnswer, readMessages } from './formats/messages.js';
import { readSegment, segmentAnswer, segmentKey, segmentRoute, type SegmentRoute } from './formats/segment.js';

/** The host of a target in absolute form. */
const HOST = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i;

/** A request for calls to a live path, by its format. */
export type CallPath =
  | { readonly kind: 'messages' }
  | { readonly kind: 'segment'; readonly route: Exclude<SegmentRoute, { kind: 'settings' }> }
  | {
      readonly kind: 'customerio';
      readonly route: Exclude<CustomerioRoute, { kind: 'region' }>;
      readonly name: string;
    };

/** A request to a live path. */
export type LivePath =
  CallPath | { readonly kind: 'settings'; readonly writeKey: string } | { readonly kind: 'region' };

/** @param path percent-encoded, without a query. @returns undefined if no client calls it */
export function livePath(method: string, path: string): LivePath | undefined {
  const segment = segmentRoute(method, path);
  if (segment) return segment.kind === 'settings' ? segment : { kind: 'segment', route: segment };
  const route = customerioRoute(method, path);
  if (!route || route.kind === 'region') return route;
  return { kind: 'customerio', route, name: `${method} ${patternOf(path)}` };
}

/** The content of a body. */
export interface LiveBody {
  /** The key that it holds. */
  readonly key?: string | undefined;
  readonly read: (facts: LiveFacts) => Reading;
  /** Names the call of an item, as its client does. */
  readonly nameOf: (index: number) => string;
}

/** The path of a request, without the host that it may have and without its query. @param url as it came */
export function pathOf(url: string): string {
  const path = url.startsWith('/') ? url : url.replace(HOST, '');
  const end = path.search(/[?#]/);
  return end < 0 ? path : path.slice(0, end);
}

/** Names the calls of a path, as far as it tells. */
export function nameOf(path: CallPath): string {
  switch (path.kind) {
    case 'messages':
      return 'POST /messages';
    case 'segment':
      return path.route.kind === 'single' ? path.route.type : 'batch';
    case 'customerio':
      return path.name;
    default:
      return path satisfies never;
  }
}

/** @param bytes inflated */
export function openBody(path: CallPath, bytes: Uint8Array): LiveBody | Malformed {
  if (path.kind === 'messages') {
    return { read: (facts) => readMessages(bytes, facts), nameOf: () => nameOf(path) };
  }
  const body = parseBody(bytes);
  if (body.kind === 'malformed') return body;
  const { value } = body;
  if (path.kind === 'segment') {
    const { route } = path;
    return {
      key: segmentKey(value),
      read: (facts) => readSegment(route, value, facts),
      nameOf: (index) => (route.kind === 'single' ? route.type : wordOf(itemIn(value, index)?.type, nameOf(path))),
    };
  }
  const { route, name } = path;
  const isBatch = route.kind === 'batch' || route.kind === 'entity';
  return {
    read: (facts) => readCustomerio(route, value, facts),
    nameOf: (index) => (isBatch ? wordOf(itemIn(value, index)?.action, name) : name),
  };
}

/** @param results of all items of the body, in their order */
export function answerTo(path: CallPath, results: readonly LiveResult[], isList: boolean): LiveAnswer {
  switch (path.kind) {
    case 'messages':
      return messagesAnswer(results, isList);
    case 'segment':
      return segmentAnswer();
    case 'customerio':
      return customerioAnswer(results);
    default:
      return path satisfies never;
  }
}

/** The longest word of a client that names a call, in characters. */
const WORD = 40;

function wordOf(value: Json | undefined, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value.slice(0, WORD) : otherwise;
}

/** An item of a batch, or the body that is one. */
function itemIn(body: Json | undefined, index: number): ReturnType<typeof itemOf> {
  const batch = itemOf(body)?.batch;
  return Array.isArray(batch) ? itemOf(batch[index]) : itemOf(body);
}

/** The place of the segment behind `/api/v1/`. */
const SUBJECT = 2;

/** A path of Customer.io without the ids in it. */
function patternOf(path: string): string {
  const segments = pathSegments(path);
  const hasId = segments[SUBJECT] === 'customers' || segments[SUBJECT] === 'forms';
  const named = segments.map((segment, at) => {
    if (hasId && at === SUBJECT + 1) return ':id';
    return at === SUBJECT + 3 ? ':token' : segment;
  });
  return `/${named.join('/')}`;
}
