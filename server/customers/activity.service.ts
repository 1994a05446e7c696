import { Injectable } from '@nestjs/common';
import { CustomerRepository } from '../domain/customer/customer-repository.js';
import { HistoryRepository } from '../domain/customer/history.js';
import { customerNotFound } from '../domain/errors.js';
import { LogRepository } from '../domain/log/log-repository.js';
import type { ActivityAnswer } from './activity.dto.js';
import { isoTime } from './log-entry-json.js';
import { dayText, readActivityQuery, type ActivityQuery } from './read-activity-query.js';
import { isComplete, lastDeletion } from './timeline.service.js';

const EDITS_AT_ONCE = 100;

/** Counts what a customer did, by days, weeks or months. */
@Injectable()
export class ActivityService {
  constructor(
    private readonly customers: CustomerRepository,
    private readonly log: LogRepository,
    private readonly history: HistoryRepository,
  ) {}

  /**
   * The number of entries of the timeline in each span of time that has any, the earliest first.
   * @throws DomainError `invalid_request`, `customer_not_found`
   */
  async activity(id: string, rawQuery: Readonly<Record<string, unknown>>): Promise<ActivityAnswer> {
    const query = readActivityQuery(rawQuery, Date.now());
    const { days, edges, by, timeZone } = query;
    if (!(await this.customers.get(id))) throw customerNotFound(id);
    const log = await this.log.customer(id);
    const messages = await this.log.counts(id, { edges, afterMoment: lastDeletion(log) });
    const edits = await this.edits(id, query);
    const activity = messages
      .map((counts, at) => ({ start: dayText(days[at]), ...counts, edit: edits[at] }))
      .filter(({ event, attributes, edit }) => event + attributes + edit > 0);
    const [since, until] = [edges[0], edges[edges.length - 1]];
    const span = { since: isoTime(since), until: isoTime(until) };
    return { activity, meta: { by, tz: timeZone.name, ...span, complete: isComplete(log, since) } };
  }

  /** The number of edits in each span. */
  private async edits(id: string, { edges }: ActivityQuery): Promise<readonly number[]> {
    const counts = edges.slice(1).map(() => 0);
    let from: number | undefined;
    for (let more = true; more;) {
      const page = await this.history.page(id, from, EDITS_AT_ONCE);
      for (const { at } of page.entries) {
        const span = edges.findLastIndex((edge) => edge <= at);
        if (span >= 0 && span < counts.length) counts[span]++;
      }
      from = page.entries.at(-1)?.id;
      ({ more } = page);
    }
    return counts;
  }
}
