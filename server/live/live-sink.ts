import type { LiveMessage, LiveMessageOutcome } from '../domain/customer/accept-messages.js';
import { identityOf, type MessageIdentifier } from '../domain/message/message-identity.js';
import type { CommandKind, Fate, IfUnknown, LiveFacts, LiveOutcome, LiveResult } from './formats/live-call.js';
import { foundByEmail } from './formats/read-call.js';
import type { GroupCommit } from './group-commit.js';

type Settled = Exclude<LiveOutcome, { kind: 'needs' }>;
type MessageItem = Extract<LiveOutcome, { kind: 'message' }>;
type CommandItem = Extract<LiveOutcome, { kind: CommandKind }>;

/** The part of the server that a sink needs. */
export interface LiveStore {
  /** The ids of at most two customers whose attribute `email` is this text. */
  findByEmail(email: string): Promise<readonly string[]>;
  /** Deletes, suppresses or unsuppresses a customer. */
  command(command: CommandItem): Promise<Fate>;
}

/** Applies the items that the formats have read, and gives the result of each. */
export class LiveSink {
  /** @param identifier with the key of the database */
  constructor(
    private readonly group: GroupCommit,
    private readonly identifier: MessageIdentifier,
    private readonly store: LiveStore,
  ) {}

  /**
   * Applies the items of a request in their order. All of its messages are committed in one transaction, or up to each of its commands in one.
   * @param facts with which they were read
   * @returns a result for each, once all is committed
   * @throws DomainError of the repository. Items before a command may then be committed: a repeat finds them as duplicates.
   */
  async take(outcomes: readonly LiveOutcome[], facts: LiveFacts): Promise<readonly LiveResult[]> {
    const results: LiveResult[] = [];
    let run: { readonly index: number; readonly item: MessageItem }[] = [];
    const flush = async (): Promise<void> => {
      const accepted = await this.group.accept(run.map(({ item }) => this.identified(item)));
      run.forEach(({ index, item: { message, isIdMade, ifUnknown } }, at) => {
        results[index] = { id: message.id, isIdMade, fate: fateOf(accepted[at], ifUnknown) };
      });
      run = [];
    };
    for (const [index, item] of (await this.settled(outcomes, facts)).entries()) {
      if (item.kind === 'message') run.push({ index, item });
      else if ('at' in item) {
        await flush();
        results[index] = { id: item.id, isIdMade: item.isIdMade, fate: await this.store.command(item) };
      } else results[index] = resultOf(item);
    }
    await flush();
    return results;
  }

  /** Finds the customers that are named by an email, each email once. */
  private async settled(outcomes: readonly LiveOutcome[], facts: LiveFacts): Promise<readonly Settled[]> {
    const ids = new Map<string, readonly string[]>();
    for (const item of outcomes) {
      if (item.kind === 'needs' && !ids.has(item.email)) ids.set(item.email, await this.store.findByEmail(item.email));
    }
    return outcomes.map((item, index) => {
      if (item.kind !== 'needs') return item;
      const found = foundByEmail(item, ids.get(item.email) ?? [], index, facts);
      if (found.kind === 'needs') throw new Error('A customer was found by its email, and is still needed.');
      return found;
    });
  }

  private identified({ message, ifUnknown }: MessageItem): LiveMessage {
    this.identifier.identify(message);
    const identity = identityOf(this.identifier.lanes);
    return { userId: message.userId, identity, effect: message, mayCreate: ifUnknown === 'create' };
  }
}

function fateOf(outcome: LiveMessageOutcome, ifUnknown: IfUnknown): Fate {
  if (outcome !== 'unknown_customer') return outcome;
  if (ifUnknown === 'ignore') return 'ignored';
  const message = 'There is no such customer, and the source may not create one.';
  return { reason: 'unknown_customer', field: undefined, message };
}

function resultOf(item: Exclude<Settled, MessageItem | CommandItem>): LiveResult {
  switch (item.kind) {
    case 'anonymous':
      return { id: item.id, isIdMade: item.isIdMade, fate: 'anonymous' };
    case 'rejected':
      return { id: undefined, isIdMade: false, fate: item.reject };
    // Merges have no effect yet.
    case 'merge':
    case 'ignored':
      return { id: undefined, isIdMade: false, fate: 'ignored' };
    default:
      return item satisfies never;
  }
}
