import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { Observable, map } from 'rxjs';

import { getOverview } from '../../api/fn/overview/get-overview';
import { OverviewAnswer } from '../../api/models/overview-answer';

/** The numbers of the whole database, with the 20 most frequent events and the 50 attributes that most customers have. */
export type OverviewNumbers = Readonly<OverviewAnswer>;

/** Number of customers that were last updated on a day, or in a week, month or year. */
export type LastUpdated = OverviewNumbers['last_updated'][number];

/** Reads the overview. Fails with `HttpErrorResponse`. */
@Injectable({ providedIn: 'root' })
export class OverviewClient {
  private readonly http = inject(HttpClient);

  read(): Observable<OverviewNumbers> {
    return getOverview(this.http, '').pipe(map(({ body }) => body));
  }
}
