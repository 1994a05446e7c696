import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { Observable, catchError, debounceTime, map, of, startWith, switchMap } from 'rxjs';

import { listAttributeNames } from '../../api/fn/customers/list-attribute-names';
import { listEventNames } from '../../api/fn/customers/list-event-names';

/** The name of an attribute or of an event, with how many customers have it. */
export interface NameCount {
  readonly name: string;
  readonly customers: number;
}

const MOST = 50;
const TYPING_MS = 120;

/** The names that there are, those of most customers first. */
@Injectable({ providedIn: 'root' })
export class NamesClient {
  private readonly http = inject(HttpClient);

  /** @param search a part of the name, case aside; empty for all */
  names(of: 'attribute' | 'event', search: string): Observable<readonly NameCount[]> {
    const params = { limit: MOST, ...(search && { search }) };
    return of === 'attribute'
      ? listAttributeNames(this.http, '', params).pipe(map(({ body }) => body.attribute_names))
      : listEventNames(this.http, '', params).pipe(map(({ body }) => body.event_names));
  }

  /** Suggestions for what is typed. Without them (the server is away) one types the whole name. */
  suggest(what: 'attribute' | 'event', typed: Observable<string>): Observable<readonly NameCount[]> {
    return typed.pipe(
      debounceTime(TYPING_MS),
      startWith(''),
      switchMap((text) => this.names(what, text.trim()).pipe(catchError(() => of([])))),
    );
  }
}
