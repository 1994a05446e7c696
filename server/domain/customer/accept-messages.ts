import { ignoredUntil, type CustomerChange, type KnownCustomer } from './customer-change.js';
import { compareIds } from './customer-id.js';
import { toState, type CustomerState, type KeptTexts, type StoredCustomer } from './customer.js';
import { changeByMessages } from './decide-messages.js';
import { foldMessage, type MessageEffect } from './fold.js';
import { packIdentities, type CustomerMessages } from './packed-identities.js';
import { blockOf } from '../log/packed-entries.js';
import type { Identity } from '../message/message-identity.js';
import type { CallReject, LiveCallOrigin } from '../sources/source.js';

/** The handling of a message of a customer that does not exist: the customer is created, or the message is rejected or ignored. */
export type IfUnknown = 'create' | 'reject' | 'ignore';

/** A message that arrived by itself, and not as a line of a file. */
export interface LiveMessage extends LiveCallOrigin {
  readonly userId: string;
  readonly identity: Identity;
  readonly effect: MessageEffect;
  readonly ifUnknown: IfUnknown;
  /** Packs the message for the log. It is called only if the message is applied and a log is kept. */
  readonly entry: () => Uint8Array;
}

/**
 * The outcome of a live message: applied, applied before, not later than a deletion, of a customer that does not exist and may not be
 * created (`ignored` if the message only updates), or of a suppressed customer.
 */
export type LiveMessageOutcome = 'accepted' | 'duplicate' | 'stale' | 'ignored' | 'unknown_customer' | 'suppressed';

/** The outcomes of a message that is rejected when it is applied. */
export type RejectedOutcome = Extract<LiveMessageOutcome, 'unknown_customer' | 'suppressed'>;

const REJECTS: Readonly<Record<RejectedOutcome, string>> = {
  unknown_customer: 'There is no such customer, and the source may not create one.',
  suppressed: 'The customer is suppressed: its messages are rejected until it is unsuppressed.',
};

export function isRejected(outcome: LiveMessageOutcome): outcome is RejectedOutcome {
  return outcome in REJECTS;
}

export function rejectOf(reason: RejectedOutcome): CallReject & { readonly reason: RejectedOutcome } {
  return { reason, field: undefined, message: REJECTS[reason] };
}

/** The messages of one customer, in the order of their arrival. */
export interface MessagesOfCustomer {
  readonly id: string;
  /** The distinct identities, packed, in ascending order. */
  readonly identities: Uint8Array;
  readonly messages: readonly LiveMessage[];
  /** The place of each message among all that arrived with it. */
  readonly places: readonly number[];
}

/** Sorts messages by their customers. @returns the customers in the order of lists, in which every writer locks them */
export function byCustomer(messages: readonly LiveMessage[]): MessagesOfCustomer[] {
  const customers = new Map<string, { messages: LiveMessage[]; places: number[] }>();
  messages.forEach((message, place) => {
    const known = customers.get(message.userId);
    if (known) {
      known.messages.push(message);
      known.places.push(place);
    } else customers.set(message.userId, { messages: [message], places: [place] });
  });
  return [...customers]
    .sort(([a], [b]) => compareIds(a, b))
    .map(([id, own]) => {
      const identities = [...new Set(own.messages.map(({ identity }) => identity))].sort();
      return { id, identities: packIdentities(identities), ...own };
    });
}

/**
 * Decides what messages do to their customer.
 * @param applied opened with the identities of the messages
 * @param outcomes gets the outcome of each message at its place
 * @param keepsLog whether the change has the messages for the log
 * @returns undefined when no message was applied
 */
export function acceptMessages(
  known: KnownCustomer,
  { messages, places }: MessagesOfCustomer,
  applied: CustomerMessages,
  outcomes: LiveMessageOutcome[],
  keepsLog = false,
): CustomerChange | undefined {
  if (known.suppressedAt !== undefined) {
    for (const place of places) outcomes[place] = 'suppressed';
    return undefined;
  }
  const kept = keptBy(messages, known.stored);
  const state = toState(known.id, known.stored, ignoredUntil(known), kept);
  const attributesBefore = new Map(state.attributes);
  const entries: Uint8Array[] = [];
  let isChanged = false;
  for (const [at, message] of messages.entries()) {
    const outcome = acceptMessage(state, message, applied);
    outcomes[places[at]] = outcome;
    if (outcome !== 'accepted') continue;
    isChanged = true;
    if (keepsLog) entries.push(message.entry());
  }
  return isChanged ? changeByMessages(known, attributesBefore, state, applied, blockOf(entries), kept) : undefined;
}

/** The texts of a customer that messages certainly leave as they are. */
function keptBy(messages: readonly LiveMessage[], stored: StoredCustomer | undefined): KeptTexts {
  if (!stored) return {};
  const { attributes, attributeTimes, events } = stored;
  const hasEvents = messages.some(({ effect }) => effect.type === 'event');
  const hasAttributes = messages.some(({ effect }) => effect.type === 'attributes');
  return {
    ...(!hasAttributes && { attributes: { attributes, attributeTimes } }),
    ...(!hasEvents && { events: { events } }),
  };
}

function acceptMessage(
  state: CustomerState,
  { effect, identity, ifUnknown }: LiveMessage,
  applied: CustomerMessages,
): LiveMessageOutcome {
  if (!state.exists && ifUnknown !== 'create') return ifUnknown === 'ignore' ? 'ignored' : 'unknown_customer';
  const outcome = foldMessage(state, effect, identity, applied);
  switch (outcome) {
    case 'events':
    case 'attributes':
      return 'accepted';
    case 'duplicates':
      return 'duplicate';
    case 'stale':
      return 'stale';
    default:
      return outcome satisfies never;
  }
}
