import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { Observable, map } from 'rxjs';

import { getActivity } from '../../api/fn/customers/get-activity';
import { getTimeline } from '../../api/fn/customers/get-timeline';
import { getTimelineEntry } from '../../api/fn/customers/get-timeline-entry';
import { getWhy } from '../../api/fn/customers/get-why';
import { Activity, ActivityRange } from '../model/activity';
import { TIMELINE_PER_PAGE, TimelineEntry, TimelineFilter, TimelinePage, Why, edgeOf } from '../model/timeline';

/** The server of the admin is that of the API. */
const ROOT = '';

/** Reads the log of a customer. Fails with `HttpErrorResponse`. */
@Injectable({ providedIn: 'root' })
export class TimelineClient {
  private readonly http = inject(HttpClient);

  /** @param before the place behind which to go on */
  page(id: string, { kinds, name, since, until }: TimelineFilter, before?: string): Observable<TimelinePage> {
    const [start, end] = [edgeOf(since, 'start'), edgeOf(until, 'end')];
    const params = {
      id,
      limit: TIMELINE_PER_PAGE,
      ...(before !== undefined && { before }),
      ...(kinds.length > 0 && { kind: [...kinds] }),
      ...(name && { name }),
      ...(start && { since: start }),
      ...(end && { until: end }),
    };
    return getTimeline(this.http, ROOT, params).pipe(
      // Safe: the entries are as their kinds say.
      map(({ body: { entries, meta } }) => ({ entries: entries as readonly TimelineEntry[], ...meta })),
    );
  }

  /** An entry with all of its data. */
  entry(id: string, entry: string): Observable<TimelineEntry> {
    // Safe: as in a page.
    return getTimelineEntry(this.http, ROOT, { id, entry }).pipe(map(({ body }) => body.entry as TimelineEntry));
  }

  /** Counts the entries by spans of time in a time zone. */
  activity(id: string, range: ActivityRange, tz: string): Observable<Activity> {
    return getActivity(this.http, ROOT, { id, ...range, tz }).pipe(
      map(({ body: { activity, meta } }) => ({ counts: activity, by: meta.by, complete: meta.complete })),
    );
  }

  why(id: string, name: string): Observable<Why> {
    // Safe: as in a page.
    return getWhy(this.http, ROOT, { id, name }).pipe(map(({ body }) => body as Why));
  }
}
