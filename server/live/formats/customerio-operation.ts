import type { Json } from '../../domain/json.js';
import { itemOf, membersOf } from './body.js';
import { attributesCall, eventCall, marksOf } from './customerio-calls.js';
import type { CustomerRef, Item, LiveCall, LiveFacts, LiveOutcome, MemberNames, WrongCall } from './live-call.js';
import { readCall, wrong } from './read-call.js';

/** Types of entities that are no customers. */
const IGNORED_TYPES = ['object', 'delivery'];
const ACTIONS = [
  'identify',
  'event',
  'page',
  'screen',
  'delete',
  'suppress',
  'unsuppress',
  'merge',
  'add_device',
  'delete_device',
  'add_relationships',
  'delete_relationships',
] as const;
const NAMES: MemberNames = { user_id: 'identifiers.id', data: 'attributes' };

/** Reads an operation of the version 2 of the API: the body of an entity call, or an item of a batch. */
export function readOperation(value: Json, index: number, facts: LiveFacts): LiveOutcome {
  const operation = itemOf(value);
  if (!operation) return wrong('not_an_object', undefined, 'An operation must be a JSON object.');
  return readCall(callOf(operation), index, facts);
}

function callOf(operation: Item): LiveCall {
  const { type, timestamp, id, name } = operation;
  if (typeof type === 'string' && IGNORED_TYPES.includes(type)) return { kind: 'ignored', what: type };
  if (type !== 'person') return wrong('unknown_type', 'type', '"type" must be person, object or delivery.');
  const action = ACTIONS.find((one) => one === operation.action);
  switch (action) {
    case undefined:
      return wrong('unknown_type', 'action', `"action" must be one of ${ACTIONS.join(', ')}.`);
    case 'add_device':
    case 'delete_device':
    case 'add_relationships':
    case 'delete_relationships':
      return { kind: 'ignored', what: action };
    case 'merge':
      return mergeCall(operation);
    default:
      break;
  }
  const { identifiers } = operation;
  const isEvent = action === 'event' || action === 'page' || action === 'screen';
  const isAnonymous = isEvent && Object.keys(membersOf(identifiers)).join() === 'anonymous_id';
  const customer = isAnonymous ? { id: undefined } : refOf(identifiers, 'identifiers');
  if ('reject' in customer) return customer;
  const marks = marksOf(id, timestamp);
  if (isEvent) return eventCall(action, customer, name, operation.attributes, marks, NAMES);
  if (action === 'identify') return attributesCall(customer, operation.attributes ?? {}, marks, NAMES);
  return { kind: action, customer, ...marks, names: NAMES };
}

/** Reads the call that says that `secondary` is `primary`. */
export function mergeCall({ primary, secondary }: Item): LiveCall {
  const into = refOf(primary, 'primary');
  const from = refOf(secondary, 'secondary');
  if ('reject' in into) return into;
  return 'reject' in from ? from : { kind: 'merge', from, into };
}

/**
 * Reads the identifiers of a customer: an id, or else an email.
 * @param field what the call calls them
 */
export function refOf(identifiers: Json | undefined, field: string): CustomerRef | WrongCall {
  const { id, email, cio_id: cioId, phone } = itemOf(identifiers) ?? NO_IDENTIFIERS;
  if (isGiven(id)) return typeof id === 'string' && isCioId(id) ? unknownToRoster(`${field}.id`) : { id };
  if (isGiven(email)) {
    const emailField = `${field}.email`;
    return typeof email === 'string'
      ? { email, field: emailField }
      : wrong('invalid_user_id', emailField, `"${emailField}" must be a text.`);
  }
  if (isGiven(cioId)) return unknownToRoster(`${field}.cio_id`);
  if (isGiven(phone)) return unknownToRoster(`${field}.phone`);
  return wrong('invalid_user_id', field, `"${field}" must have the id of the customer.`);
}

const NO_IDENTIFIERS: Item = {};

/** True for an id that Customer.io has given, in the form that its paths take. */
export function isCioId(id: string): boolean {
  return id.startsWith('cio_');
}

/** Rejects an identifier by which Roster finds no customer. */
export function unknownToRoster(field: string): WrongCall {
  return wrong('unsupported_identifier', field, `Roster finds no customer by "${field}". Send the id of the customer.`);
}

function isGiven(value: Json | undefined): boolean {
  return value !== undefined && value !== null && value !== '';
}
