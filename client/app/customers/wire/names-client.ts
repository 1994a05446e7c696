import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { Observable, catchError, debounceTime, map, of, startWith, switchMap } from 'rxjs';

import { listAttributeNames } from '../../api/fn/customers/list-attribute-names';
import { listEventNames } from '../../api/fn/customers/list-event-names';

/** The name of an attribute or event, with the number of customers that have it. */
export interface NameCount {
  readonly name: string;
  readonly customers: number;
}

const MOST = 50;
const TYPING_MS = 120;

/** Reads the names of attributes and events, those of most customers first. */
@Injectable({ providedIn: 'root' })
export class NamesClient {
  private readonly http = inject(HttpClient);

  /** @param search part of the name, in any case; empty for all names */
  names(of: 'attribute' | 'event', search: string): Observable<readonly NameCount[]> {
    const params = { limit: MOST, ...(search && { search }) };
    return of === 'attribute'
      ? listAttributeNames(this.http, '', params).pipe(map(({ body }) => body.attribute_names))
      : listEventNames(this.http, '', params).pipe(map(({ body }) => body.event_names));
  }

  /** Suggestions for a text while it is typed; none while the server is away. */
  suggest(what: 'attribute' | 'event', typed: Observable<string>): Observable<readonly NameCount[]> {
    return typed.pipe(
      debounceTime(TYPING_MS),
      startWith(''),
      switchMap((text) => this.names(what, text.trim()).pipe(catchError(() => of([])))),
    );
  }
}
