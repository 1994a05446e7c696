import { Injectable } from '@nestjs/common';
import { isoTime } from '../customers/log-entry-json.js';
import { dayText, type Span } from '../customers/read-activity-query.js';
import { HistoryRepository } from '../domain/customer/history.js';
import { IngestionRepository } from '../domain/ingestion/ingestion-repository.js';
import { CustomerSearch } from '../domain/search/customer-search.js';
import { spanOf, type TimeCounts } from '../domain/search/time-counts.js';
import { SourceRepository } from '../domain/sources/source-repository.js';
import type { ActivityCounts, OverviewActivityAnswer } from './activity.dto.js';
import { allMonths, FEWEST_DAYS, lastDays, readRange, spansSince, type RangeQuery, type Spans } from './read-range.js';

const DAY_MS = 86_400_000;
/** The ingestions that are looked at. */
const MOST_INGESTIONS = 5_000;
/** An answer is kept for this many times as long as counting took: so counting takes at most 5 % of the time. */
const KEPT_TIMES = 20;
const MOST_KEPT_MS = 600_000;
/** The answers that are kept, each for its range and time zone. */
const MOST_ANSWERS = 16;

interface KeptAnswer {
  readonly answer: Promise<OverviewActivityAnswer>;
  /** Time by the clock of `performance`, in ms; infinite while it is counted. */
  until: number;
}

interface Counted {
  readonly spans: readonly ActivityCounts[];
  readonly times: TimeCounts;
}

/** Counts what happened to all customers over time. */
@Injectable()
export class ActivityService {
  private readonly kept = new Map<string, KeptAnswer>();

  constructor(
    private readonly search: CustomerSearch,
    private readonly history: HistoryRepository,
    private readonly ingestions: IngestionRepository,
    private readonly sources: SourceRepository,
  ) {}

  /** @throws DomainError `invalid_request` */
  async show(query: Readonly<Record<string, unknown>>): Promise<OverviewActivityAnswer> {
    const asked = readRange(query);
    const key = `${asked.range} ${asked.weekStart} ${asked.timeZone.name}`;
    const known = this.kept.get(key);
    if (known && known.until > performance.now()) return known.answer;
    this.kept.delete(key);
    const [oldest] = this.kept.keys();
    if (this.kept.size >= MOST_ANSWERS) this.kept.delete(oldest);
    const begin = performance.now();
    const one: KeptAnswer = { answer: this.count(asked, Date.now()), until: Infinity };
    this.kept.set(key, one);
    try {
      return await one.answer;
    } finally {
      // A failure is kept as shortly as an answer: counting is tried again.
      const end = performance.now();
      one.until = end + Math.min(MOST_KEPT_MS, KEPT_TIMES * (end - begin));
    }
  }

  private async count(asked: RangeQuery, now: number): Promise<OverviewActivityAnswer> {
    const spans = await this.spansOf(asked, now);
    const { edges, days, by } = spans;
    const all = await this.counts(edges);
    const from = asked.range === 'all' ? firstShown(all.spans, by) : 0;
    const { eventsEndedUpTo: ended = -1, indexing } = all.times;
    const [since, until] = [edges[from], edges[edges.length - 1]];
    return {
      activity: all.spans.slice(from).map((counts, at) => Object.assign({ start: dayText(days[from + at]) }, counts)),
      // A customer may have a `created_at` that is still to come, as in the list of those since then.
      last_day: (await this.counts([now - DAY_MS, Number.MAX_SAFE_INTEGER])).spans[0],
      meta: {
        ...{ range: asked.range, by, tz: asked.timeZone.name, since: isoTime(since), until: isoTime(until) },
        counted_at: isoTime(now),
        ...(ended >= since && { events_complete_since: isoTime(ended + 1) }),
        indexing,
      },
    };
  }

  private async spansOf(asked: RangeQuery, now: number): Promise<Spans> {
    if (asked.range !== 'all') return lastDays(Number(asked.range), now, asked);
    const months = allMonths(now, asked);
    const { spans } = await this.counts(months.edges);
    const first = spans.findIndex(isAny);
    return spansSince(months.days.at(first) ?? 0, now, asked);
  }

  private async counts(edges: readonly number[]): Promise<Counted> {
    const times = await this.search.timeCounts(edges);
    const edits = await this.history.counts(edges);
    const ingestions = edits.map(() => 0);
    const rejects = edits.map(() => 0);
    for (const { startedAt, counts } of await this.ingestions.list(MOST_INGESTIONS)) {
      const span = spanOf(edges, startedAt);
      if (span === undefined) continue;
      ingestions[span]++;
      rejects[span] += Object.values(counts.rejected).reduce((sum, count) => sum + count, 0);
    }
    for (const { hour, outcome, count } of await this.sources.counts(edges[0])) {
      const span = spanOf(edges, hour);
      if (span !== undefined && outcome === 'rejected') rejects[span] += count;
    }
    const spans = edits.map(({ created, changed, deleted }, span) => ({
      new_customers: times.created[span],
      events: times.events[span],
      edits: created + changed,
      deletions: deleted,
      rejects: rejects[span],
      ingestions: ingestions[span],
    }));
    return { spans, times };
  }
}

function isAny(counts: ActivityCounts): boolean {
  return Object.values(counts).some((count) => count > 0);
}

/** The first span that is shown of all that there is: the first with a number, but at least some days. */
function firstShown(spans: readonly ActivityCounts[], by: Span): number {
  const first = spans.findIndex(isAny);
  const last = by === 'day' ? Math.max(0, spans.length - FEWEST_DAYS) : 0;
  return first < 0 ? last : Math.min(first, by === 'day' ? last : first);
}
