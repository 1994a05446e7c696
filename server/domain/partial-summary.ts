import type { CustomerState } from './customer.js';
import { foldMessage, type AppliedMessages, type Verdict } from './fold.js';
import type { Identity, MessageIdentifier } from './message-identity.js';
import type { Message } from './message.js';

interface IdentifiedMessage {
  readonly identity: Identity;
  readonly message: Message;
}

/** The messages of one customer in one part of a source, in the order of its lines. */
export type PartialCustomer = readonly IdentifiedMessage[];

/** How many messages came to what. */
export type VerdictCounts = Record<Verdict, number>;

/**
 * What one part of a source says, customer by customer. Parts that are merged in the order of the source give what one pass
 * over the whole source gives: whether a message counts is decided by the customer that it is merged into.
 */
export class PartialSummary {
  private readonly byCustomer = new Map<string, IdentifiedMessage[]>();

  constructor(private readonly identifier: MessageIdentifier) {}

  add(message: Message): void {
    const identified = { identity: this.identifier.identify(message), message };
    const messages = this.byCustomer.get(message.userId);
    if (messages) messages.push(identified);
    else this.byCustomer.set(message.userId, [identified]);
  }

  get customers(): ReadonlyMap<string, PartialCustomer> {
    return this.byCustomer;
  }
}

/** Merges one customer of a partial summary into its state; changes `state` and `applied`. */
export function mergeCustomer(
  state: CustomerState,
  partial: PartialCustomer,
  applied: AppliedMessages,
  counts: VerdictCounts,
): boolean {
  let changed = false;
  for (const { identity, message } of partial) {
    const verdict = foldMessage(state, message, identity, applied);
    counts[verdict]++;
    if (verdict === 'event' || verdict === 'attributes') changed = true;
  }
  return changed;
}
