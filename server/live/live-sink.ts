import type { Origin } from '../domain/access/audit.js';
import { isRejected, rejectOf, type LiveMessage, type LiveMessageOutcome } from '../domain/customer/accept-messages.js';
import { identityOf, type MessageIdentifier } from '../domain/message/message-identity.js';
import type { LiveNote } from '../domain/sources/live-calls.js';
import type { LiveCallOrigin, Source } from '../domain/sources/source.js';
import type {
  CommandKind,
  Fate,
  LiveFacts,
  LiveOutcome,
  LiveReject,
  LiveResult,
  ReadItems,
} from './formats/live-call.js';
import { foundByEmail } from './formats/read-call.js';
import type { GroupCommit } from './group-commit.js';
import { packLiveMessage } from './live-entry.js';

type Settled = Exclude<LiveOutcome, { kind: 'needs' }>;
type MessageItem = Extract<LiveOutcome, { kind: 'message' }>;
/** A command to a customer. */
export type CommandItem = Extract<LiveOutcome, { kind: CommandKind }>;

/** The sender of a request. */
export interface LiveSender {
  readonly source: Pick<Source, 'id' | 'name'>;
  readonly origin: Origin;
}

/** The part of the server that a sink needs. */
export interface LiveStore {
  /** The ids of at most two customers whose attribute `email` is this text. */
  findByEmail(email: string): Promise<readonly string[]>;
  /** Deletes, suppresses or unsuppresses a customer, and notes it in the audit. Nothing is done to a customer that does not exist. */
  command(command: CommandItem, sender: LiveSender): Promise<void>;
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
   * Applies the items of a request in their order, and counts them. All of its messages are committed in one transaction, or up to each of its
   * commands in one.
   * @param facts with which they were read
   * @returns a result for each, once all is committed
   * @throws DomainError of the repository. Items before a command may then be committed: a repeat finds them as duplicates.
   */
  async take(
    { outcomes, textOf }: Pick<ReadItems, 'outcomes' | 'textOf'>,
    facts: LiveFacts,
    sender: LiveSender,
  ): Promise<readonly LiveResult[]> {
    const results: LiveResult[] = [];
    const originOf = (index: number): LiveCallOrigin => ({
      source: sender.source.id,
      arrival: facts.arrival,
      text: () => textOf(index),
    });
    let run: { readonly index: number; readonly item: MessageItem }[] = [];
    let notes: LiveNote[] = [];
    const flush = async (): Promise<void> => {
      const messages = run.map(({ item, index }) => this.identified(item, originOf(index), facts.keepsEmptyText));
      const accepted = await this.group.accept(messages, notes);
      run.forEach(({ index, item: { message, isIdMade } }, at) => {
        results[index] = { id: message.id, isIdMade, fate: fateOf(accepted[at]) };
      });
      run = [];
      notes = [];
    };
    for (const [index, item] of (await this.settled(outcomes, facts)).entries()) {
      if (item.kind === 'message') run.push({ index, item });
      else if ('at' in item) {
        await flush();
        await this.store.command(item, sender);
        results[index] = { id: item.id, isIdMade: item.isIdMade, fate: 'accepted' };
        notes.push({ ...originOf(index), outcome: 'accepted' });
      } else {
        results[index] = resultOf(item);
        notes.push({ ...originOf(index), ...noteOf(item) });
      }
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

  private identified(
    { message, ifUnknown }: MessageItem,
    origin: LiveCallOrigin,
    keepsEmptyText: boolean,
  ): LiveMessage {
    this.identifier.identify(message);
    const identity = identityOf(this.identifier.lanes);
    const entry = (): Uint8Array => packLiveMessage(message, origin.source, keepsEmptyText);
    return { ...origin, userId: message.userId, identity, effect: message, ifUnknown, entry };
  }
}

function fateOf(outcome: LiveMessageOutcome): Fate {
  return isRejected(outcome) ? rejectOf(outcome) : outcome;
}

type NoteItem = Exclude<Settled, MessageItem | CommandItem>;

function noteOf(
  item: NoteItem,
):
  | { readonly outcome: 'anonymous' | 'ignored' }
  | { readonly outcome: 'rejected'; readonly reject: LiveReject; readonly userId: string | undefined } {
  switch (item.kind) {
    case 'anonymous':
      return { outcome: 'anonymous' };
    case 'rejected':
      return { outcome: 'rejected', reject: item.reject, userId: item.userId };
    case 'merge':
    case 'ignored':
      return { outcome: 'ignored' };
    default:
      return item satisfies never;
  }
}

function resultOf(item: NoteItem): LiveResult {
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
