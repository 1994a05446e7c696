import type { CustomerChange, KnownCustomer } from './customer-change.js';
import { compareIds } from './customer-id.js';
import { toState } from './customer.js';
import { changeByMessages } from './decide-messages.js';
import { foldMessage, type MessageEffect, type Outcome } from './fold.js';
import { packIdentities, type CustomerMessages } from './packed-identities.js';
import type { Identity } from '../message/message-identity.js';

/** A message that arrived by itself, and not as a line of a source. */
export interface LiveMessage {
  readonly userId: string;
  readonly identity: Identity;
  readonly effect: MessageEffect;
  /** False if the message has no effect where its customer does not exist. */
  readonly mayCreate: boolean;
}

/** The outcome of a live message: applied, applied before, not later than a deletion, or of a customer that does not exist. */
export type LiveMessageOutcome = 'accepted' | 'duplicate' | 'stale' | 'unknown_customer';

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
 * @returns undefined when no message was applied
 */
export function acceptMessages(
  known: KnownCustomer,
  { messages, places }: MessagesOfCustomer,
  applied: CustomerMessages,
  outcomes: LiveMessageOutcome[],
): CustomerChange | undefined {
  const state = toState(known.id, known.stored, known.deletedAt);
  const attributesBefore = new Map(state.attributes);
  let isChanged = false;
  for (const [at, { effect, identity, mayCreate }] of messages.entries()) {
    const outcome = state.exists || mayCreate ? foldMessage(state, effect, identity, applied) : 'unknown_customer';
    outcomes[places[at]] = acceptedAs(outcome);
    isChanged ||= outcomes[places[at]] === 'accepted';
  }
  return isChanged ? changeByMessages(known, attributesBefore, state, applied) : undefined;
}

function acceptedAs(outcome: Outcome | 'unknown_customer'): LiveMessageOutcome {
  switch (outcome) {
    case 'events':
    case 'attributes':
      return 'accepted';
    case 'duplicates':
      return 'duplicate';
    case 'stale':
    case 'unknown_customer':
      return outcome;
    default:
      return outcome satisfies never;
  }
}
