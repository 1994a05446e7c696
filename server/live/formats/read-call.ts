import { JsonNumber, type Json, type JsonObject } from '../../domain/json.js';
import { LIMITS, utf8Length } from '../../domain/limits.js';
import { readMessage, type RejectReason } from '../../domain/message/message.js';
import { hintOf } from '../../domain/message/reject-hint.js';
import { readUserId } from '../../domain/customer/customer-id.js';
import { hasUnsupportedCharacter } from '../../domain/text.js';
import { writeAsItCame } from './body.js';
import type {
  CommandCall,
  CustomerRef,
  LiveCall,
  LiveFacts,
  LiveOutcome,
  LiveRejectReason,
  Member,
  MemberNames,
  MergeCall,
  MessageCall,
  WrongCall,
} from './live-call.js';

const encoder = new TextEncoder();
const TEXT_OF_DIGITS = /^\d+(?:\.\d+)?$/;
/** The message of a reject that is not explained. */
export const TERSE = 'The request has too many wrong messages to explain each. Mend the first ones and send it again.';
const NAMED_FIRST = /^"(type|id|user_id|timestamp|name|data)"/;

export function wrong(reason: LiveRejectReason, field: string | undefined, message: string): WrongCall {
  return { kind: 'rejected', reject: { reason, field, message } };
}

/** Checks a call. @param index of its item in the request */
export function readCall(call: LiveCall, index: number, facts: LiveFacts): LiveOutcome {
  switch (call.kind) {
    case 'message':
      return readMessageCall(call, index, facts);
    case 'delete':
    case 'suppress':
    case 'unsuppress':
      return readCommand(call, index, facts);
    case 'merge':
      return readMerge(call, facts);
    case 'ignored':
    case 'rejected':
      return call;
    default:
      return call satisfies never;
  }
}

/**
 * Completes an outcome that needs the customer with an email.
 * @param ids of all customers whose attribute `email` is that email, or the first two of them
 */
export function foundByEmail(
  { email, call }: Extract<LiveOutcome, { kind: 'needs' }>,
  ids: readonly string[],
  index: number,
  facts: LiveFacts,
): LiveOutcome {
  if (ids.length === 1) return readCall({ ...call, customer: { id: ids[0] } }, index, facts);
  const field = 'field' in call.customer ? call.customer.field : undefined;
  const quoted = JSON.stringify(email);
  return ids.length === 0
    ? wrong('unknown_customer', field, `There is no customer with the email ${quoted}. Send the id of the customer.`)
    : wrong('ambiguous_email', field, `Several customers have the email ${quoted}. Send the id of the customer.`);
}

function readMessageCall(call: MessageCall, index: number, facts: LiveFacts): LiveOutcome {
  const { customer, names } = call;
  if ('email' in customer) return { kind: 'needs', email: customer.email, call };
  const isIdMade = call.id === undefined;
  const isTimeOfArrival = call.timestamp === undefined;
  const timestamp = isTimeOfArrival ? facts.arrival : numberOf(call.timestamp);
  const line: JsonObject = {};
  const put = (member: Member, value: Json | undefined): void => {
    if (value !== undefined) line[member] = value;
  };
  put('type', call.type);
  put('id', isIdMade ? facts.makeId(index) : call.id);
  put('user_id', customer.id);
  put('timestamp', timestamp);
  put('name', call.name);
  put('data', call.data);
  const bytes = facts.bodyBytes > LIMITS.lineBytes ? utf8Length(writeAsItCame(line)) : 0;
  if (bytes > LIMITS.lineBytes) {
    const message = `The message has ${bytes} bytes as JSON. At most ${LIMITS.lineBytes} are taken.`;
    return wrong('line_too_long', undefined, message);
  }
  const isExact = timestamp instanceof JsonNumber;
  const outcome = readMessage(
    isExact ? { ...line, timestamp: Number(timestamp.text) } : line,
    facts.arrival,
    () => encoder.encode(writeAsItCame(line.data)),
    isExact ? () => timestamp.text : undefined,
    { isStampedHere: isIdMade || isTimeOfArrival, keepsEmptyText: facts.keepsEmptyText },
  );
  switch (outcome.kind) {
    case 'message': {
      const ifUnknown = call.isUpdate ? 'ignore' : facts.mayCreate ? 'create' : 'reject';
      return { kind: 'message', message: outcome.message, isIdMade, ifUnknown };
    }
    case 'anonymous':
      // Safe: a message is anonymous only after its id was found valid.
      return { kind: 'anonymous', id: idText(line.id), isIdMade };
    case 'rejected': {
      const found = wrong(outcome.reason, fieldOf(outcome.reason, names), explain(outcome.reason, line, facts, names));
      const userId = readUserId(customer.id);
      return userId === undefined || userId === '' ? found : { ...found, userId };
    }
    default:
      return outcome satisfies never;
  }
}

