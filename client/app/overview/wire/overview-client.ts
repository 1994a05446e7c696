import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { Observable, map } from 'rxjs';

import { getOverview } from '../../api/fn/overview/get-overview';
import { getOverviewActivity } from '../../api/fn/overview/get-overview-activity';
import { ActivityCounts as CountsView } from '../../api/models/activity-counts';
import { OverviewActivityAnswer } from '../../api/models/overview-activity-answer';
import { OverviewAnswer } from '../../api/models/overview-answer';

/** The numbers of the whole database, with the 20 most frequent events and the 50 attributes that most customers have. */
export type OverviewNumbers = Readonly<OverviewAnswer>;

/** Counts over time, and of the last 24 hours. */
export type Activity = Readonly<OverviewActivityAnswer>;
export type ActivityCounts = Readonly<CountsView>;

/** The last days, or all that there are. */
export const RANGES = ['7', '30', '90', 'all'] as const;
export type Range = (typeof RANGES)[number];

/** Reads the overview. Fails with `HttpErrorResponse`. */
@Injectable({ providedIn: 'root' })
export class OverviewClient {
  private readonly http = inject(HttpClient);

  read(): Observable<OverviewNumbers> {
    return getOverview(this.http, '').pipe(map(({ body }) => body));
  }

  /** Reads the counts by days in the time zone of the reader. */
  activity(range: Range): Observable<Activity> {
    const tz = Intl.DateTimeFormat().resolvedOptions().timeZone;
    return getOverviewActivity(this.http, '', { range, ...(tz && { tz }) }).pipe(map(({ body }) => body));
  }
}
