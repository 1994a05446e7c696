import { Injectable } from '@nestjs/common';
import { toState, type StoredCustomer } from '../domain/customer/customer.js';
import { HistoryRepository, type HistoryEntry } from '../domain/customer/history.js';
import { customerNotFound, DomainError } from '../domain/errors.js';
import { IngestionRepository } from '../domain/ingestion/ingestion-repository.js';
import type { LogEdit, LogEntry, LogPlace } from '../domain/log/log-entry.js';
import { comparePlaces, forEachWritten, winsOver } from '../domain/log/log-fold.js';
import { LogRepository, type CustomerLog } from '../domain/log/log-repository.js';
import { SourceRepository } from '../domain/sources/source-repository.js';
import { editJson, isoTime, messageJson, SourceNames } from './log-entry-json.js';
import { changes, lastDeletion } from './timeline.service.js';

/** The most entries that an answer has. */
const MOST = 100;
const EDITS_AT_ONCE = 100;

type SetEdit = Extract<LogEdit, { kind: 'set' }>;
/** An entry that wrote an attribute, at the place that decides which of them wins. */
type Written = { readonly place: LogPlace } & ({ readonly message: LogEntry } | { readonly edit: SetEdit });

/** Tells why an attribute has its value. Bodies are JSON text. */
@Injectable()
export class WhyService {
  constructor(
    private readonly log: LogRepository,
    private readonly history: HistoryRepository,
    private readonly ingestions: IngestionRepository,
    private readonly sources: SourceRepository,
  ) {}

  /**
   * The entry that made the value of an attribute, or removed it, and those that it won over, newest first.
   * @throws DomainError `customer_not_found`, `attribute_not_found`
   */
  async why(id: string, name: string): Promise<string> {
    const { log, record } = await this.log.whole(id, (own, _, stored) => ({ log: own, record: stored }));
    if (!record) throw customerNotFound(id);
    const attribute = toState(id, record, undefined).attributes.get(name);
    if (!attribute) throw notFound(record, name);
    const written = await this.written(id, name, log);
    const since = log.baseline?.attributes.get(name);
    const isKnown =
      written.length > 0 &&
      written[0].place.time === attribute.timestamp &&
      !(since && winsOver(since, written[0].place));
    const names = new SourceNames(this.ingestions, this.sources);
    const history = await this.historyOf(id, written);
    const entries: string[] = [];
    for (const one of written) {
      entries.push('message' in one ? await messageJson(one.message, names) : editOf(one.edit, name, history));
    }
    const [entry, wonOver] = isKnown ? [entries[0], entries.slice(1)] : ['null', entries];
    const value = attribute.value === null ? '' : `"value":${attribute.value},`;
    const time = isoTime(attribute.timestamp);
    return `{"name":${JSON.stringify(name)},${value}"time":"${time}","entry":${entry},"won_over":[${wonOver.join(',')}]}`;
  }

  /** The entries that wrote an attribute since the last deletion, the winner first. */
  private async written(id: string, name: string, log: CustomerLog): Promise<readonly Written[]> {
    const afterMoment = lastDeletion(log);
    const query = { kinds: ['attributes'] as const, name, afterMoment, limit: MOST };
    const messages = (await this.log.messages(id, query)).map((message) => ({ place: message, message }));
    const edits = log.edits.flatMap((edit): Written[] => {
      if (edit.kind !== 'set' || edit.moment <= afterMoment) return [];
      const found: Written[] = [];
      forEachWritten(edit, (attribute, place) => {
        if (attribute === name) found.push({ place, edit });
      });
      return found;
    });
    return [...messages, ...edits].sort((a, b) => comparePlaces(b.place, a.place)).slice(0, MOST);
  }

  /** The entries of the history from the earliest of the edits on. */
  private async historyOf(id: string, written: readonly Written[]): Promise<readonly HistoryEntry[]> {
    const times = written.flatMap((one) => ('edit' in one ? [one.edit.at] : []));
    if (times.length === 0) return [];
    const earliest = Math.min(...times);
    const entries: HistoryEntry[] = [];
    let page = await this.history.page(id, undefined, EDITS_AT_ONCE);
    for (;;) {
      entries.push(...page.entries);
      const last = page.entries.at(-1);
      if (!page.more || !last || last.at < earliest) return entries;
      page = await this.history.page(id, last.id, EDITS_AT_ONCE);
    }
  }
}

/** An edit as an entry. One that left the value as it was may have none in the history: nothing but its time is known. */
function editOf({ at, moment }: SetEdit, name: string, history: readonly HistoryEntry[]): string {
  const sameTime = history.filter((entry) => entry.at === at);
  const found = sameTime.find((entry) => changes(entry, name)) ?? sameTime.at(0);
  if (found) return editJson(found);
  return `{"entry":"e${moment}","kind":"edit","time":"${isoTime(at)}","action":"updated","changes":[],"source":{"kind":"edit"}}`;
}

function notFound({ id }: StoredCustomer, name: string): DomainError {
  const message = `Customer ${JSON.stringify(id)} never had an attribute ${JSON.stringify(name)}.`;
  return new DomainError('attribute_not_found', message);
}
