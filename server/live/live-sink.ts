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
import { Turns } from '../http/turns.js';
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
  /** When the request is refused if none of its messages is being written yet, in ms of `performance.now()`. */
  readonly until?: number;
}

/** The part of the server that a sink needs. */
export interface LiveStore {
  /** The ids of at most two customers whose attribute `email` is this text. */
  findByEmail(email: string): Promise<readonly string[]>;
  /** Deletes, suppresses or unsuppresses a customer, and notes it in the audit. Nothing is done to a customer that does not exist. */
  command(command: CommandItem, sender: LiveSender): Promise<void>;
}

/** Messages that are identified at once: they take some ms. */
const IDENTIFIED_AT_ONCE = 500;

/** Applies the items that the formats have read, and gives the result of each. */
export class LiveSink {
  private readonly turns = new Turns();

  /** @param identifier with the key of the database */
  constructor(
    private readonly group: GroupCommit,
    private readonly identifier: MessageIdentifier,
    private readonly store: LiveStore,
  ) {}

  /**
   * Applies the items of a request in their order, and counts them. All of its messages are committed in one transaction, or up to each of its
   * commands in one, and up to a call that names its customer by an email where an earlier one has set an email.
   * @param facts with which they were read
   * @returns a result for each, once all is committed
   * @throws DomainError `busy`, and of the repository. Items before that may then be committed: a repeat finds them as duplicates.
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
    let { until } = sender;
    /** The customers that were found by emails. */
    const found = new Map<string, readonly string[]>();
    /** True if a message of the run may change who has an email. */
    let changesEmails = false;
    const flush = async (): Promise<void> => {
      const messages: LiveMessage[] = [];
      for (const { item, index } of run) {
        messages.push(this.identified(item, originOf(index), facts.keepsEmptyText));
        if (messages.length % IDENTIFIED_AT_ONCE === 0) await this.turns.next();
      }
      const accepted = await this.group.accept(messages, notes, until);
      until = undefined;
      run.forEach(({ index, item: { message, isIdMade } }, at) => {
        results[index] = { id: message.id, isIdMade, fate: fateOf(accepted[at]) };
      });
      run = [];
      notes = [];
      if (changesEmails) found.clear();
      changesEmails = false;
    };
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.kind === 'needs' && changesEmails) await flush();
      const item = outcome.kind === 'needs' ? await this.settled(outcome, found, index, facts) : outcome;
      if (item.kind === 'message') {
        run.push({ index, item });
        changesEmails ||= hasEmail(item);
      } else if ('at' in item) {
        await flush();
        await this.store.command(item, sender);
        found.clear();
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

  /** Finds the customer that is named by an email. @param found before */
  private async settled(
    item: Extract<LiveOutcome, { kind: 'needs' }>,
    found: Map<string, readonly string[]>,
    index: number,
    facts: LiveFacts,
  ): Promise<Settled> {
    const { email } = item;
    const ids = found.get(email) ?? (await this.store.findByEmail(email));
    found.set(email, ids);
    const settled = foundByEmail(item, ids, index, facts);
    if (settled.kind === 'needs') throw new Error('A customer was found by its email, and is still needed.');
    return settled;
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

function hasEmail({ message }: MessageItem): boolean {
  return message.type === 'attributes' && message.changes.some(({ name }) => name === 'email');
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
