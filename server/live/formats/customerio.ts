import type { Json } from '../../domain/json.js';
import { decoded, itemOf, malformed, pathSegments, readList, readOnly, writeAsItCame } from './body.js';
import { attributesCall, eventCall, eventKind, marksOf, NO_MARKS } from './customerio-calls.js';
import { isCioId, mergeCall, readOperation, refOf, unknownToRoster } from './customerio-operation.js';
import { itemErrors, vendorError } from './error-answer.js';
import type {
  CommandKind,
  CustomerRef,
  Item,
  LiveAnswer,
  LiveCall,
  LiveFacts,
  LiveResult,
  MemberNames,
  Malformed,
  Reading,
} from './live-call.js';
import { readCall, wrong } from './read-call.js';

/* The format of Customer.io's track API, versions 1 and 2. */

type CustomerAction = 'identify' | 'event' | CommandKind;

/** A call about the customer whose id is in the path. */
interface CustomerRoute {
  readonly kind: 'customer';
  readonly action: CustomerAction;
  /** Decoded. */
  readonly id: string;
}

/** A request by its method and path. */
export type CustomerioRoute =
  | CustomerRoute
  | { readonly kind: 'anonymous event' }
  | { readonly kind: 'merge' }
  | { readonly kind: 'form' }
  | { readonly kind: 'region' }
  | { readonly kind: 'entity' }
  | { readonly kind: 'batch' }
  /** Devices, and what became of a delivery. */
  | { readonly kind: 'ignored'; readonly what: string };

/** The paths that hold no id of a customer, each with its method. */
const FIXED = new Map<string, CustomerioRoute>([
  ['POST v1 events', { kind: 'anonymous event' }],
  ['POST v1 merge_customers', { kind: 'merge' }],
  ['POST v1 push events', { kind: 'ignored', what: 'push/events' }],
  ['POST v1 metrics', { kind: 'ignored', what: 'metrics' }],
  ['GET v1 accounts region', { kind: 'region' }],
  ['POST v2 entity', { kind: 'entity' }],
  ['POST v2 batch', { kind: 'batch' }],
]);

/** The actions on a customer, by the method and the rest of the path after its id. */
const BELOW_CUSTOMER = new Map<string, CustomerAction | 'devices'>([
  ['PUT ', 'identify'],
  ['DELETE ', 'delete'],
  ['POST suppress', 'suppress'],
  ['POST unsuppress', 'unsuppress'],
  ['POST events', 'event'],
  ['PUT devices', 'devices'],
  ['DELETE devices/:token', 'devices'],
]);

const NAMES: MemberNames = { user_id: 'customer_id' };
const IDENTIFY_NAMES: MemberNames = { ...NAMES, data: 'body' };
const FORM_NAMES: MemberNames = { user_id: 'data.id' };

/** @param path below the root, percent-encoded, without a query. @returns undefined if no client calls it */
export function customerioRoute(method: string, path: string): CustomerioRoute | undefined {
  const [api, version, ...names] = pathSegments(path);
  if (api !== 'api') return undefined;
  const fixed = FIXED.get([method, version, ...names].join(' '));
  if (fixed) return fixed;
  const [subject, encodedId = '', ...rest] = names;
  const id = decoded(encodedId);
  if (version !== 'v1' || !id) return undefined;
  if (subject === 'forms') return method === 'POST' && rest.join('/') === 'submit' ? { kind: 'form' } : undefined;
  if (subject !== 'customers' || rest.length > 2) return undefined;
  const below = rest.length === 2 ? `${rest[0]}/:token` : rest.join('/');
  const action = BELOW_CUSTOMER.get(`${method} ${below}`);
  if (action === undefined) return undefined;
  return action === 'devices' ? { kind: 'ignored', what: action } : { kind: 'customer', action, id };
}

/** @param body undefined for a request without one */
export function readCustomerio(
  route: Exclude<CustomerioRoute, { kind: 'region' }>,
  body: Json | undefined,
  facts: LiveFacts,
): Reading {
  if (route.kind === 'batch') {
    const batch = itemOf(body)?.batch;
    if (!Array.isArray(batch)) return malformed('invalid_request', 'The body must have a list called "batch".');
    return readList(batch, facts, readOperation, writeAsItCame);
  }
  if (route.kind === 'entity') {
    if (body === undefined || !itemOf(body)) return NO_OBJECT;
    return readOnly(body, readOperation(body, 0, facts));
  }
  const call = callOf(route, body);
  return call.kind === 'malformed' ? call : readOnly(body, readCall(call, 0, facts));
}

/**
 * The answer to a request. A message of a customer that is suppressed is accepted.
 * @param results of all items of the body, in their order
 */
export function customerioAnswer(results: readonly LiveResult[]): LiveAnswer {
  const errors = itemErrors(results);
  if (errors.length === 0) return { status: 200, body: {} };
  const [{ reason, message }] = errors;
  if (errors.length < results.length) return { status: 207, body: { errors } };
  return vendorError(400, String(reason), String(message), errors);
}

/**
 * The answer to a client that asks where its account is. Roster is in one place, whose name is as good as any other.
 * @param url of this server, without a path
 */
export function customerioRegion(url: string): LiveAnswer {
  return { status: 200, body: { url, region: 'us', environment_id: 1 } };
}

function callOf(
  route: Exclude<CustomerioRoute, { kind: 'region' | 'batch' | 'entity' }>,
  body: Json | undefined,
): LiveCall | Malformed {
  const item = itemOf(body);
  switch (route.kind) {
    case 'ignored':
      return route;
    case 'customer':
      return isCioId(route.id) ? unknownToRoster('customer_id') : customerCall(route, body);
    case 'anonymous event':
      return item ? eventOf({ id: undefined }, item) : NO_OBJECT;
    case 'merge':
      return item ? mergeCall(item) : NO_OBJECT;
    case 'form': {
      if (!item) return NO_OBJECT;
      const customer = refOf(item.data, 'data');
      return 'reject' in customer ? customer : attributesCall(customer, item.data, NO_MARKS, FORM_NAMES);
    }
    default:
      return route satisfies never;
  }
}

function customerCall({ id, action }: CustomerRoute, body: Json | undefined): LiveCall | Malformed {
  const customer = { id };
  switch (action) {
    case 'identify':
      return attributesCall(customer, body, NO_MARKS, IDENTIFY_NAMES);
    case 'event': {
      const item = itemOf(body);
      return item ? eventOf(customer, item) : NO_OBJECT;
    }
    default:
      return { kind: action, customer, ...NO_MARKS, names: NAMES };
  }
}

const NO_OBJECT = malformed('invalid_request', 'The body must be a JSON object.');

function eventOf(customer: CustomerRef, { type, name, data, id, timestamp }: Item): LiveCall {
  const kind = eventKind(type);
  if (!kind) return wrong('unknown_type', 'type', '"type" must be event, page or screen.');
  return eventCall(kind, customer, name, data, marksOf(id, timestamp), NAMES);
}
