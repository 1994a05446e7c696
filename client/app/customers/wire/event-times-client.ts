import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { Observable, map } from 'rxjs';

import { getEvents } from '../../api/fn/customers/get-events';
import { EventTimes } from '../model/event-times';

/** Reads when the events of a customer came. Fails with `HttpErrorResponse`. */
@Injectable({ providedIn: 'root' })
export class EventTimesClient {
  private readonly http = inject(HttpClient);

  /** The times of the events by their names, without those that the log no longer has. */
  of(id: string): Observable<ReadonlyMap<string, EventTimes>> {
    return getEvents(this.http, '', { id }).pipe(
      map(({ body }) => {
        const known = body.events.flatMap(({ name, first, last }) =>
          first && last ? [[name, { first: Date.parse(first) / 1000, last: Date.parse(last) / 1000 }] as const] : [],
        );
        return new Map(known);
      }),
    );
  }
}