function readCommand(call: CommandCall, index: number, facts: LiveFacts): LiveOutcome {
  if (facts.isFromBrowser) return forbidden('A page in a browser may not delete or suppress customers.');
  if (!facts.mayDelete) return forbidden('The source may not delete or suppress customers.');
  const { customer, id, timestamp, names } = call;
  if ('email' in customer) return { kind: 'needs', email: customer.email, call };
  // A command has the id, the customer and the time of an event, under the same rules.
  const event = { customer, id, timestamp, names, type: 'event', name: call.kind, data: undefined };
  const outcome = readMessageCall({ kind: 'message', ...event }, index, facts);
  if (outcome.kind !== 'message') return outcome;
  const { message, isIdMade } = outcome;
  // A message that arrives later within the same ms is not stale.
  const at = timestamp === undefined ? message.timestamp - 1 : message.timestamp;
  return { kind: call.kind, userId: message.userId, id: message.id, isIdMade, at };
}

function readMerge(call: MergeCall, facts: LiveFacts): LiveOutcome {
  if (facts.isFromBrowser) return forbidden('A page in a browser may not merge customers.');
  const from = mergedId(call.from);
  const into = mergedId(call.into);
  if (from === undefined || into === undefined) {
    return wrong('invalid_user_id', undefined, 'One of the two ids cannot be the id of a customer.');
  }
  return from === '' || into === '' || from === into ? { kind: 'ignored', what: 'merge' } : call;
}

/** Returns the id, or the email behind a mark that no id has; '' if there is none; undefined if it is no id. */
function mergedId(customer: CustomerRef): string | undefined {
  if ('email' in customer) return `\0${customer.email}`;
  const id = readUserId(customer.id);
  return id === undefined || hasUnsupportedCharacter(id) ? undefined : id;
}

function forbidden(what: string): WrongCall {
  return wrong('forbidden', undefined, `${what} Send the call from a server, with the key of a source that may.`);
}

/** A text of digits stands for the number. */
function numberOf(timestamp: Json | undefined): Json | undefined {
  if (typeof timestamp !== 'string' || !TEXT_OF_DIGITS.test(timestamp)) return timestamp;
  const number = Number(timestamp);
  return String(number) === timestamp ? number : new JsonNumber(timestamp);
}

function idText(id: Json): string {
  return typeof id === 'string' ? id : writeAsItCame(id);
}

function explain(reason: RejectReason, line: JsonObject, { arrival, isTerse }: LiveFacts, names: MemberNames): string {
  if (isTerse) return TERSE;
  const bytes = encoder.encode(writeAsItCame(line));
  const hint = hintOf(reason, bytes, bytes.length, arrival) ?? 'It breaks a rule of the contract for messages.';
  return hint.replace(NAMED_FIRST, (_, member: Member) => JSON.stringify(names[member] ?? member));
}

function fieldOf(reason: RejectReason, names: MemberNames): string | undefined {
  const member = memberOf(reason);
  return member && (names[member] ?? member);
}

function memberOf(reason: RejectReason): Member | undefined {
  switch (reason) {
    case 'unknown_type':
      return 'type';
    case 'invalid_id':
      return 'id';
    case 'invalid_user_id':
      return 'user_id';
    case 'invalid_timestamp':
      return 'timestamp';
    case 'invalid_event_name':
      return 'name';
    case 'invalid_data':
    case 'too_many_attributes':
    case 'invalid_attribute_name':
    case 'invalid_attribute_value':
      return 'data';
    case 'line_too_long':
    case 'invalid_utf8':
    case 'invalid_json':
    case 'not_an_object':
    case 'unsupported_character':
      return undefined;
    default:
      return reason satisfies never;
  }
}
