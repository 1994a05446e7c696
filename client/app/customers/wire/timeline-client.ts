import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { Observable, map } from 'rxjs';

import { TIMELINE_PER_PAGE, TimelineEntry, TimelineFilter, TimelinePage, Why, edgeOf } from '../model/timeline';

interface TimelineAnswer {
  readonly entries: readonly TimelineEntry[];
  readonly meta: { readonly next?: string; readonly complete: boolean };
}

/** Reads the log of a customer. Fails with `HttpErrorResponse`. */
@Injectable({ providedIn: 'root' })
export class TimelineClient {
  private readonly http = inject(HttpClient);

  /** @param before the place behind which to go on */
  page(id: string, { kinds, name, since, until }: TimelineFilter, before?: string): Observable<TimelinePage> {
    const [start, end] = [edgeOf(since, 'start'), edgeOf(until, 'end')];
    const params = {
      limit: TIMELINE_PER_PAGE,
      ...(before !== undefined && { before }),
      ...(kinds.length > 0 && { kind: [...kinds] }),
      ...(name && { name }),
      ...(start && { since: start }),
      ...(end && { until: end }),
    };
    return this.http
      .get<TimelineAnswer>(`/customers/${encodeURIComponent(id)}/timeline`, { params })
      .pipe(map(({ entries, meta }) => ({ entries, ...meta })));
  }

  /** An entry with all of its data. */
  entry(id: string, entry: string): Observable<TimelineEntry> {
    const url = `/customers/${encodeURIComponent(id)}/timeline/${encodeURIComponent(entry)}`;
    return this.http.get<{ readonly entry: TimelineEntry }>(url).pipe(map((answer) => answer.entry));
  }

  why(id: string, name: string): Observable<Why> {
    return this.http.get<Why>(`/customers/${encodeURIComponent(id)}/why`, { params: { name } });
  }
}
