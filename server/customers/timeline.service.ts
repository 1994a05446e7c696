import { Injectable } from '@nestjs/common';
import { CustomerRepository } from '../domain/customer/customer-repository.js';
import { HistoryRepository, type HistoryEntry } from '../domain/customer/history.js';
import { customerNotFound, DomainError } from '../domain/errors.js';
import { IngestionRepository } from '../domain/ingestion/ingestion-repository.js';
import { NEVER, type LogEntry } from '../domain/log/log-entry.js';
import { standingDeletions } from '../domain/log/log-fold.js';
import { LogRepository, type CustomerLog } from '../domain/log/log-repository.js';
import { SourceRepository } from '../domain/sources/source-repository.js';
import { editJson, messageJson, readPlace, SourceNames } from './log-entry-json.js';
import { readTimelineQuery, timelineCursor, type TimelinePlace, type TimelineQuery } from './read-timeline-query.js';

/** Messages that are read at once. One has 1 MiB at most. */
const MESSAGES_AT_ONCE = 25;
/** Edits that are read at once. */
const EDITS_AT_ONCE = 25;

/** Rules of the API for the timeline of a customer. Bodies are JSON text. */
@Injectable()
export class TimelineService {
  constructor(
    private readonly customers: CustomerRepository,
    private readonly log: LogRepository,
    private readonly history: HistoryRepository,
    private readonly ingestions: IngestionRepository,
    private readonly sources: SourceRepository,
  ) {}

  /**
   * Makes the body of a page in pieces: messages and edits, newest first.
   * @throws DomainError `invalid_request`, `customer_not_found`
   */
  async *page(id: string, rawQuery: Readonly<Record<string, unknown>>): AsyncGenerator<string> {
    const query = readTimelineQuery(rawQuery);
    if (!(await this.customers.get(id))) throw customerNotFound(id);
    const log = await this.log.customer(id);
    const names = this.names();
    const messages = this.messages(id, query, lastDeletion(log));
    const edits = this.edits(id, query);
    let [message, edit] = [await messages.next(), await edits.next()];
    let place: TimelinePlace = query.before;
    yield '{"entries":[';
    for (let count = 0; count < query.limit && !(message.done && edit.done); count++) {
      const comma = count > 0 ? ',' : '';
      // The edit counts as the later one of the same millisecond.
      if (!edit.done && (message.done || edit.value.at >= message.value.time)) {
        yield comma + editJson(edit.value);
        place = { ...place, edit: edit.value.id };
        edit = await edits.next();
      } else if (!message.done) {
        yield comma + (await messageJson(message.value, names));
        place = { ...place, message: message.value };
        message = await messages.next();
      }
    }
    const next = message.done && edit.done ? '' : `"next":"${timelineCursor(place)}",`;
    yield `],"meta":{${next}"complete":${isComplete(log, query.since)}}}`;
  }

  /**
   * One entry, whole.
   * @throws DomainError `customer_not_found`, `entry_not_found`
   */
  async entry(id: string, entry: string): Promise<string> {
    if (!(await this.customers.get(id))) throw customerNotFound(id);
    const number = /^h([1-9]\d{0,15})$/.exec(entry)?.[1];
    if (number !== undefined) {
      const { entries } = await this.history.page(id, Number(number) + 1, 1);
      if (entries[0]?.id === Number(number)) return `{"entry":${editJson(entries[0], true)}}`;
    }
    const place = readPlace(entry);
    const message = place && (await this.log.message(id, place));
    if (message && message.moment > lastDeletion(await this.log.customer(id))) {
      return `{"entry":${await messageJson(message, this.names(), true)}}`;
    }
    const text = `There is no entry ${JSON.stringify(entry)} in the timeline of this customer. It may have ended.`;
    throw new DomainError('entry_not_found', text);
  }

  names(): SourceNames {
    return new SourceNames(this.ingestions, this.sources);
  }

  private async *messages(id: string, query: TimelineQuery, afterMoment: number): AsyncGenerator<LogEntry, undefined> {
    const kinds = query.kinds.filter((kind) => kind !== 'edit');
    if (kinds.length === 0) return;
    const { name, since, until, limit } = query;
    const chosen = { kinds, name, since, until, afterMoment };
    let { message: before } = query.before;
    for (;;) {
      const most = Math.min(MESSAGES_AT_ONCE, limit + 1);
      const read = await this.log.messages(id, { ...chosen, before, limit: most });
      yield* read;
      if (read.length < most) return;
      before = read.at(-1);
    }
  }

  private async *edits(
    id: string,
    { kinds, name, since = NEVER, until = Infinity, before }: TimelineQuery,
  ): AsyncGenerator<HistoryEntry, undefined> {
    if (!kinds.includes('edit')) return;
    let from = before.edit;
    for (let more = true; more;) {
      const page = await this.history.page(id, from, EDITS_AT_ONCE);
      for (const entry of page.entries) {
        if (entry.at >= since && entry.at <= until && (name === undefined || changes(entry, name))) yield entry;
      }
      from = page.entries.at(-1)?.id;
      ({ more } = page);
    }
  }
}

/** The moment of the last deletion that stands; {@link NEVER} if there is none. Nothing before it is shown. */
export function lastDeletion({ edits }: Pick<CustomerLog, 'edits'>): number {
  return standingDeletions(edits).at(-1)?.moment ?? NEVER;
}

/** False if the log may lack messages from `since` on. */
export function isComplete({ exists, baseline }: CustomerLog, since = NEVER): boolean {
  return exists && (!baseline || since > baseline.time);
}

/** True if an edit changed an attribute. */
export function changes({ changes: list }: HistoryEntry, name: string): boolean {
  // Safe: the changes of an entry are a list of such objects.
  return (JSON.parse(list) as { readonly name: string }[]).some((change) => change.name === name);
}
